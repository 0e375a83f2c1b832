"""What is set aside, wherever it is remembered: with its calendar, with its document, or by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from daemon.app.principal import Principal
from daemon.app_documents.let_be import id_and_mark
from engine.errors import UnknownThingError
from engine.ids import CalendarKey, ConnectorName, Href, SessionId, UserId
from engine.model.set_aside import NOBODYS, SetAside, Work, event_id, short_id
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

if TYPE_CHECKING:
    from engine.model.app_document import AppDocument
    from engine.model.calendar import Calendar
    from engine.model.calendar_object import Digest
    from engine.ports.store import Transaction


OF_CONNECTORS = (Work.READ, Work.REFRESH, Work.CALL)
OF_DOCUMENTS = (Work.TAKE, Work.FETCH, Work.SEND)


class EntryKind(StrEnum):
    """What was set aside."""

    EVENT = "event"
    CONNECTOR = "connector"
    DOCUMENT = "document"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is set aside, with why and since when; `mark` is the version that it is in now."""

    id: str
    kind: EntryKind
    step: Work
    name: str
    user: UserId
    reason: str
    since: Instant | None = None
    attempts: int = 1
    next_at: Instant | None = None
    session: SessionId | None = None
    calendar: CalendarKey | None = None
    hrefs: tuple[Href, ...] = ()
    mark: str = ""
    forgotten: bool = False

    @property
    def connector(self) -> ConnectorName | None:
        """The connector that it belongs to, if it does to one."""
        if self.calendar is not None:
            return self.calendar.connector
        return ConnectorName(self.name.split(" ")[0]) if self.step in OF_CONNECTORS else None

    def document(self) -> dict[str, Any]:
        """Give it as `quarantine --json` writes it."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "step": self.step.value,
            "name": self.name,
            "user": self.user,
            "connector": self.connector,
            "calendar": self.calendar.calendar if self.calendar else None,
            "session": self.session,
            "reason": self.reason,
            "since": None if self.since is None else format_instant(self.since),
            "attempts": self.attempts,
            "nextTry": None if self.next_at is None else format_instant(self.next_at),
            "forgotten": self.forgotten,
        }


def entries(
    principal: Principal,
    tx: Transaction,
    configured: Iterable[ConnectorName],
    troubled: Sequence[AppDocument],
) -> list[Entry]:
    """Give what of somebody's is set aside, to an operator all, what was let be too; the longest first."""
    rows = {one.id: one for one in tx.repositories.set_aside.all()}
    found = [entry for name in configured for entry in _events(tx, name, rows)]
    found += [_document(one, rows) for one in troubled]
    found += [_step(one) for one in rows.values() if one.step not in (Work.EVENT, Work.DOCUMENT)]
    seen = (one for one in found if not principal.is_other_than(one.user))
    return sorted(seen, key=lambda one: (one.since or 0, one.id))


def entry_named(
    principal: Principal,
    tx: Transaction,
    configured: Iterable[ConnectorName],
    troubled: Sequence[AppDocument],
    text: str,
) -> Entry:
    """Give what an id, or the beginning of just one, means.

    Raises:
        UnknownThingError: nothing, or several.
    """
    known = (one for one in entries(principal, tx, configured, troubled) if text and one.id.startswith(text))
    begun = list(known)
    meant = [one for one in begun if one.id == text] or begun
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UnknownThingError(f"{text!r} begins {len(meant)} ids", "Give more of the id")
    raise UnknownThingError(f"Nothing is set aside as {text!r}", "gatherly quarantine list shows what is")


def without_let_be(
    tx: Transaction, calendars: Sequence[Calendar], let_be: Mapping[str, SetAside]
) -> list[Calendar]:
    """Give calendars without the events that somebody has let be, as long as they are as they were."""
    return [_spoken_of(tx, one, let_be) if let_be and one.quarantined else one for one in calendars]


def _spoken_of(tx: Transaction, calendar: Calendar, rows: Mapping[str, SetAside]) -> Calendar:
    told = list(_of_calendar(tx, calendar, rows))
    left = (bad for bad, entry in zip(calendar.quarantined, told, strict=True) if not entry.forgotten)
    return replace(calendar, quarantined=tuple(left))


def _events(tx: Transaction, name: ConnectorName, rows: Mapping[str, SetAside]) -> Iterator[Entry]:
    for calendar in tx.calendars.of_connector(name):
        yield from _of_calendar(tx, calendar, rows)


def _of_calendar(tx: Transaction, calendar: Calendar, rows: Mapping[str, SetAside]) -> Iterator[Entry]:
    digests = tx.calendars.digests(calendar.key) if calendar.quarantined else {}
    for bad in calendar.quarantined:
        there = {href: digest for href, digest in digests.items() if digest.uid == bad.uid}
        id_, mark = event_id(calendar.key, bad.uid), _mark(there)
        row = rows.get(id_)
        yield Entry(
            id=id_,
            kind=EntryKind.EVENT,
            step=Work.EVENT,
            name=bad.uid or "without UID",
            user=calendar.user_id,
            reason=bad.reason,
            since=bad.since,
            calendar=calendar.key,
            hrefs=tuple(there),
            mark=mark,
            forgotten=row is not None and row.mark == mark,
        )


def _mark(digests: Mapping[Href, Digest]) -> str:
    return short_id(Work.EVENT, "|".join(sorted(one.content_hash for one in digests.values())))


def _document(one: AppDocument, rows: Mapping[str, SetAside]) -> Entry:
    id_, mark = id_and_mark(one)
    row = rows.get(id_)
    return Entry(
        id=id_,
        kind=EntryKind.DOCUMENT,
        step=Work.DOCUMENT,
        name=str(one.place),
        user=NOBODYS,
        reason=one.problem or one.last_error or "",
        since=_written(one.update_time),
        attempts=max(1, one.attempts),
        next_at=one.next_at or None,
        mark=mark,
        forgotten=row is not None and row.mark == mark,
    )


def _written(stamp: str | None) -> Instant | None:
    """Tell when a document was written that cannot be read."""
    at = attempt(lambda: parse_instant(stamp or ""))
    return None if isinstance(at, Trouble) else at


def _step(one: SetAside) -> Entry:
    kind = EntryKind.STEP
    if one.step in OF_CONNECTORS:
        kind = EntryKind.CONNECTOR
    if one.step in OF_DOCUMENTS:
        kind = EntryKind.DOCUMENT
    return Entry(
        id=one.id,
        kind=kind,
        step=one.step,
        name=one.name,
        user=one.user_id,
        reason=one.reason,
        since=one.since,
        attempts=one.attempts,
        next_at=None if one.forgotten else one.next_at,
        session=one.session_id,
        mark=one.mark,
        forgotten=one.forgotten,
    )
