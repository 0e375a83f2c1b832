"""Which buckets each feature has, and lessons by the name that people write: `weekday:friday`."""

import re

from engine.bounds import LONGEST_SESSION
from engine.errors import InputError
from engine.learning.features import Feature, Key
from engine.learning.worths import EDGES, GAPS, HOURS, LEADS, LOADS, LUNCH, STARTS, WEEKDAYS

BUCKETS = {
    row[0][0]: tuple(bucket for _, bucket in row)
    for row in (WEEKDAYS, HOURS, STARTS, LUNCH, LEADS, GAPS, EDGES, LOADS)
}
"""By feature, all that it can have; those of a length are as many as there are lengths."""
_RANGES = (Feature.HOUR, Feature.LEAD)
_MINUTES = re.compile("[1-9][0-9]{0,5}")


def name_of(key: Key) -> str:
    """Name a lesson as people write it."""
    return f"{key[0].value}:{key[1]}"


def key_named(text: str) -> Key:
    """Read a lesson as `weekday:friday`.

    Raises:
        InputError: there is no such feature, or it cannot have that bucket.
    """
    name, _, bucket = text.partition(":")
    if name not in list(Feature) or not bucket:
        known = ", ".join(feature.value for feature in Feature)
        raise InputError(
            f"{text!r} names no lesson",
            f"Write a feature and its bucket like weekday:friday; features: {known}",
        )
    key = Feature(name), bucket.zfill(2) if name == Feature.HOUR else bucket
    if not _can_be(key):
        raise InputError(f"{text!r} names no lesson", f"Write after {name}: {_buckets_of(key[0])}")
    return key


def _can_be(key: Key) -> bool:
    if key[0] is Feature.LENGTH:
        return _MINUTES.fullmatch(key[1]) is not None and int(key[1]) <= LONGEST_SESSION
    return key[1] in BUCKETS[key[0]]


def _buckets_of(feature: Feature) -> str:
    if feature is Feature.LENGTH:
        return "a number of minutes"
    known = BUCKETS[feature]
    if feature in _RANGES:
        return f"{known[0]} to {known[-1]}"
    *first, last = known
    return f"{', '.join(first)} or {last}" if first else last
