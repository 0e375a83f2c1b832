"""Lessons in words: how often something was taken, of how many times that it was shown."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from engine.learning.features import Feature, Key
from engine.learning.model import Weight

_STARTS = {"hour": "on the hour", "half": "on the half hour", "odd": "off the half hour"}
_GAPS = {
    "none": "right beside another event",
    "short": "close to another event",
    "wide": "well apart from other events",
}
_EDGES = {
    "first": "before the day's first event",
    "last": "after the day's last event",
    "only": "on a day without other events",
    "between": "between other events",
}
_LOADS = {"0": "on an empty day", "few": "on a day with few events", "many": "on a full day"}


def _lead(bucket: str) -> str:
    return {"0": "within a day", "1": "a day ahead", "7": "a week or more ahead"}.get(
        bucket, f"{bucket} days ahead"
    )


_PHRASES: Mapping[Feature, Callable[[str], str]] = {
    Feature.WEEKDAY: lambda bucket: f"on {bucket.capitalize()}s",
    Feature.HOUR: lambda bucket: f"at {bucket}:00",
    Feature.START: lambda bucket: _STARTS.get(bucket, bucket),
    Feature.LUNCH: lambda bucket: "over lunch",
    Feature.LEAD: _lead,
    Feature.LENGTH: lambda bucket: f"for {bucket} minutes",
    Feature.GAP: lambda bucket: _GAPS.get(bucket, bucket),
    Feature.EDGE: lambda bucket: _EDGES.get(bucket, bucket),
    Feature.LOAD: lambda bucket: _LOADS.get(bucket, bucket),
}
PEOPLE = "people here"
"""Whose habits count for somebody who has none yet."""


@lru_cache(maxsize=1024)
def phrase(key: Key) -> str:
    """Say which times a bucket means: `on Fridays`, `at 14:00`."""
    return _PHRASES[key[0]](key[1])


def lesson(name: str, key: Key, weight: Weight) -> str:
    """Say what was learned: `Ann took 18 of 20 times at 14:00`."""
    points, accepted, shown = weight
    seldom = "" if points >= 0 else "seldom "
    if not shown:
        others = name if name == PEOPLE else f"people who choose like {name}"
        return f"{others} {seldom}take times {phrase(key)}"
    if seldom and accepted * 2 < shown:
        take = "take" if name in (PEOPLE, "you") else "takes"
        return f"{name} seldom {take} times {phrase(key)}: {accepted} of {shown}"
    return f"{name} took {accepted} of {shown} times {phrase(key)}{_yet(points, accepted)}"


def _yet(points: float, accepted: int) -> str:
    """Say why points speak against what was taken, or for what was not."""
    if points < 0:
        return ", yet other times suit better"
    return ", yet other times suit less" if points and not accepted else ""


USUAL = ("people here seldom take such times", "people here take such times")
"""What is said of somebody of whom nothing is known, for whom everybody's lessons count."""


@lru_cache(maxsize=1024)
def habits_of(name: str) -> tuple[str, str]:
    """Say as much as others may read: of what somebody is not used to, and of what they are."""
    return f"it does not suit {name}'s habits", f"it suits {name}'s habits"
