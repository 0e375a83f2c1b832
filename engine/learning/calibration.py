"""How a score becomes a chance: a line through log-odds, fitted to what was taken of what was shown."""

from collections.abc import Sequence
from math import exp

_STEPS = 25
_PRECISION = 0.1
"""How firmly a slope of one and no intercept are believed beforehand."""
LEAST_SLOPE = 0.05


def line(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Fit intercept and slope of log-odds to pairs of what was said and whether it came true (Platt 1999)."""
    intercept, slope = 0.0, 1.0
    for _ in range(_STEPS):
        a, b = -_PRECISION * intercept, -_PRECISION * (slope - 1)
        aa, ab, bb = _PRECISION, 0.0, _PRECISION
        for said, true in pairs:
            chance = likelihood(intercept + slope * said)
            off, bend = true - chance, chance * (1 - chance)
            a, b = a + off, b + off * said
            aa, ab, bb = aa + bend, ab + bend * said, bb + bend * said * said
        room = aa * bb - ab * ab
        if room <= 0:
            break
        intercept += max(-2.0, min(2.0, (a * bb - b * ab) / room))
        slope += max(-2.0, min(2.0, (b * aa - a * ab) / room))
    return intercept, max(slope, LEAST_SLOPE)


def likelihood(odds: float) -> float:
    """Turn log-odds into a chance."""
    return 1 / (1 + exp(-max(-700.0, min(700.0, odds))))
