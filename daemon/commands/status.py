"""`gatherly status`: how connectors, sessions and writes stand."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version

from config.configuration import Configuration, DisabledConnector
from config.settings import ConnectorSettings
from connectors.registry import kind_of
from daemon.app.quarantine import without_let_be
from daemon.runtime.doing import DOING
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.table import table
from engine.booking.outcome import Code
from engine.booking.sweeping import EVERY, is_watched
from engine.ids import CalendarKey, SessionId
from engine.model.booking import BookingState
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.model.set_aside import SetAside
from engine.operations.budgets import DailyUse, daily_use
from engine.operations.health import (
    AppDocumentsHealth,
    ConnectorHealth,
    Health,
    HeldWrite,
    UnreadCopies,
    connector_health,
    health_document,
)
from engine.ports.store import Transaction
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant
from engine.trouble import Trouble, row_by_row

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


def run(config: Config, as_json: Json = False) -> int:
    """Print the state of everything; exit 0 when all is well, 1 when not."""
    with open_store_only(config) as view, view.store.reading() as tx:
        found = gather(tx, view.configuration, view.clock.now())
        health = replace(found, live=view.app_documents.health() if view.app_documents else None)
    if as_json:
        print(json.dumps(health_document(health), indent=2))
    else:
        print(words(health))
    return 0 if health.ok else 1


def gather(tx: Transaction, configuration: Configuration, now: Instant) -> Health:
    """Read everything that `status` tells."""
    working = [_connector(tx, one, configuration, now) for one in configuration.settings.connectors.values()]
    disabled = [_disabled(one) for one in configuration.disabled]
    unfinished = tx.ledger.in_state(UNFINISHED)
    return Health(
        connectors=tuple(working + disabled),
        sessions=tx.sessions.counts(),
        writes_pending=len(unfinished),
        writes_held=tuple(_held(tx, unfinished, now)),
        writes_stuck=len(tx.ledger.in_state((BookingState.STUCK,))),
        version=version("gatherly"),
        tzdata=version("tzdata"),
        quotas=tuple(_quotas(tx, configuration)),
        set_aside=tuple(one for one in tx.repositories.set_aside.all() if not one.forgotten),
        unread=tuple(_unread(tx, now)),
    )


def _unread(tx: Transaction, now: Instant) -> Iterator[UnreadCopies]:
    """Name the calendars whose copies of events that still matter could not be looked at, once each."""
    found: dict[CalendarKey, str] = {}
    for effect in tx.ledger.unread():
        booking = tx.ledger.booking(effect.session)
        matters = booking is not None and is_watched(booking, now) and effect.epoch == booking.epoch
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


def _quotas(tx: Transaction, configuration: Configuration) -> Iterator[DailyUse]:
    """Forecast what reading as often as configured, and looking after what was written, takes a day."""
    base = configuration.file.absolute().parent
    polls: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for one in configuration.settings.connectors.values():
        budget = kind_of(one.kind).daily_budget(one.options, base)
        if budget is not None:
            polls.setdefault(budget, []).extend(_polls(tx, one))
    for (name, size), each in polls.items():
        yield daily_use(name, each, size)


def _polls(tx: Transaction, settings: ConnectorSettings) -> Iterator[tuple[int, int]]:
    if settings.read is None:
        yield 1 + max(1, len(tx.calendars.of_connector(settings.name))), settings.interval
    else:
        asked = 2 if settings.write is not None else 0
        yield len(settings.read) or asked, settings.interval
    if settings.write is not None:
        yield 1, EVERY


def _connector(
    tx: Transaction, settings: ConnectorSettings, configuration: Configuration, now: Instant
) -> ConnectorHealth:
    account = tx.calendars.account(settings.name) or CalendarAccount(
        connector=settings.name, user_id=settings.user_id, kind=settings.kind
    )
    kind = kind_of(settings.kind)
    calendars = without_let_be(tx, tx.calendars.of_connector(settings.name))
    max_age = configuration.settings.sync.max_age
    polled = kind.capabilities.reads and (settings.read != () or settings.write is not None)
    health = connector_health(account, calendars, now, max_age, polled=polled, reads=settings.read != ())
    found = dict.fromkeys(note for one in calendars for note in kind.remarks(one.token))
    return replace(health, notes=(*health.notes, *found))


def _disabled(one: DisabledConnector) -> ConnectorHealth:
    return ConnectorHealth(
        name=one.name,
        kind=one.kind or "?",
        user=one.user_id,
        state=ConnectorState.DISABLED,
        last_error=one.reason,
    )


def words(health: Health) -> str:
    """Say the same for people."""
    rows = [
        (one.name, one.kind, one.state.value, _age(one.age_seconds), "; ".join(_remarks(one)))
        for one in health.connectors
    ]
    sessions = ", ".join(f"{count} {status.value}" for status, count in health.sessions.items())
    return "\n".join(
        [
            table(("connector", "kind", "state", "read", ""), rows) or "No connector is configured.",
            "",
            f"Sessions: {sessions}",
            *_apps(health.live),
            f"Writes:   {health.writes_pending} pending, {health.writes_stuck} stuck",
            *(f"Aside:    {aside_words(one)}" for one in health.set_aside),
            *(f"Unread:   {one.calendar}: {one.reason}" for one in health.unread),
            *(f"  held back until {format_instant(one.until)}: {one.why}" for one in health.writes_held),
            *(f"Quota:    {_forecast(one)}" for one in health.quotas),
            f"gatherly {health.version}, time zone rules {health.tzdata}",
        ]
    )


def aside_words(one: SetAside) -> str:
    """Say in one line what is set aside, and how to see and free it."""
    return f"{DOING[one.step]}, {one.name}: {one.reason} (gatherly quarantine show {one.id})"


def _forecast(one: DailyUse) -> str:
    return f"{one.name}: {one.requests} requests a day as configured, {one.share:.2%} of {one.budget}"


def _apps(live: AppDocumentsHealth | None) -> list[str]:
    """Say how in step gatherly is with apps; nothing where there are none."""
    if live is None:
        return []
    listener_status = live.listener_status
    if listener_status is None or (not listener_status.listening and listener_status.trouble is None):
        heard = "nobody listens while the daemon is not running"
    elif listener_status.listening:
        heard = "changes are heard as they happen"
    else:
        polled = (
            f"; looked at {format_instant(listener_status.polled_at)}" if listener_status.polled_at else ""
        )
        heard = f"changes are not heard: {listener_status.trouble}{polled}"
    lines = [f"Apps:     {heard}; {live.pending} to be written"]
    return lines + [f"  {one_line(f'{document}: {reason}')}" for document, reason in live.troubled]


def _remarks(one: ConnectorHealth) -> list[str]:
    if one.held_back and one.next_run:
        return [f"held back until {format_instant(one.next_run)}: {one.held_back}", *one.notes]
    waits = [f"next at {format_instant(one.next_run)}"] if one.next_run and one.last_error else []
    return [*([one.last_error] if one.last_error else []), *waits, *one.notes]


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "never"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"
