"""Read the books: the ledger at one moment, beside what lies in every calendar that is written to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from daemon.jobs.book_calls import BookCalls
from daemon.jobs.book_deps import BookDeps
from engine.booking.books import Account, Books, Found
from engine.booking.outside import foreign_on
from engine.booking.sweeping import is_watched
from engine.errors import SourceError, VaultError
from engine.ids import CalendarKey, ConnectorName, EventId, UserId
from engine.model.booking import Booking, BookingState, Delivery, Effect, Hold
from engine.ports import Transaction


def read_books(deps: BookDeps) -> Books:
    """Read everything; a calendar that cannot be listed is unread, never empty.

    The calendars are read first: what is intended while they are being read explains what they show. A copy
    that a list does not show is looked up by its id, since lists lag behind.
    """
    events, unread = _events(deps)
    with deps.store.reading() as tx:
        books = Books(
            install=deps.store.install,
            now=deps.store_time(),
            accounts={each.session: _account(tx, each) for each in tx.ledger.in_state(tuple(BookingState))},
            outbox=tx.outbox.listed(),
            audit=tx.audit.listed(),
            audit_intact=tx.audit.intact(),
            store_faults=(*deps.store.check(), *_sealed_faults(tx, deps.connectors)),
            events=events,
            unread=unread,
        )
    return _looked_up(deps, books)


def _looked_up(deps: BookDeps, books: Books) -> Books:
    calls, shown = BookCalls(deps.connectors), {each.event.event_id for each in books.events}
    events, unread = list(books.events), set(books.unread)
    for effect in _unlisted(books, shown):
        found = calls.read(effect)
        if effect.calendar is None or found is None:
            continue
        if isinstance(found, SourceError):
            unread.add(effect.calendar)
        elif found.live and found.mark is not None:
            events.append(Found(calendar=effect.calendar, event=found))
    return replace(books, events=events, unread=frozenset(unread))


def _unlisted(books: Books, shown: Collection[EventId]) -> list[Effect]:
    standing = (each for each in books.accounts.values() if is_watched(each.booking, books.now))
    copies = (effect for each in standing for effect in each.copies)
    return [each for each in copies if each.event_id not in shown and each.calendar not in books.unread]


def written_calendars(deps: BookDeps) -> list[CalendarKey]:
    """Give the calendars that gatherly writes to, or has written to."""
    targets = (each.calendar for each in deps.targets.values() if each.delivery is Delivery.WRITTEN)
    with deps.store.reading() as tx:
        bookings = tx.ledger.in_state(tuple(BookingState))
        effects = (effect for each in bookings for effect in tx.ledger.effects(each.session))
        used = {each.calendar for each in effects if each.delivery is Delivery.WRITTEN}
    return sorted(key for key in {*targets, *used} if key is not None)


def _events(deps: BookDeps) -> tuple[Sequence[Found], frozenset[CalendarKey]]:
    found, unread = [], set()
    for key in written_calendars(deps):
        connector = deps.connectors.get(key.connector)
        try:
            listed = connector.marked(key.calendar, deps.store.install) if connector else None
        except SourceError:
            listed = None
        if listed is None:
            unread.add(key)
        found += [Found(calendar=key, event=event) for event in listed or () if event.live]
    return found, frozenset(unread)


def _account(tx: Transaction, booking: Booking) -> Account:
    session = tx.sessions.get(booking.session)
    people = session.required_ids if session else ()
    return Account(
        booking=booking,
        effects=tuple(tx.ledger.effects(booking.session)),
        session=session,
        holds=tuple(_holds(tx, booking, people)),
        foreign=_foreign(tx, booking, people),
    )


def _foreign(tx: Transaction, booking: Booking, people: Iterable[UserId]) -> tuple[str, ...]:
    slot = booking.slot
    if slot is None or booking.state is not BookingState.CONFIRMED:
        return ()
    busy = {user: [each.span for each in tx.calendars.busy(user, slot) if not each.ours] for user in people}
    return foreign_on(busy, slot)


def _holds(tx: Transaction, booking: Booking, people: Iterable[UserId]) -> list[Hold]:
    if booking.slot is None:
        return []
    found = (hold for user in people for hold in tx.ledger.holds(user, booking.slot))
    return [hold for hold in found if hold.session == booking.session]


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
