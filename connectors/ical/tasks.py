"""The work on a calendar's text as tasks for a child process: bytes in, bytes out (`connectors.isolation`).

Answers are JSON and plain frames, never pickles: a child that was taken over could send nothing worse than
wrong times.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from connectors.ical.interpret import interpret, interpret_body
from connectors.ical.split import split
from engine.errors import InputError
from engine.ids import EventUid, Href
from engine.model.calendar import BusyStatus, Interpretation, Occurrence, Quarantined, RawObject
from engine.timespan import Span

SPLIT = "connectors.ical.tasks:split_task"
INTERPRET = "connectors.ical.tasks:interpret_task"
INTERPRET_BODY = "connectors.ical.tasks:interpret_body_task"
MOST_OCCURRENCES = 100_000

_LENGTHS = struct.Struct(">III")
_ORDER = struct.Struct(">I")


def split_task(body: bytes) -> bytes:
    """Cut a body into objects: frames of UID, content hash and text."""
    return b"".join(_packed(one) for one in split(body))


def objects_of(answer: bytes) -> tuple[RawObject, ...]:
    """Read what `split_task` answered."""
    return tuple(_unpacked(answer))


def interpret_task(payload: bytes) -> bytes:
    """Interpret objects under an order."""
    order, frames = _ordered(payload)
    return _answer(interpret(_unpacked(frames), order.window, order.zone, owner=order.owner))


def interpret_body_task(payload: bytes) -> bytes:
    """Interpret a whole body under an order."""
    order, body = _ordered(payload)
    return _answer(interpret_body(body, order.window, order.zone, owner=order.owner))


class Order:
    """What is asked for: a window, a zone, an owner."""

    def __init__(self, window: Span, zone: str, owner: str) -> None:
        self.window = window
        self.zone = zone
        self.owner = owner

    def before(self, content: bytes) -> bytes:
        """Put the order in front of what it is about."""
        text = json.dumps([self.window.start, self.window.end, self.zone, self.owner]).encode()
        return _ORDER.pack(len(text)) + text + content

    def objects(self, objects: Iterable[RawObject]) -> bytes:
        """Put the order in front of objects."""
        return self.before(b"".join(map(_packed, objects)))


def interpretation_of(answer: bytes) -> Interpretation:
    """Read what an interpreting task answered."""
    document = json.loads(answer)
    return Interpretation(
        tuple(map(_occurrence, document["occurrences"])),
        tuple(Quarantined(uid, reason) for uid, reason in document["quarantined"]),
    )


def _ordered(payload: bytes) -> tuple[Order, bytes]:
    (length,) = _ORDER.unpack_from(payload)
    end = _ORDER.size + int(length)
    start, until, zone, owner = json.loads(payload[_ORDER.size : end])
    return Order(Span(start, until), zone, owner), payload[end:]


def _packed(one: RawObject) -> bytes:
    uid, content = one.uid.encode("utf-8", "surrogatepass"), one.content_hash.encode()
    return _LENGTHS.pack(len(uid), len(content), len(one.raw)) + uid + content + one.raw


def _unpacked(frames: bytes) -> Iterator[RawObject]:
    at = 0
    while at < len(frames):
        lengths = _LENGTHS.unpack_from(frames, at)
        at += _LENGTHS.size
        parts = []
        for length in lengths:
            parts.append(frames[at : at + length])
            at += length
        uid = parts[0].decode("utf-8", "surrogatepass")
        content = parts[1].decode()
        yield RawObject(href=Href(uid), uid=EventUid(uid), etag=None, content_hash=content, raw=parts[2])


def _answer(read: Interpretation) -> bytes:
    if len(read.occurrences) > MOST_OCCURRENCES:
        raise InputError(f"it has more than {MOST_OCCURRENCES} busy times in the window")
    return json.dumps(
        {
            "occurrences": [_row(one) for one in read.occurrences],
            "quarantined": [[one.uid, one.reason] for one in read.quarantined],
        }
    ).encode()


def _row(one: Occurrence) -> list[Any]:
    return [one.span.start, one.span.end, one.uid, one.status.value, one.title, one.all_day, one.ours]


def _occurrence(row: Sequence[Any]) -> Occurrence:
    start, end, uid, status, title, all_day, ours = row
    return Occurrence(
        span=Span(start, end),
        uid=EventUid(uid),
        status=BusyStatus(status),
        title=title,
        all_day=all_day,
        ours=ours,
    )
