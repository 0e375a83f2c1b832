"""The work on what Google sent, as tasks for a child (`connectors.sandbox`): bytes in, out.

Of an event a page tells what the daemon has to know of it (`Told`), and the rest as bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.gcal.translate import Reader, interpret, mark_of, observed, observed_instance
from connectors.owner import OwnerAddresses
from connectors.sandbox.canonical import canonical, word
from connectors.sandbox.frames import answered, objects_of, observed_row, ordered, taken
from connectors.sandbox.observing import observed_by
from engine.errors import InputError
from engine.ids import EventUid, Href, InstallId
from engine.model.calendar_object import RawObject
from engine.time.span import Span

RENEWED = frozenset(
    {"etag", "updated", "kind", "htmlLink", "created", "sequence", "reminders", "colorId", "hangoutLink"}
)
"""What changes without changing anybody's time; it makes no difference to the content hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a listing; `series` is the id of the series that it is an exception of.

    `install` is whose mark it has. `essence` names all of its content but what is renewed.
    """

    id: str
    series: str | None
    uid: str | None
    updated: str
    cancelled: bool
    repeats: bool
    install: InstallId | None
    essence: str
    raw: bytes = field(repr=False)

    @property
    def head(self) -> str:
        """The id of the series that it belongs to, or its own."""
        return self.series or self.id


def told(event: object) -> Told:
    """Read an event as far as a listing needs.

    Raises:
        InputError: it has no id, or one that cannot be Google's.
    """
    if not isinstance(event, dict) or not event.get("id"):
        raise InputError("it holds events without ids")
    essence = {name: event[name] for name in event if name not in RENEWED}
    return Told(
        id=word(event["id"]),
        series=word(event["recurringEventId"]) if event.get("recurringEventId") else None,
        uid=word(event["iCalUID"]) if event.get("iCalUID") else None,
        updated=word(event.get("updated", "")),
        cancelled=event.get("status") == "cancelled",
        repeats=bool(event.get("recurrence")),
        install=_install(event),
        essence=hashlib.sha256(canonical(essence)).hexdigest(),
        raw=canonical(event),
    )


def tombstone_of(name: str) -> Told:
    """Give an event of which Google knows nothing any more."""
    return told({"id": name, "status": "cancelled"})


def raw_of(href: str, members: Sequence[Told], install: InstallId) -> RawObject:
    """Keep a series with its exceptions, or a single event, as Google sent it."""
    ordered = sorted(members, key=lambda one: one.id)
    head = next((one for one in ordered if one.id == href), ordered[0])
    uid = href if head.install == install else head.uid or href
    essence = ",".join(one.essence for one in ordered)
    return RawObject(
        href=Href(href),
        uid=EventUid(uid),
        etag=None,
        content_hash=hashlib.sha256(essence.encode()).hexdigest(),
        raw=b"[" + b",".join(one.raw for one in ordered) + b"]",
    )


def _install(event: Mapping[str, Any]) -> InstallId | None:
    try:
        mark = mark_of(event)
    except (AttributeError, TypeError):
        return None
    return None if mark is None else InstallId(word(mark.install))


_HERE = "connectors.gcal.tasks"
PAGE = f"{_HERE}:page_task"
INTERPRET = f"{_HERE}:interpret_task"
OBSERVE = f"{_HERE}:observe_task"
OBSERVE_SERIES = f"{_HERE}:observe_series_task"
LONGEST_MARK = 8000
"""Characters of a token; Google's have some dozens."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing; `following` asks for the next, `token` for what changes after the last."""

    zone: str | None
    role: str | None
    following: str | None
    token: str | None
    events: tuple[Told, ...] = ()


def page_task(body: bytes) -> bytes:
    """Read a page of events: its marks, a row an event, and each event's own bytes."""
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("items", []), list):
        raise InputError("the answer is not what Google sends")
    names = ("timeZone", "accessRole", "nextPageToken", "nextSyncToken")
    marks = [_mark(document.get(name)) for name in names]
    events = [told(one) for one in document.get("items", [])]
    rows = [_row(one) for one in events]
    return ordered([marks, rows], b"".join(one.raw for one in events))


def _row(one: Told) -> list[object]:
    about: list[object] = [one.id, one.series, one.uid, one.updated, one.cancelled, one.repeats]
    return [*about, one.install, one.essence, len(one.raw)]


def page_of(answer: bytes) -> Page:
    """Read what `page_task` answered."""
    (marks, rows), content = taken(answer)
    events: list[Told] = []
    at = 0
    for name, series, uid, updated, cancelled, repeats, install, essence, length in rows:
        events.append(
            Told(
                id=name,
                series=series,
                uid=uid,
                updated=updated,
                cancelled=cancelled,
                repeats=repeats,
                install=None if install is None else InstallId(install),
                essence=essence,
                raw=content[at : at + length],
            )
        )
        at += length
    zone, role, following, token = marks
    return Page(zone, role, following, token, tuple(events))


def interpret_task(payload: bytes) -> bytes:
    """Interpret objects under an order."""
    (start, end, zone, (install, addresses, free_types, transparent_is_busy), why), frames = taken(payload)
    reader = Reader(
        InstallId(install), OwnerAddresses(addresses), frozenset(free_types), bool(transparent_is_busy)
    )
    return answered(interpret(objects_of(frames), Span(start, end), zone, reader, why=why))


def observe_task(payload: bytes) -> bytes:
    """Read how events lie in the calendar now."""
    return observed_by(observed, payload)


def observe_series_task(payload: bytes) -> bytes:
    """Read how a series, which comes first, and its exceptions lie in the calendar now.

    Raises:
        InputError: one cannot be read.
    """
    (zone, owner), raw = taken(payload)
    master, *exceptions = json.loads(raw)
    try:
        whole = observed(master, zone, owner)
        if whole.live:
            changed = tuple(observed_instance(one, zone) for one in exceptions)
            whole = replace(whole, instances=changed)
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise InputError("the series cannot be read") from error
    return json.dumps([observed_row(whole)]).encode()


def _mark(value: object) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_MARK):
        return value
    raise InputError("a mark of the listing is not what Google sends")
