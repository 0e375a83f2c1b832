"""What the people of the town do: they ask, answer, change their minds and touch their own calendars."""

import random
from collections.abc import Callable, Iterator

from daemon.app.principal import Principal, Role
from engine.errors import UnknownThingError
from engine.family.event_change import EventChange
from engine.ids import UserId
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.sessions.session_options import SessionOptions
from engine.time.span import DAY, HOUR, Span
from tests.simulation.acts import Kind
from tests.simulation.daemon import Running
from tests.simulation.known_sessions import OPEN, KnownSessions
from tests.simulation.town import EVE, PEOPLE, WRITERS, Copy, Simulated

OFTEN = 0.5
Does = Callable[[Running, random.Random], None]
"""Has something happen; everything that it chooses is drawn from the lot it is given."""


class People:
    """Everybody in the town, and what gatherly cannot know of what they did.

    `touched` are the copies that their owners deleted or moved, user and session, and `declined` the sessions
    that somebody said no to.
    """

    def __init__(self, town: Simulated, known: KnownSessions) -> None:
        self.touched: set[tuple[str, str]] = set()
        self.declined: set[str] = set()
        self._town = town
        self._known = known

    def acts(self) -> dict[Kind, Does]:
        """Give what they do by its kind."""
        return {
            Kind.ASK: self._ask,
            Kind.SERIES: self._series,
            Kind.ACCEPT: self._accept,
            Kind.DECLINE: self._decline,
            Kind.REJECT: self._reject,
            Kind.RESCHEDULE: self._reschedule,
            Kind.CANCEL: self._cancel,
            Kind.OWN: self._own,
            Kind.DELETE: self._delete,
            Kind.MOVE: self._move,
            Kind.FAMILY: self._family,
            Kind.FAMILY_CANCEL: self._family_cancel,
        }

    def _ask(self, one: Running, chance: random.Random, **more: str | int) -> None:
        host, *others = chance.sample(WRITERS, chance.choice((2, 2, 3)))
        optional = (EVE,) if chance.random() < 0.2 else ()
        one.services.desk.create(
            SessionOptions(
                host=host,
                invitees=tuple(others),
                optional=optional,
                title=f"Talk {self._town.number()}",
                duration=chance.choice(("30m", "60m", "45m")),
                notice="1h",
                **more,  # type: ignore[arg-type] # words of the command line
            )
        )

    def _series(self, one: Running, chance: random.Random) -> None:
        self._ask(one, chance, repeat="FREQ=WEEKLY;COUNT=3", at_least=2, within="7d")

    def _accept(self, one: Running, chance: random.Random) -> None:
        session = self._some(one, chance, lambda each: bool(each.proposed_times))
        one.services.desk.accept(session.id, chance.randint(1, len(session.proposed_times)))

    def _decline(self, one: Running, chance: random.Random) -> None:
        session = self._some(one, chance, lambda each: bool(each.proposed_times) or _is_booked(each))
        self.declined.add(session.id)
        one.services.desk.decline(session.id, chance.choice([*session.invitee_ids]))

    def _reject(self, one: Running, chance: random.Random) -> None:
        one.services.desk.reject(self._some(one, chance, lambda each: bool(each.proposed_times)).id)

    def _reschedule(self, one: Running, chance: random.Random) -> None:
        one.services.desk.reschedule(self._some(one, chance, _is_booked).id)

    def _cancel(self, one: Running, chance: random.Random) -> None:
        one.services.desk.cancel(self._some(one, chance, lambda _: True).id)

    def _some(
        self, one: Running, chance: random.Random, suits: Callable[[EventSession], bool]
    ) -> EventSession:
        with one.services.store.reading() as tx:
            found = [each for each in self._open(tx) if suits(each)]
        if not found:
            raise UnknownThingError("there is no such session just now")
        return chance.choice(found)

    def _open(self, tx: Transaction) -> Iterator[EventSession]:
        """Give the sessions that somebody may still want something of, the oldest first."""
        now = self._town.time.now()
        known = self._known.open(tx, now).values()
        for each in sorted(known, key=lambda one: (one.created_at, one.id)):
            if each.status in OPEN and (each.final_time is None or each.final_time.start > now + HOUR):
                yield each

    def _own(self, one: Running, chance: random.Random) -> None:
        """Take some time up: often just what was offered to somebody."""
        user, start = chance.choice(PEOPLE), chance.randint(2, 200) * HOUR
        start += int(self._town.time.at) // HOUR * HOUR
        if chance.random() < OFTEN:
            session = self._some(one, chance, lambda each: bool(each.proposed_times))
            user, start = chance.choice(session.required_ids), chance.choice(session.proposed_times).start
        self._town.take_up(user, start, chance.choice((1, 1, 2)))

    def _copy(self, chance: random.Random) -> Copy:
        soon = self._town.time.at + HOUR
        ahead = [each for each in self._town.copies() if each.start > soon]
        if not ahead:
            raise UnknownThingError("there is no copy just now")
        return chance.choice(ahead)

    def _delete(self, _one: Running, chance: random.Random) -> None:
        copy = self._copy(chance)
        self.touched.add((copy.user, copy.session))
        self._town.drop(copy)

    def _move(self, _one: Running, chance: random.Random) -> None:
        copy = self._copy(chance)
        self.touched.add((copy.user, copy.session))
        self._town.move(copy, chance.choice((1, 2, 25)))

    def _family(self, one: Running, chance: random.Random) -> None:
        start = int(self._town.time.at) // HOUR * HOUR + chance.randint(3, 150) * HOUR
        change = EventChange(
            title=f"Family {self._town.number()}",
            start=start,
            end=start + HOUR,
            required=(UserId("ann"), *((UserId("bob"),) if chance.random() < 0.5 else ())),
        )
        self._desks(one).events.add(change, "family", confirm=True)

    def _family_cancel(self, one: Running, chance: random.Random) -> None:
        desk = self._desks(one).events
        with one.services.store.reading() as tx:
            (family,) = [each for each in desk.calendars(tx) if each.name == "Family"]
            now = self._town.time.now()
            coming = tx.repositories.events.candidates(family.key, Span(now + HOUR, now + 10 * DAY))
        if coming:
            desk.cancel(chance.choice(sorted(each.id for each in coming)))

    def _desks(self, one: Running):  # type: ignore[no-untyped-def] # the desks of a family, as they come
        return one.services.access.family.asked_by(Principal(Role.USER, UserId("ann")))


def _is_booked(session: EventSession) -> bool:
    return session.status is SessionStatus.SCHEDULED
