"""The report of `gatherly learn report`."""

from typing import Any

from engine.learning.evaluation import Estimate, Evaluation
from engine.time.instant import format_instant


def evaluation_document(found: Evaluation) -> dict[str, Any]:
    """Write an evaluation; what is refused has no numbers, and says why."""
    return {
        "sessions": found.sessions,
        "acceptance": _rounded(found.acceptance),
        "from": None if found.begin is None else format_instant(found.begin),
        "to": None if found.end is None else format_instant(found.end),
        "policies": [_estimate(one) for one in found.policies],
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "name": one.name,
        "ips": _rounded(one.ips),
        "snips": _rounded(one.snips),
        "dr": _rounded(one.dr),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
        "ess": _rounded(one.ess),
        "maxWeight": _rounded(one.max_weight),
        "clipped": _rounded(one.clipped),
        "refused": one.refused,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
