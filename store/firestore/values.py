"""Between JSON documents and Firestore's values: times are timestamps there, and texts here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.protobuf.timestamp_pb2 import Timestamp

from engine.time.instant import plain_instant, to_datetime

TIMES = frozenset(
    {"createdAt", "updatedAt", "syncedAt", "scheduledAt", "expiresAt", "completedAt"}
    | {"start", "end", "slot", "at", "timestamp"}
)
"""The fields that F0 calls timestamps, wherever they stand; a `start` like `09:00` is none."""
_FREE = "metadata"
"""Where anybody writes what they like: it stays as it is."""


def outward(value: Any, key: str = "") -> Any:
    """Give a field of a JSON document as Firestore holds it."""
    if isinstance(value, Mapping):
        return {name: inner if name == _FREE else outward(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [outward(inner, key) for inner in value]
    at = plain_instant(value) if key in TIMES else None
    return value if at is None else to_datetime(at)


def inward(value: Any) -> Any:
    """Give what Firestore holds as JSON; a whole number is one, whichever way an app wrote it."""
    if isinstance(value, Mapping):
        return {str(name): inward(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [inward(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def stamp_of(moment: DatetimeWithNanoseconds | Timestamp) -> str:
    """Give the server's time as text that sorts as the times do; a query gives it in another form."""
    if not isinstance(moment, Timestamp):
        moment = moment.timestamp_pb()
    return f"{moment.seconds:012d}.{moment.nanos:09d}"


def moment_of(stamp: str) -> DatetimeWithNanoseconds:
    """Give what `stamp_of` wrote."""
    seconds, _, nanos = stamp.partition(".")
    written = Timestamp(seconds=int(seconds), nanos=int(nanos))
    moment: DatetimeWithNanoseconds = DatetimeWithNanoseconds.from_timestamp_pb(written)  # type: ignore[no-untyped-call] # theirs is untyped
    return moment
