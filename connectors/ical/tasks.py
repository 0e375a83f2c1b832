"""The work on a calendar's text as tasks for a child process: bytes in, bytes out (`connectors.isolation`).

Answers are JSON and plain frames, never pickles: a child that was taken over could send nothing worse than
wrong times.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from connectors.ical.body import whole_calendar
from connectors.ical.feedbody import read_feed
from connectors.ical.fileedit import file_objects, with_event, without_event
from connectors.ical.interpret import interpret, interpret_body
from connectors.ical.observe import observe, observe_marked, observe_uid
from connectors.ical.vevent import Owner
from engine.errors import InputError
from engine.ids import EventId, EventUid, Href, InstallId, SessionId
from engine.model.booking import Mark, Observed
from engine.model.calendar import (
    BusyStatus,
    Interpretation,
    Judgement,
    Occurrence,
    Quarantined,
    RawObject,
    Verdict,
)
from engine.timespan import Span

_HERE = "connectors.ical.tasks"
FEED = f"{_HERE}:feed_task"
FILES = f"{_HERE}:files_task"
INTERPRET = f"{_HERE}:interpret_task"
INTERPRET_BODY = f"{_HERE}:interpret_body_task"
OBSERVE = f"{_HERE}:observe_task"
OBSERVE_FILE = f"{_HERE}:observe_file_task"
EDIT = f"{_HERE}:edit_task"
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


def feed_task(payload: bytes) -> bytes:
    """Read a feed's body: what its header says, and its objects unless its content is the known one."""
    (place, content), body = taken(payload)
    read = read_feed(body, place, content)
    return ordered([read.content, read.zone, read.floor], framed(read.objects))


def files_task(payload: bytes) -> bytes:
    """Cut files into objects: how many each one gave, then the objects."""
    files, bodies = taken(payload)
    counts: list[int] = []
    parts: list[bytes] = []
    at = 0
    for place, length in files:
        found = file_objects(whole_calendar(bodies[at : at + length], place))
        at += length
        counts.append(len(found))
        parts.append(framed(found))
    return ordered(counts, b"".join(parts))


def observe_task(payload: bytes) -> bytes:
    """Read what objects show of events, one answer each."""
    (zone, owner), frames = taken(payload)
    return json.dumps(
        [observed_row(observe(one.raw, None, zone, owner)) for one in _unpacked(frames)]
    ).encode()


def observe_file_task(payload: bytes) -> bytes:
    """Read what a file shows of the events of one UID, or of all that have a mark."""
    (place, uid, zone, owner), body = taken(payload)
    text = whole_calendar(body, place)
    found = observe_marked(text, zone, owner) if uid is None else observe_uid(text, uid, zone, owner)
    return json.dumps([observed_row(one) for one in found]).encode()


def edit_task(payload: bytes) -> bytes:
    """Put an event into a file, in the place of those with its UID or beside all; or take one out."""
    (place, uid, length), content = taken(payload)
    calendar, body = content[:length], content[length:]
    whole_calendar(body, place)
    rest = body if uid is None else without_event(body, uid)
    return with_event(rest, calendar) if calendar else rest


def interpret_task(payload: bytes) -> bytes:
    """Interpret objects under an order."""
    (start, end, zone, (addresses, transparent_is_busy), why), frames = taken(payload)
    owner = Owner(frozenset(addresses), transparent_is_busy)
    return _answer(interpret(_unpacked(frames), Span(start, end), zone, owner=owner, why=why))


def interpret_body_task(payload: bytes) -> bytes:
    """Interpret a whole body under an order."""
    (place, start, end, zone, why), body = taken(payload)
    return _answer(interpret_body(whole_calendar(body, place), Span(start, end), zone, why=why))


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
    ]


def observations_of(answer: bytes) -> list[Observed | None]:
    """Read what an observing task answered."""
    return [None if row is None else _observed(row) for row in json.loads(answer)]


def _observed(row: Sequence[Any]) -> Observed:
    event_id, etag, span, live, declined, mark, title, sequence = row
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


def _answer(read: Interpretation) -> bytes:
    if len(read.occurrences) > MOST_OCCURRENCES:
        raise InputError(f"it has more than {MOST_OCCURRENCES} busy times in the window")
    return json.dumps(
        {
            "occurrences": [_row(one) for one in read.occurrences],
            "quarantined": [[one.uid, one.reason, one.counts] for one in read.quarantined],
            "why": [[one.uid, one.start, one.verdict, one.rule] for one in read.why],
        }
    ).encode()


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
