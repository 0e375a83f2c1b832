"""What must hold each simulated hour, looked at in the calendars themselves and not as gatherly sees them."""

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations

from daemon.services import Services
from engine.ids import SessionId
from engine.model.booking import BookingState, Delivery, native_session
from engine.model.calendar import BusyStatus
from engine.model.session import EventSession, SessionStatus
from tests.simulation.town import WRITERS, Copy, Simulated

EMPTY = (BookingState.PROPOSED, BookingState.FAILED, BookingState.CANCELLED)
Touched = Collection[tuple[str, str]]


def broken(town: Simulated, services: Services, touched: Touched) -> list[str]:
    """Tell what does not hold; `touched` are copies that their owners moved or deleted."""
    now = town.time.now()
    copies = [each for each in town.copies() if (each.user, each.session) not in touched]
    with services.store.reading() as tx:
        sessions = {one.id: one for one in tx.sessions.listed()}
        bookings = tx.ledger.bookings(sessions)
        aside = tx.repositories.set_aside.all()
        told = {
            name: {
                effect.attendee for effect in tx.ledger.effects(name) if effect.delivery is Delivery.WRITTEN
            }
            for name, one in bookings.items()
            if one.state is BookingState.CONFIRMED
        }
    ahead = [each for each in copies if each.start > now]
    found = [*_doubled(copies), *_overlapping(sessions.values(), now)]
    for each in ahead:
        one = bookings.get(SessionId(each.session))
        if one is None and each.session.startswith(native_session("")):
            continue  # the family's own events, as they are mirrored
        if one is None:
            found.append(f"a copy of no session that is known lies with {each.user}")
        elif one.state in EMPTY:
            found.append(f"{each.user} still has a copy of {each.session}, which is {one.state}")
    for name, people in told.items():
        session = sessions[name]
        if session.final_time is None or session.final_time.start <= now or session.recurrence:
            continue
        found += _lacking(session, people, copies, touched)
    found += [f"{one.name} is set aside ({one.step}): {one.reason}" for one in aside]
    found += _offered(services, sessions.values(), now)
    found += _mailed(town)
    return found


def _doubled(copies: Collection[Copy]) -> Iterator[str]:
    counted = Counter((each.user, each.session) for each in copies)
    for (user, session), count in counted.items():
        if count > 1:
            yield f"{user} has {session} {count} times"


def _lacking(
    session: EventSession, people: Collection[str], copies: Collection[Copy], touched: Touched
) -> Iterator[str]:
    there = {(each.user, each.session): each.start for each in copies}
    for user in people:
        start = there.get((user, session.id))
        if user not in WRITERS or (user, session.id) in touched:
            continue
        if session.final_time is not None and start != session.final_time.start:
            yield f"{session.id} is booked at {session.final_time.start}, and with {user} it is at {start}"


def _overlapping(sessions: Collection[EventSession], now: int) -> Iterator[str]:
    booked = [one for one in sessions if one.status is SessionStatus.SCHEDULED and one.final_time is not None]
    coming = [one for one in booked if one.final_time is not None and one.final_time.end > now]
    for one, other in combinations(coming, 2):
        if one.final_time is None or other.final_time is None or one.recurrence or other.recurrence:
            continue
        both = set(one.required_ids) & set(other.required_ids)
        if both and one.final_time.span.overlaps(other.final_time.span):
            yield f"{one.id} and {other.id} both need {', '.join(sorted(both))} at one time"


def _offered(services: Services, sessions: Collection[EventSession], now: int) -> Iterator[str]:
    """What is offered lies in nobody's busy times that have been read."""
    for one in sessions:
        if one.status is not SessionStatus.PENDING or one.final_time is not None or one.recurrence:
            continue
        coming = [slot for slot in one.proposed_times if slot.start > now]
        if not coming:
            continue
        with services.store.reading() as tx:
            if one.id in tx.wakes.due(now, 1000):
                continue
            for user in one.required_ids:
                for slot in coming:
                    if any(
                        not busy.ours and busy.status is BusyStatus.BUSY
                        for busy in tx.calendars.busy(user, slot.span)
                    ):
                        yield f"{one.id} is offered at {slot.start}, when {user} is busy"


def _mailed(town: Simulated) -> Iterator[str]:
    letters = zip(town.room.recipients, town.room.letters, strict=True)
    counted = Counter((to, _message_id(text)) for to, text in letters)
    for (to, name), count in counted.items():
        if count > 1:
            yield f"{to} was sent {name} {count} times"


def _message_id(letter: bytes) -> str:
    line = next((one for one in letter.splitlines() if one.lower().startswith(b"message-id:")), b"")
    return line.partition(b":")[2].strip().decode()
