"""How things stand, in the words of `gatherly status`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.ids import CalendarKey, ConnectorName, SessionId, UserId
from engine.model.calendar import Calendar, CalendarAccount, CalendarState, ConnectorState
from engine.model.session import SessionStatus
from engine.operations.liveness import DaemonHealth
from engine.text.plain_text import one_line
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.model.app_document import ListenerStatus
    from engine.model.set_aside import SetAside
    from engine.operations.budgets import DailyUse


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorHealth:
    """One connector as `status` shows it; times are None where there was none yet.

    `held_back` says why it is not asked before `next_run`, where gatherly itself keeps from it: no failure.
    `every` is how many seconds lie between two reads; None where it is not read.
    """

    name: ConnectorName
    kind: str
    user: UserId | None
    state: ConnectorState
    last_success: Instant | None = None
    age_seconds: int | None = None
    last_error: str | None = None
    next_run: Instant | None = None
    held_back: str | None = None
    every: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StuckNotice:
    """Something that an outlet refused for good: for whom (None: a webhook), through what, and why."""

    user: UserId | None
    outlet: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWrite:
    """A copy that is not sent before a known pause is over, and why."""

    session: SessionId
    user: UserId
    calendar: CalendarKey
    until: Instant
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCopy:
    """A copy that is to go or to come, in a calendar whose connector was taken out of the files.

    `is_stuck` says that gatherly has given up on it, so that an operator may let it be.
    """

    session: SessionId
    user: UserId
    calendar: CalendarKey
    is_stuck: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDocumentsHealth:
    """How in step gatherly is with the documents that apps share; `hearing` is None before the first run.

    `pending` counts documents that are still to be written, `troubled` names those that cannot be read or
    could not be written, with the reason.
    """

    name: str
    listener_status: ListenerStatus | None
    pending: int
    troubled: tuple[tuple[str, str], ...] = ()

    @property
    def trouble(self) -> str | None:
        """Why changes are not heard as they happen; None while they are, or nobody listens."""
        return self.listener_status.trouble if self.listener_status else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCopies:
    """A calendar whose copies of booked events could not be looked at, and why."""

    calendar: CalendarKey
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """How well the service does: shares from 0 to 1, ages and lengths in seconds; None while nothing tells.

    `fresh_share` is that of the calendars whose last read still counts, `p95_age` the age within which 95 of
    100 were read, `booking_p95` the time within which 95 of 100 accepted times were booked lately.
    """

    fresh_share: float | None = None
    p95_age: int | None = None
    booking_p95: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What could be done now and is not yet; `oldest` is for how many seconds the longest has waited.

    `engine` is what carries it to the daemons.
    """

    waiting: int = 0
    oldest: int = 0
    engine: str = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything `status` tells; `names` are the users', `claims` counts what each daemon reads now.

    `untold` is for how many seconds the oldest mail or notice has waited to go out; None where none waits.
    """

    connectors: tuple[ConnectorHealth, ...]
    sessions: Mapping[SessionStatus, int]
    writes_pending: int
    writes_stuck: int
    version: str
    tzdata: str
    writes_held: tuple[HeldWrite, ...] = ()
    writes_left: tuple[LeftCopy, ...] = ()
    untold: int | None = None
    notices_pending: int = 0
    notices_stuck: tuple[StuckNotice, ...] = ()
    quotas: tuple[DailyUse, ...] = ()
    live: AppDocumentsHealth | None = None
    set_aside: tuple[SetAside, ...] = ()
    unread: tuple[UnreadCopies, ...] = ()
    daemon: DaemonHealth = field(default_factory=DaemonHealth)
    slo: Slo = field(default_factory=Slo)
    queue: Queue = field(default_factory=Queue)
    claims: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[UserId, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether all work, nothing is stuck, set aside or unread, and the daemon and apps are well."""
        heard = self.live is None or (self.live.trouble is None and not self.live.troubled)
        working = all(one.state is ConnectorState.OK for one in self.connectors)
        well = not (self.writes_stuck or self.writes_left or self.unread or self.set_aside)
        return well and working and heard and self.daemon.is_well


def connector_health(
    account: CalendarAccount,
    calendars: Sequence[Calendar],
    now: Instant,
    max_age: int,
    *,
    polled: bool = True,
    reads: bool = True,
) -> ConnectorHealth:
    """Judge one configured connector; `max_age` in seconds.

    One that is never `polled` cannot be stale. One that only writes (`reads` is false) is judged by when it
    was asked last whether it still may.
    """
    synced = (
        [calendar.synced_at for calendar in calendars if calendar.read] if reads else [account.last_success]
    )
    oldest = (
        None
        if any(at is None for at in synced)
        else min((at for at in synced if at is not None), default=None)
    )
    age = None if oldest is None else max(0, now - oldest)
    return ConnectorHealth(
        name=account.connector,
        kind=account.kind,
        user=account.user_id,
        state=_state(account, calendars, age, max_age, polled),
        last_success=account.last_success,
        age_seconds=age,
        last_error=_line(account.last_error or _suspicion(calendars)),
        next_run=account.next_run or None,
        held_back=account.held_back,
        notes=_notes(calendars),
    )


def _state(
    account: CalendarAccount, calendars: Sequence[Calendar], age: int | None, max_age: int, polled: bool
) -> ConnectorState:
    if account.state in (ConnectorState.EXPIRED, ConnectorState.DISABLED):
        return account.state
    if any(calendar.state is CalendarState.DEGRADED or calendar.quarantined for calendar in calendars):
        return ConnectorState.DEGRADED
    if account.state is ConnectorState.ERROR:
        return ConnectorState.ERROR
    stale = polled and (age is None or age > max_age)
    return ConnectorState.STALE if stale else ConnectorState.OK


def p95(values: Iterable[int]) -> int | None:
    """Give the value that 95 of 100 do not exceed; None where there are none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else None


def _line(text: str | None) -> str | None:
    return None if text is None else one_line(text)


def _suspicion(calendars: Sequence[Calendar]) -> str | None:
    held = [f"{calendar.name}: {calendar.suspicion}" for calendar in calendars if calendar.suspicion]
    if not held:
        return None
    return "; ".join(held) + ". If that is right, run gatherly accept-change"


def _notes(calendars: Sequence[Calendar]) -> tuple[str, ...]:
    return tuple(
        one_line(f"{calendar.name}: event {bad.uid or 'without UID'} is left out: {bad.reason}")
        for calendar in calendars
        for bad in calendar.quarantined
    )
