"""How connectors, sessions and writes stand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from importlib.metadata import version

from config.configuration import Configuration
from config.files.layers import files_digest
from connectors.registry import kind_of
from daemon.app.connector_status import ReadConnector, every_connector, judged
from daemon.runtime.life import sees_process
from engine.booking.checks.sweeping import EVERY, is_watched
from engine.booking.outcome import Code
from engine.booking.session_events import SessionEvent
from engine.ids import CalendarKey, SessionId
from engine.model.booking import BookingState, Delivery, EffectState, Want
from engine.model.calendar import NATIVE
from engine.operations.budgets import DailyUse, daily_use
from engine.operations.health import (
    Health,
    HeldWrite,
    LeftCopy,
    Queue,
    Slo,
    StuckNotice,
    UnreadCopies,
    p95,
)
from engine.operations.liveness import daemon_health
from engine.ports.store import Transaction
from engine.time.span import Instant
from engine.trouble import Trouble, attempt, row_by_row

LOOKED_BACK = 2000
"""Lines of the log in which bookings are looked for: the last ones tell how it goes."""
AT_MOST = 1000
UNFINISHED = (
    BookingState.ACCEPTED,
    BookingState.HELD,
    BookingState.PREPARED,
    BookingState.WRITING,
    BookingState.VERIFYING,
    BookingState.UNDOING,
    BookingState.QUARANTINE,
    BookingState.RELEASING,
)


def gather(tx: Transaction, configuration: Configuration, now: Instant) -> Health:
    """Read everything that `status` tells; the daemon's files are held against those that lie there now."""
    read, max_age = every_connector(tx, configuration), configuration.settings.sync.max_age
    aside = tx.repositories.set_aside.all()
    unfinished, stuck = tx.ledger.in_state(UNFINISHED), tx.ledger.in_state((BookingState.STUCK,))
    waiting = tx.outbox.waiting_since(now)
    lives = tx.repositories.daemons.all()
    return Health(
        connectors=tuple(judged(tx, read, configuration.disabled, aside, now, max_age)),
        sessions=tx.sessions.counts(),
        writes_pending=len(unfinished),
        writes_held=tuple(_held(tx, unfinished, now)),
        writes_left=tuple(_left(tx, (*unfinished, *stuck), configuration)),
        writes_stuck=len(stuck),
        untold=None if waiting is None else max(0, now - waiting),
        notices_pending=tx.repositories.dispatches.pending(),
        notices_stuck=tuple(
            StuckNotice(one.user_id, one.outlet, one.last_error or "it was not said why")
            for one in tx.repositories.dispatches.stuck()
        ),
        version=version("gatherly"),
        tzdata=version("tzdata"),
        quotas=tuple(_quotas(read, configuration)),
        set_aside=tuple(one for one in aside if not one.forgotten),
        unread=tuple(_unread(tx, now)),
        daemon=daemon_health(lives, files_digest(configuration.file), now, sees_process),
        slo=_slo(tx, read, now, max_age),
        queue=replace(_queue(tx, now), engine=configuration.settings.cluster.engine),
        claims=Counter(
            one.claimed_by for one in tx.calendars.accounts() if one.claimed_by and one.claimed_until > now
        ),
        names={user.id: user.name for user in tx.users.all()},
    )


def _slo(tx: Transaction, connectors: Iterable[ReadConnector], now: Instant, max_age: int) -> Slo:
    read = [calendar for one in connectors for calendar in one.calendars if calendar.read]
    ages = [now - one.synced_at for one in read if one.synced_at is not None]
    fresh = sum(age <= max_age for age in ages)
    return Slo(
        fresh_share=round(fresh / len(read), 4) if read else None,
        p95_age=p95(ages),
        booking_p95=p95(_bookings(tx)),
    )


def _bookings(tx: Transaction) -> Iterator[int]:
    """Give how long each of the bookings that the log's last lines tell of took, from its yes."""
    accepted: dict[str, Instant] = {}
    told = (SessionEvent.ACCEPTED, SessionEvent.BOOKED)
    for _, entry in tx.audit.after(tx.audit.end() - LOOKED_BACK, LOOKED_BACK, told):
        if entry.action == SessionEvent.ACCEPTED:
            accepted[entry.object_id] = entry.at
        elif entry.object_id in accepted:
            yield max(0, entry.at - accepted.pop(entry.object_id))


def _queue(tx: Transaction, now: Instant) -> Queue:
    """Count what is due; a booking that cannot be opened is told of elsewhere."""
    due = [one for _, one in row_by_row(tx.ledger.due(now), tx.ledger.booking)]
    told = tx.outbox.due(now)
    first = attempt(partial(tx.outbox.get, told[0])) if told else None
    since = [one.next_at for one in (*due, first) if one is not None and not isinstance(one, Trouble)]
    waiting = len(due) + len(told) + len(tx.wakes.due(now, AT_MOST))
    return Queue(waiting=waiting, oldest=max((now - at for at in since), default=0))


def _unread(tx: Transaction, now: Instant) -> Iterator[UnreadCopies]:
    """Name the calendars whose copies of events that still matter could not be looked at, once each."""
    found: dict[CalendarKey, str] = {}
    for effect in tx.ledger.unread():
        booking = tx.ledger.booking(effect.session)
        session = tx.sessions.get(effect.session)
        matters = booking is not None and is_watched(booking, session, now) and effect.epoch == booking.epoch
        if matters and effect.calendar is not None:
            found.setdefault(effect.calendar, effect.last_error or "it was not said why")
    for calendar, reason in sorted(found.items()):
        yield UnreadCopies(calendar=calendar, reason=reason)


def _held(tx: Transaction, unfinished: Iterable[SessionId], now: Instant) -> Iterator[HeldWrite]:
    """Give the copies that wait for the end of a known pause."""
    for session, booking in row_by_row(unfinished, tx.ledger.booking):
        if booking is None or isinstance(booking, Trouble):
            continue  # it is told of as set aside
        for each in tx.ledger.effects(session):
            current = each.epoch == booking.epoch and each.calendar is not None
            if current and each.last_code == Code.HELD and each.next_at > now and each.calendar:
                yield HeldWrite(
                    session=booking.session,
                    user=each.attendee,
                    calendar=each.calendar,
                    until=each.next_at,
                    why=each.last_error or "",
                )


def _left(tx: Transaction, open_: Iterable[SessionId], configuration: Configuration) -> Iterator[LeftCopy]:
    """Give the copies that wait for a connector which is in the files no more, nor in a broken drop-in."""
    off = (one.name for one in configuration.disabled)
    known = {NATIVE, *configuration.settings.connectors, *off}
    for session, booking in row_by_row(open_, tx.ledger.booking):
        if booking is None or isinstance(booking, Trouble):
            continue  # it is told of as set aside
        for each in tx.ledger.effects(session):
            if each.calendar is None or each.delivery is not Delivery.WRITTEN:
                continue
            settled = EffectState.GONE if each.want is Want.ABSENT else EffectState.WRITTEN
            if each.calendar.connector not in known and each.state is not settled:
                yield LeftCopy(
                    session=session,
                    user=each.attendee,
                    calendar=each.calendar,
                    is_stuck=booking.state is BookingState.STUCK,
                )


def _quotas(connectors: Iterable[ReadConnector], configuration: Configuration) -> Iterator[DailyUse]:
    """Forecast what reading as often as configured, and looking after what was written, takes a day."""
    base = configuration.file.absolute().parent
    polls: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for one in connectors:
        budget = kind_of(one.settings.kind).daily_budget(one.settings.options, base)
        if budget is not None:
            polls.setdefault(budget, []).extend(_polls(one))
    for (name, size), each in polls.items():
        yield daily_use(name, each, size)


def _polls(one: ReadConnector) -> Iterator[tuple[int, int]]:
    settings = one.settings
    if settings.read is None:
        yield 1 + max(1, len(one.calendars)), settings.interval
    else:
        asked = 2 if settings.write is not None else 0
        yield len(settings.read) or asked, settings.interval
    if settings.write is not None:
        yield 1, EVERY
