"""How a score becomes a chance: a line through log-odds, fitted to what was taken of what was shown."""

from collections.abc import Mapping
from math import exp

_STEPS = 25
_PRECISION = 0.1
"""How firmly a slope of one and no intercept are believed beforehand."""
LEAST_SLOPE = 0.05


def line(pairs: Mapping[tuple[float, bool], int]) -> tuple[float, float]:
    """Fit intercept and slope of log-odds to how often what was said came true or not (Platt 1999)."""
    intercept, slope = 0.0, 1.0
    ordered = sorted(pairs.items())
    for _ in range(_STEPS):
        a, b = -_PRECISION * intercept, -_PRECISION * (slope - 1)
        aa, ab, bb = _PRECISION, 0.0, _PRECISION
        for (said, true), times in ordered:
            chance = likelihood(intercept + slope * said)
            off, bend = times * (true - chance), times * chance * (1 - chance)
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
