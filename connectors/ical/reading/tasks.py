"""The work on a calendar's text as tasks for a child process: bytes in, bytes out (`connectors.sandbox`)."""

import json
from collections.abc import Iterable, Iterator, Sequence

from connectors.ical.feed.body import read_feed
from connectors.ical.folder.file_edit import file_objects, with_event, without_event
from connectors.ical.reading.interpret import interpret, interpret_body
from connectors.ical.reading.own_events import observe, observe_marked, observe_uid
from connectors.ical.reading.vevent import Owner
from connectors.ical.text.body import whole_calendar
from connectors.sandbox.frames import answered, framed, objects_of, observed_row, ordered, taken
from engine.model.booking import Observed
from engine.time.span import Span

_HERE = "connectors.ical.reading.tasks"
FEED = f"{_HERE}:feed_task"
FILES = f"{_HERE}:files_task"
INTERPRET = f"{_HERE}:interpret_task"
INTERPRET_BODY = f"{_HERE}:interpret_body_task"
OBSERVE = f"{_HERE}:observe_task"
OBSERVE_FILES = f"{_HERE}:observe_files_task"
EDIT = f"{_HERE}:edit_task"


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
    for body in _calendars(files, bodies):
        found = file_objects(body)
        counts.append(len(found))
        parts.append(framed(found))
    return ordered(counts, b"".join(parts))


def observe_task(payload: bytes) -> bytes:
    """Read what objects show of events, one answer each."""
    (zone, owner), frames = taken(payload)
    return json.dumps(
        [observed_row(observe(one.raw, None, zone, owner)) for one in objects_of(frames)]
    ).encode()


def observe_files_task(payload: bytes) -> bytes:
    """Read what files show of the events of one UID, or of all that have a mark: how many each, then all."""
    (files, uid, zone, owner), bodies = taken(payload)
    found: list[Sequence[Observed | None]] = [
        observe_marked(body, zone, owner) if uid is None else observe_uid(body, uid, zone, owner)
        for body in _calendars(files, bodies)
    ]
    rows = json.dumps([observed_row(one) for shown in found for one in shown]).encode()
    return ordered([len(shown) for shown in found], rows)


def _calendars(files: Iterable[tuple[str, int]], bodies: bytes) -> Iterator[bytes]:
    """Cut what was handed over together into files, each a whole calendar."""
    at = 0
    for place, length in files:
        yield whole_calendar(bodies[at : at + length], place)
        at += length


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
    return answered(interpret(objects_of(frames), Span(start, end), zone, owner=owner, why=why))


def interpret_body_task(payload: bytes) -> bytes:
    """Interpret a whole body under an order."""
    (place, start, end, zone, why), body = taken(payload)
    return answered(interpret_body(whole_calendar(body, place), Span(start, end), zone, why=why))
