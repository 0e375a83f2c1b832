"""What people do all the while: choose, change their minds, and do as they please in their own calendars."""

import random
from collections.abc import Sequence

from engine.errors import InputError
from engine.ids import EventId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import EventSession, SessionStatus
from engine.sessions import state_machine
from tests.chaos.town import PEOPLE, SLOTS, Town, Visit, slot


class Crowd:
    """Everybody in a town; a command that is refused for no good reason is a violation."""

    def __init__(
        self, town: Town, chance: random.Random, names: Sequence[SessionId], violations: list[str]
    ) -> None:
        self._town = town
        self._chance = chance
        self._names = names
        self._violations = violations

    def act(self, visit: Visit, restless: float = 0.25) -> None:
        """Let people choose, cancel, reschedule, and do things to their calendars."""
        for session in visit.sessions(self._names):
            if session.status is SessionStatus.PENDING and session.final_time is None:
                if self._chance.random() < 0.6:
                    visit.choose(session.id, slot(self._chance.randrange(SLOTS)))
            elif session.status is not SessionStatus.CANCELLED and self._chance.random() < restless:
                self._change_of_mind(visit, session)
        if self._chance.random() < 0.8:
            self._touch_a_copy(visit)
        if self._chance.random() < 0.18:
            user, number = self._chance.choice(PEOPLE), self._chance.randrange(7)
            event = EventId(f"foreign{self._chance.getrandbits(32)}")
            visit.providers[user].add_foreign(RemoteCalendarId(user), event, slot(number).span)
        if self._chance.random() < 0.15:
            self._tidy_up(visit)

    def _change_of_mind(self, visit: Visit, session: EventSession) -> None:
        now = self._town.clock.now()
        commands = [
            lambda session: state_machine.reschedule(session, now=now),
            lambda session: state_machine.reschedule(session, now=now),
            lambda session: state_machine.edit(session, title=f"Planning {now}"),
            lambda session: state_machine.cancel(session, now=now),
        ]
        try:
            visit.command(session.id, self._chance.choice(commands))
        except InputError as refusal:
            self._violations.append(f"a change of mind was refused: {refusal}")

    def _touch_a_copy(self, visit: Visit) -> None:
        """Let somebody delete, decline or move a copy of theirs."""
        copies = [(user, event) for user in PEOPLE for event in self._settled_copies(visit, user)]
        if not copies:
            return
        user, event = self._chance.choice(copies)
        calendar = RemoteCalendarId(user)
        done = self._chance.choice(("delete", "delete", "delete", "decline", "move"))
        if done == "delete":
            visit.providers[user].owner_deletes(calendar, event)
            self._town.removed.add(event)
        elif done == "decline":
            visit.providers[user].owner_declines(calendar, event)
        else:
            visit.providers[user].owner_moves(calendar, event, slot(20).span)

    def _settled_copies(self, visit: Visit, user: UserId) -> list[EventId]:
        """Give copies that their owner may touch: of bookings that stand and that nobody works on."""
        settled = []
        with visit.store.reading() as tx:
            for event in visit.ours(user):
                booking = tx.ledger.booking(event.mark.session) if event.mark else None
                stands = booking is not None and booking.state is BookingState.CONFIRMED
                if stands and booking is not None and booking.lease_until <= self._town.clock.now():
                    settled.append(event.event_id)
        return settled

    def _tidy_up(self, visit: Visit) -> None:
        for user in PEOPLE:
            for event in visit.foreign(user):
                visit.providers[user].owner_deletes(RemoteCalendarId(user), event.event_id)
