"""Reasons as people read them: what is said twice of somebody is said once, with its points together."""

from collections.abc import Iterable, Mapping
from typing import Any


def told_once(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Join reason documents of one person in the same words, in the order of the first; points add up.

    Of somebody's habits others read no more than whether a time suits them, however many there are.
    """
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    for one in reasons:
        key = one.get("user"), one["text"]
        if key in found:
            found[key]["points"] += one["points"]
        else:
            found[key] = dict(one)
    return list(found.values())
