"""What goes between the daemon and its children: bytes with a head of JSON, never pickles.

A child that was taken over could send nothing worse than wrong times.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.errors import InputError
from engine.ids import EventId, EventUid, Href, InstallId, SessionId
from engine.model.booking import Mark, Observed, ObservedInstance
from engine.model.calendar import BusyStatus, Quarantined
from engine.model.calendar_object import Interpretation, Judgement, Occurrence, RawObject, Verdict
from engine.time.span import Span

MOST_OCCURRENCES = 50_000
"""Busy times of one calendar in the stretch that is derived: 700 a day."""
LONGEST_TITLE = 1000

_LENGTHS = struct.Struct(">III")
_ORDER = struct.Struct(">I")


def ordered(order: object, content: bytes = b"") -> bytes:
    """Put an order, or an answer's head, in front of the bytes it is about."""
    text = json.dumps(order).encode()
    return b"".join((_ORDER.pack(len(text)), text, content))


def taken(payload: bytes) -> tuple[Any, bytes]:
    """Take apart what `ordered` put together."""
    (length,) = _ORDER.unpack_from(payload)
    end = _ORDER.size + int(length)
    return json.loads(payload[_ORDER.size : end]), payload[end:]


def framed(objects: Iterable[RawObject]) -> bytes:
    """Write objects as frames: UID, content hash and text."""
    return b"".join(map(_packed, objects))


def objects_of(frames: bytes) -> tuple[RawObject, ...]:
    """Read what `framed` wrote."""
    return tuple(_unpacked(frames))


def answered(read: Interpretation) -> bytes:
    """Write what an interpreting task found.

    Raises:
        InputError: it is more than any calendar has.
    """
    if len(read.occurrences) > MOST_OCCURRENCES:
        raise InputError(f"it has more than {MOST_OCCURRENCES} busy times in the window")
    return json.dumps(
        {
            "occurrences": [_row(one) for one in read.occurrences],
            "quarantined": [[one.uid, one.reason, one.counts] for one in read.quarantined],
            "why": [[one.uid, one.start, one.verdict, one.rule] for one in read.why],
        }
    ).encode()


def interpretation_of(answer: bytes) -> Interpretation:
    """Read what an interpreting task answered."""
    document = json.loads(answer)
    return Interpretation(
        tuple(map(_occurrence, document["occurrences"])),
        tuple(Quarantined(uid, why, counts=counts) for uid, why, counts in document["quarantined"]),
        tuple(Verdict(uid, start, Judgement(verdict), rule) for uid, start, verdict, rule in document["why"]),
    )


def observed_row(one: Observed | None) -> list[Any] | None:
    """Write what an object shows as a row of JSON."""
    if one is None:
        return None
    mark = None if one.mark is None else [one.mark.install, one.mark.session, one.mark.epoch]
    return [
        one.event_id,
        one.etag,
        None if one.span is None else [one.span.start, one.span.end],
        one.live,
        one.declined,
        mark,
        one.title[:LONGEST_TITLE],
        one.sequence,
        [_instance_row(each) for each in one.instances],
        one.rule,
    ]


def _instance_row(one: ObservedInstance) -> list[Any]:
    span = None if one.span is None else [one.span.start, one.span.end]
    return [one.original, span, one.title[:LONGEST_TITLE], one.from_then_on]


def observations_of(answer: bytes) -> list[Observed | None]:
    """Read what an observing task answered."""
    return [None if row is None else _observed(row) for row in json.loads(answer)]


def _observed(row: Sequence[Any]) -> Observed:
    event_id, etag, span, live, declined, mark, title, sequence, instances, rule = row
    return Observed(
        event_id=EventId(event_id),
        etag=etag,
        span=None if span is None else Span(*span),
        live=live,
        declined=declined,
        mark=None
        if mark is None
        else Mark(install=InstallId(mark[0]), session=SessionId(mark[1]), epoch=mark[2]),
        title=title,
        sequence=sequence,
        instances=tuple(
            ObservedInstance(original, None if at is None else Span(*at), called, following)
            for original, at, called, following in instances
        ),
        rule=rule,
    )


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


def _row(one: Occurrence) -> list[Any]:
    title = one.title[:LONGEST_TITLE]
    return [one.span.start, one.span.end, one.uid, one.status.value, title, one.all_day, one.ours]


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
