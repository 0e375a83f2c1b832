"""The ledger at one moment, beside what lies in every calendar that is written to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

from daemon.booking.calls import BookCalls
from daemon.booking.copy_lookup import foreign_over
from daemon.booking.dependencies import BookDeps
from daemon.booking.sweep import NOT_CONFIGURED
from daemon.booking.watched import in_shares
from engine.booking.checks.ledger_snapshot import Found, LedgerSnapshot, SessionLedger
from engine.booking.checks.sweeping import is_watched
from engine.booking.outbox.not_booked import epochs_told
from engine.booking.taken import over_at
from engine.errors import SourceError, VaultError
from engine.ids import CalendarKey, ConnectorName, EventId, SessionId
from engine.model.booking import UNFINISHED, Booking, BookingState, Effect, Hold, Observed
from engine.model.session import EventSession
from engine.ports.relations import Rows
from engine.ports.store import Transaction
from engine.time.span import Instant, Span
from engine.trouble import Trouble, Unopened


def read_ledger_snapshot(deps: BookDeps, say: Callable[[str], object] = lambda _: None) -> LedgerSnapshot:
    """Read everything; a calendar that cannot be listed is unread, never empty. `say` hears what begins.

    The calendars are read first: what is intended while they are being read explains what they show. A copy
    that a list does not show is looked up by its id, since lists lag behind.
    """
    with deps.store.reading() as tx:
        calendars = deps.written_calendars(tx)
    events, unread = _events(deps, calendars, say)
    say("comparing what stands there with the bookings")
    with deps.store.reading() as tx:
        unopened = list[str]()
        accounts = _accounts(tx, deps.store_time(), _named("session", unopened))
        refused = tuple(deps.refused_offers(tx, deps.store_time(), _named("session", unopened)))
        told = tx.outbox.listed(_named("outbox entry", unopened))
        ledger = LedgerSnapshot(
            install=deps.store.install,
            now=deps.store_time(),
            accounts=accounts,
            outbox=told,
            audit=tx.audit.listed(),
            audit_intact=tx.audit.intact(),
            store_faults=(
                *deps.store.check(),
                *dict.fromkeys(unopened),
                *_sealed_faults(tx, deps.connectors),
                *_people_faults(tx),
            ),
            events=events,
            unread=unread,
            refused_offers=refused,
        )
    return _looked_up(deps, ledger)


def _looked_up(deps: BookDeps, ledger: LedgerSnapshot) -> LedgerSnapshot:
    calls, shown = BookCalls(deps.connectors), {each.event.event_id for each in ledger.events}
    events, unread = list(ledger.events), dict(ledger.unread)
    for effect in _unlisted(ledger, shown):
        found = calls.read(effect)
        if effect.calendar is None or found is None:
            continue
        if isinstance(found, SourceError):
            unread[effect.calendar] = str(found)
        elif found.live and found.mark is not None:
            events.append(Found(calendar=effect.calendar, event=found))
    return replace(ledger, events=events, unread=unread)


def _unlisted(ledger: LedgerSnapshot, shown: Collection[EventId]) -> list[Effect]:
    standing = (
        each for each in ledger.accounts.values() if is_watched(each.booking, each.session, ledger.now)
    )
    copies = (effect for each in standing for effect in each.copies)
    return [each for each in copies if each.event_id not in shown and each.calendar not in ledger.unread]


def _events(
    deps: BookDeps, calendars: Sequence[CalendarKey], say: Callable[[str], object]
) -> tuple[Sequence[Found], Mapping[CalendarKey, str]]:
    found, unread = list[Found](), dict[CalendarKey, str]()
    for number, key in enumerate(calendars, 1):
        say(f"reading {number} of {len(calendars)}: {key}")
        connector = deps.connectors.get(key.connector)
        if connector is None:
            unread[key] = NOT_CONFIGURED
            continue
        try:
            listed = connector.marked(key.calendar, deps.store.install)
        except SourceError as error:
            unread[key] = str(error)
            continue
        found += [
            Found(calendar=key, event=event) for event in listed if event.live and not _is_native(event)
        ]
    return found, unread


def _is_native(event: Observed) -> bool:
    """Whether it is the copy of a family's event, of which the ledger of bookings knows nothing."""
    return event.mark is not None and event.mark.is_native


def unread_that_matter(deps: BookDeps, ledger: LedgerSnapshot) -> Mapping[CalendarKey, str]:
    """Keep of the calendars that could not be read those that are written to, or where something may yet lie.

    What was over before its connector went is its owner's past.
    """
    used = {each.calendar for each in deps.targets.values()}
    for account in ledger.accounts.values():
        if account.booking.state in UNFINISHED or is_watched(account.booking, account.session, ledger.now):
            used |= {each.calendar for each in account.effects}
    return {key: why for key, why in ledger.unread.items() if key in used}


def _named(what: str, into: list[str]) -> Unopened:
    return lambda row, trouble: into.append(f"{what} {row}: {trouble.line}")


def _accounts(tx: Transaction, now: Instant, unopened: Unopened) -> dict[SessionId, SessionLedger]:
    """Read every booking with all that is known of it."""
    accounts = dict[SessionId, SessionLedger]()
    for session, found in in_shares(tx.ledger.in_state(tuple(BookingState)), partial(_some, tx, now)):
        if isinstance(found, Trouble):
            unopened(session, found)
        elif found is not None:
            accounts[session] = found
    return accounts


def _some(tx: Transaction, now: Instant, names: Sequence[SessionId]) -> list[SessionLedger | None]:
    """Read some of them, each in its place; None where there is no booking any more."""
    bookings, effects = tx.ledger.bookings(names), tx.ledger.effects_of_any(names)
    sessions = {one.id: one for one in tx.sessions.some(names)}
    slots = {name: slot for name, one in bookings.items() if (slot := one.slot) is not None}
    holds = _holds(tx, [(sessions[name], slots[name]) for name in slots.keys() & sessions.keys()])
    return [
        SessionLedger(
            booking=bookings[name],
            effects=tuple(effects[name]),
            session=sessions.get(name),
            holds=tuple(holds.get(name, ())),
            foreign=_foreign(tx, bookings[name], sessions.get(name), now),
            told=epochs_told(tx.messages.of(name)),
        )
        if name in bookings
        else None
        for name in names
    ]


def _foreign(
    tx: Transaction, booking: Booking, session: EventSession | None, now: Instant
) -> tuple[str, ...]:
    """Name what lies on a booking's time, for as long as that matters to anybody."""
    slot = booking.slot
    if slot is None or session is None or not is_watched(booking, session, now):
        return ()
    return foreign_over(tx, session, slot)


def _holds(
    tx: Transaction, booked: Sequence[tuple[EventSession, Span]]
) -> Mapping[SessionId, Sequence[Hold]]:
    """Give what is held for each session of its people, within what its booking takes."""
    if not booked:
        return {}
    taken = {one.id: slot.hull(Span(slot.start, over_at(one, slot))) for one, slot in booked}
    people = {one.id: frozenset(one.required_ids) for one, _ in booked}
    whole = reduce(Span.hull, taken.values())
    found: dict[SessionId, list[Hold]] = {}
    for hold in tx.ledger.holds_of_any(frozenset().union(*people.values()), whole):
        of = hold.session
        if of in taken and hold.person in people[of] and hold.span.overlaps(taken[of]):
            found.setdefault(of, []).append(hold)
    return found


def _sealed_faults(tx: Transaction, connectors: Mapping[ConnectorName, object]) -> list[str]:
    """Open everything that is sealed, to see that it can be opened."""
    faults = []
    for name in connectors:
        for calendar in tx.calendars.of_connector(name):
            try:
                tx.calendars.objects(calendar.key)
            except VaultError as error:
                faults.append(f"{calendar.key}: {error}")
    return faults


def _people_faults(tx: Transaction) -> list[str]:
    """Open all that is kept of whom people know, likewise."""
    kept = tx.repositories
    kinds: Mapping[str, Rows[Any]] = {
        "contact": kept.contacts,
        "interaction": kept.interactions,
        "interest": kept.interests,
        "relationship": kept.relationships,
        "memory": kept.memories,
        "embedding": kept.embeddings,
        "meeting": kept.meeting_sources,
    }
    return [f"{kind} {row}: {why}" for kind, rows in kinds.items() for row, why in rows.spoilt().items()]
