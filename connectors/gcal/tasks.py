"""The work on what Google sent, as tasks for a child (`connectors.sandbox.isolation`): bytes in, out."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.gcal.event_digest import Told, told
from connectors.gcal.translate import Reader, interpret, observed
from connectors.owner import OwnerAddresses
from connectors.sandbox.frames import answered, objects_of, observed_row, ordered, taken
from engine.errors import InputError
from engine.ids import InstallId
from engine.model.booking import Observed
from engine.time.span import Span

_HERE = "connectors.gcal.tasks"
PAGE = f"{_HERE}:page_task"
INTERPRET = f"{_HERE}:interpret_task"
OBSERVE = f"{_HERE}:observe_task"
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


def observing(events: Iterable[Told], zone: str, owner: Iterable[str]) -> bytes:
    """Ask how events lie in the calendar now."""
    return ordered([zone, sorted(owner)], b"[" + b",".join(one.raw for one in events) + b"]")


def observe_task(payload: bytes) -> bytes:
    """Read what events show, one answer each."""
    (zone, owner), raw = taken(payload)
    return json.dumps([observed_row(_seen(one, zone, owner)) for one in json.loads(raw)]).encode()


def _seen(event: dict[str, object], zone: str, owner: Sequence[str]) -> Observed:
    try:
        return observed(event, zone, owner)
    except (KeyError, ValueError) as error:
        raise InputError(f"the event {str(event.get('id'))[:100]} cannot be read") from error


def _mark(value: object) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_MARK):
        return value
    raise InputError("a mark of the listing is not what Google sends")
