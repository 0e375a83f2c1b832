"""The work on what Graph sent, as tasks for a child (`connectors.sandbox`): bytes in, out.

Of an event a page tells what the daemon has to know of it (`Told`), and the rest as bytes. Occurrences that
come bare, with nothing but their times, are filled from their series, which is told beside them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.outlook.marks import CALENDAR, event_id_of, mark_of, values_of
from connectors.outlook.translate import Reader, interpret, observed
from connectors.owner import OwnerAddresses
from connectors.sandbox.canonical import canonical, word
from connectors.sandbox.frames import answered, objects_of, ordered, taken
from connectors.sandbox.observing import observed_by
from engine.errors import InputError
from engine.ids import EventId, InstallId
from engine.time.span import Span

OWN = frozenset(
    {
        "id",
        "type",
        "start",
        "end",
        "originalStart",
        "originalStartTimeZone",
        "originalEndTimeZone",
        "seriesMasterId",
        "occurrenceId",
        "iCalUId",
        "uid",
        "transactionId",
        "recurrence",
        "changeKey",
        "createdDateTime",
        "lastModifiedDateTime",
        "webLink",
        "singleValueExtendedProperties",
    }
)
"""What an occurrence does not have of its series."""
ESSENCE = (
    "subject",
    "start",
    "end",
    "isAllDay",
    "showAs",
    "isCancelled",
    "sensitivity",
    "location",
    "organizer",
    "attendees",
)
"""What a change of is a change; versions, stamps and previews are renewed without one."""
LONGEST_LINK = 16_000
MASTER = "seriesMaster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One item of a listing.

    `removed`: it is no more than a tombstone. `bare`: an occurrence that tells nothing but its times.
    `transaction` is None where the answer does not tell it; `event_id`, `install` and `calendar` are those of
    the mark, where it was asked for. `essence` names all of its content but what is renewed.
    """

    id: str
    kind: str = ""
    series: str | None = None
    uid: str | None = None
    removed: bool = False
    bare: bool = False
    created: str = ""
    transaction: str | None = None
    event_id: EventId | None = None
    install: InstallId | None = None
    calendar: str | None = None
    essence: str = ""
    raw: bytes = field(default=b"", repr=False)


def told(event: object) -> Told:
    """Read an item as far as a listing needs.

    Raises:
        InputError: it has no id, or one that cannot be Graph's.
    """
    if not isinstance(event, dict) or not event.get("id"):
        raise InputError("it holds events without ids")
    if "@removed" in event:
        return Told(id=word(event["id"]), removed=True)
    mark = mark_of(event)
    transaction = word(event["transactionId"] or "") if "transactionId" in event else None
    return Told(
        id=word(event["id"]),
        kind=word(event.get("type") or ""),
        series=word(event["seriesMasterId"]) if event.get("seriesMasterId") else None,
        uid=word(event["iCalUId"]) if event.get("iCalUId") else None,
        bare=bool(event.get("seriesMasterId")) and "showAs" not in event,
        created=word(event.get("createdDateTime") or ""),
        transaction=transaction,
        event_id=event_id_of(event),
        install=None if mark is None else InstallId(word(mark.install)),
        calendar=values_of(event).get(CALENDAR),
        essence=hashlib.sha256(canonical(_essence(event))).hexdigest(),
        raw=canonical(event),
    )


def _essence(event: Mapping[str, Any]) -> dict[str, Any]:
    answer = event.get("responseStatus")
    response = answer.get("response") if isinstance(answer, dict) else None
    return {"response": response, **{name: event.get(name) for name in ESSENCE}}


_HERE = "connectors.outlook.tasks"
PAGE = f"{_HERE}:page_task"
FILL = f"{_HERE}:fill_task"
INTERPRET = f"{_HERE}:interpret_task"
OBSERVE = f"{_HERE}:observe_task"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing; `following` is the link to the next, `delta` the one for what changes later."""

    following: str | None
    delta: str | None
    events: tuple[Told, ...] = ()


def page_task(body: bytes) -> bytes:
    """Read a page: its links, a row an item, and each item's own bytes."""
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("value"), list):
        raise InputError("the answer is not what Graph sends")
    links = [_link(document.get(name)) for name in ("@odata.nextLink", "@odata.deltaLink")]
    return _rows(links, [told(one) for one in document["value"]])


def fill_task(payload: bytes) -> bytes:
    """Fill bare occurrences from their series."""
    series, bare = json.loads(payload)
    masters = {one["id"]: {name: one[name] for name in one if name not in OWN} for one in series}
    return _rows([None, None], [told({**masters[one["seriesMasterId"]], **one}) for one in bare])


def filling(series: Iterable[Told], bare: Iterable[Told]) -> bytes:
    """Ask for bare occurrences to be filled."""
    parts = (b"[" + b",".join(one.raw for one in each) + b"]" for each in (series, bare))
    return b"[" + b",".join(parts) + b"]"


def _rows(links: Sequence[str | None], events: Sequence[Told]) -> bytes:
    return ordered([links, [_row(one) for one in events]], b"".join(one.raw for one in events))


def _row(one: Told) -> list[object]:
    about: list[object] = [one.id, one.kind, one.series, one.uid, one.removed, one.bare, one.created]
    return [*about, one.transaction, one.event_id, one.install, one.calendar, one.essence, len(one.raw)]


def page_of(answer: bytes) -> Page:
    """Read what `page_task` or `fill_task` answered."""
    (links, rows), content = taken(answer)
    events: list[Told] = []
    at = 0
    for *about, length in rows:
        events.append(_of_row(about, content[at : at + length]))
        at += length
    following, delta = links
    return Page(following, delta, tuple(events))


def _of_row(about: Sequence[Any], raw: bytes) -> Told:
    name, kind, series, uid, removed, bare, created, transaction, event_id, install, calendar, essence = about
    return Told(
        id=name,
        kind=kind,
        series=series,
        uid=uid,
        removed=removed,
        bare=bare,
        created=created,
        transaction=transaction,
        event_id=None if event_id is None else EventId(event_id),
        install=None if install is None else InstallId(install),
        calendar=calendar,
        essence=essence,
        raw=raw,
    )


def interpret_task(payload: bytes) -> bytes:
    """Interpret objects under an order."""
    (start, end, zone, (install, addresses, elsewhere, transparent), why), frames = taken(payload)
    reader = Reader(InstallId(install), OwnerAddresses(addresses), bool(elsewhere), bool(transparent))
    return answered(interpret(objects_of(frames), Span(start, end), zone, reader, why=why))


def observe_task(payload: bytes) -> bytes:
    """Read how events lie in the calendar now."""
    return observed_by(observed, payload)


def _link(value: object) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_LINK):
        return value
    raise InputError("a link of the listing is not what Graph sends")
