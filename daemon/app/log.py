"""What happened, oldest first: from the audit log, and from the ledger what became of each copy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.booking.session_events import SESSION
from engine.errors import UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.booking import AuditEntry, Delivery, Effect, EffectState
from engine.model.session import EventSession
from engine.notices.session_notices import TOLD
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

CHUNK = 1000
MOST = 5000
"""Lines that are looked back over where nobody says since when."""
_SETTLED = {EffectState.WRITTEN: "written", EffectState.GONE: "removed", EffectState.REFUSED: "failed"}
PROFILE = "profile"
"""What was learned of somebody, by their id; `user` is who asked."""
_TIMES = ("start", "end", "due", "shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One thing that happened: `about` says to what kind of thing (`session`, `connector`, …), by its id."""

    at: Instant
    event: str
    about: str
    name: str
    user: UserId | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What is asked for; None = anything."""

    session: SessionId | None = None
    connector: str | None = None
    user: UserId | None = None
    since: Instant | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Records with the sessions that they are about, as far as those can be opened, and where they end."""

    records: Sequence[LogRecord]
    sessions: Mapping[str, EventSession]
    end: int


def happened(tx: Transaction, asked: LogFilter) -> Told:
    """Give what happened up to now."""
    return _told(tx, asked, list(_lines(tx, asked)), tx.audit.end(), with_copies=True)


def happened_after(tx: Transaction, asked: LogFilter, position: int) -> Told:
    """Give what has happened since a position of the log; copies are told of by their booking."""
    found = tx.audit.after(position, CHUNK)
    end = found[-1][0] if found else position
    return _told(tx, asked, [entry for _, entry in found], end, with_copies=False)


def known_connector(tx: Transaction, name: str, configured: Iterable[str]) -> str:
    """Give the name of a connector that is configured, or that the log tells of.

    Raises:
        UnknownThingError: neither.
    """
    if name in configured or tx.audit.listed(name):
        return name
    raise UnknownThingError(f"There is no connector {name!r}", "gatherly status shows them")


def _lines(tx: Transaction, asked: LogFilter) -> Iterator[AuditEntry]:
    of_one = asked.session or asked.connector
    if of_one is not None:
        yield from tx.audit.listed(of_one)
        return
    end, chunks = tx.audit.end(), list[list[AuditEntry]]()
    while end > 0 and len(chunks) * CHUNK < (MOST if asked.since is None else end + MOST):
        begin = max(0, end - CHUNK)
        chunk = [entry for position, entry in tx.audit.after(begin, CHUNK) if position <= end]
        chunks.append(chunk)
        if asked.since is not None and chunk and chunk[0].at < asked.since:
            break
        end = begin
    for chunk in reversed(chunks):
        yield from chunk


def _told(
    tx: Transaction, asked: LogFilter, lines: Sequence[AuditEntry], end: int, *, with_copies: bool
) -> Told:
    sessions = _sessions(tx, {line.object_id for line in lines if line.object_type == SESSION})
    records = [record for line in lines if (record := _record(line, sessions)) is not None]
    if with_copies:
        records += _copies(tx, {record.name for record in records if record.about == SESSION})
    kept = sorted((one for one in records if _is_asked(one, asked, sessions)), key=lambda one: one.at)
    return Told(kept, sessions, end)


def _sessions(tx: Transaction, names: Iterable[str]) -> dict[str, EventSession]:
    found = {name: attempt(partial(tx.sessions.get, SessionId(name))) for name in names}
    return {name: one for name, one in found.items() if one is not None and not isinstance(one, Trouble)}


def _record(line: AuditEntry, sessions: Mapping[str, EventSession]) -> LogRecord | None:
    """Give a line of the log; a booking's own steps, and what people were told, follow from others."""
    if line.action.startswith("booking.") or line.action == TOLD:
        return None
    return LogRecord(
        at=line.at,
        event=line.action,
        about=line.object_type,
        name=line.object_id,
        user=line.user_id,
        details=line.details,
    )


def _copies(tx: Transaction, names: Iterable[str]) -> Iterator[LogRecord]:
    for name in names:
        for effect in tx.ledger.effects(SessionId(name)):
            if effect.calendar is not None and effect.at is not None and effect.state in _SETTLED:
                yield _copy(effect, effect.at)


def _copy(effect: Effect, at: Instant) -> LogRecord:
    became = _SETTLED[effect.state]
    if became == "written" and effect.delivery is Delivery.INVITED:
        became = "invited"
    error = effect.last_error if became == "failed" else None
    return LogRecord(
        at=at,
        event=f"copy.{became}",
        about=SESSION,
        name=effect.session,
        user=effect.attendee,
        details={"calendar": str(effect.calendar), "error": error},
    )


def _is_asked(one: LogRecord, asked: LogFilter, sessions: Mapping[str, EventSession]) -> bool:
    if asked.since is not None and one.at < asked.since:
        return False
    if asked.connector is not None and one.name != asked.connector:
        return False
    if asked.user is None:
        return True
    if one.about == PROFILE and one.name == asked.user:
        return True
    session = sessions.get(one.name)
    return one.user == asked.user or (session is not None and asked.user in session.attendee_ids)


def log_document(one: LogRecord) -> dict[str, Any]:
    """Give the JSON of one record."""
    details = {
        key: format_instant(value) if key in _TIMES and isinstance(value, int) else value
        for key, value in one.details.items()
        if value is not None
    }
    who = {} if one.user is None else {"user": one.user}
    return {"at": format_instant(one.at), "event": one.event, one.about: one.name, **who, **details}
