"""Reasons as people read them: what is said twice of somebody is said once, with its points together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

HABITS = "'s habits"
"""How what others read of somebody's habits ends, be it for or against a time."""


def told_once(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Join reason documents of one person in the same words, in the order of the first; points add up.

    Of somebody's habits others read no more than whether a time suits them, all in all, however many there
    are and whichever way they point; where they balance there is nothing to say.
    """
    found: dict[tuple[Any, Any], list[Mapping[str, Any]]] = {}
    for one in reasons:
        words = HABITS if one["text"].endswith(HABITS) else one["text"]
        found.setdefault((one.get("user"), words), []).append(one)
    told = (_together(alike) for alike in found.values())
    return [one for one in told if one["points"] or not one["text"].endswith(HABITS)]


def _together(alike: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the sum in the words of one that points the same way."""
    points = sum(one["points"] for one in alike)
    same_way = (one for one in alike if (one["points"] < 0) == (points < 0))
    return {**next(same_way, alike[0]), "points": points}
