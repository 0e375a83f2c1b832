"""The story played: acts, the daemon's work between them, and each simulated hour what must hold."""

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from daemon.app.principal import Principal, Role
from daemon.commands.run import OBJECTS_A_COLLECTION
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.family.event_change import EventChange
from engine.ids import UserId
from engine.model.booking import UNFINISHED
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.sessions.session_options import SessionOptions
from engine.time.span import DAY, HOUR, MINUTE, Instant, Span
from tests.chaos.processes import End
from tests.simulation.acts import Act, Kind
from tests.simulation.daemon import Running, killed, running
from tests.simulation.holding import Holding
from tests.simulation.known_sessions import OPEN
from tests.simulation.town import BEGIN, EVE, PEOPLE, WRITERS, Copy, Simulated, simulated
from tests.standins.google.faults import Fault as AtGoogle
from tests.standins.outlook.faults import Fault as AtOutlook

MOST_STEPS = 12
"""A daemon that is killed dies at one of so many changes of its store."""
SOON = 65
"""Seconds until the daemon looks again for a booking that is due and held: longer than a lease."""
LAST_ACTS = (Kind.ACCEPT, Kind.ASK, Kind.ACCEPT, Kind.CANCEL, Kind.RESCHEDULE)
"""What a daemon that is killed was asked for last."""
FSCK_EVERY = 3 * DAY
OUTAGES = (20 * MINUTE, 2 * HOUR, 9 * HOUR)
CONSENT_AFTER = 10 * HOUR
OFTEN = 0.5
AWAY = "451 not now"


@dataclass
class Life:
    """What came of a story; `violations` are what did not hold, the first first."""

    days: int
    violations: list[str] = field(default_factory=list)
    hours: int = 0
    kills: int = 0
    booked: int = 0
    mails: int = 0
    digest: str = ""
    later: list[tuple[Instant, Callable[[Running], None]]] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)
    """The copies that their owners deleted or moved: user and session."""
    revoked: bool = False
    """Whether somebody has revoked a consent by now."""


def lived(root: Path, story: Sequence[Act], days: int, *, until_broken: bool = True) -> Life:
    """Play a story in a new town."""
    life = Life(days)
    with _collecting_as_a_daemon(), simulated(root) as town:
        with running(town) as first, first.services.store.writing() as tx:
            tx.repositories.grants.put(town.grant())
        _Stage(town, life, until_broken).play(story)
        life.mails = len(town.room.letters)
    return life


@contextmanager
def _collecting_as_a_daemon() -> Iterator[None]:
    """Look for garbage as seldom as the program does, and not through what the tests keep."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_A_COLLECTION)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


class _Stage:
    def __init__(self, town: Simulated, life: Life, until_broken: bool) -> None:
        self._town = town
        self._life = life
        self._until_broken = until_broken
        self._checked = float(BEGIN)
        self._fsck = float(BEGIN)
        self._seen: object = None
        self._pulse: object = None
        self._going_on = list[Instant]()
        self._holding = Holding()

    def play(self, story: Sequence[Act]) -> None:
        """Play it to its end, a peaceful day after it included, or until something is broken."""
        acts, end = list(story), BEGIN + (self._life.days + 1) * DAY
        while not self._over(end):
            act = self._a_life(acts, end)
            if act is None:
                return
            gc.collect()  # nothing of a process outlives it
            if act.kind is Kind.KILL:
                letters = len(self._town.room.letters)
                end_of_it = killed(self._town, 1 + act.lot % MOST_STEPS, partial(self._last_act, act.lot))
                self._life.kills += end_of_it is End.KILLED
                if end_of_it is End.KILLED:
                    self._holding.killed(self._town, letters)
                if end_of_it is End.BROKEN:
                    self._life.violations.append("a daemon that was to be killed broke")

    def _a_life(self, acts: list[Act], end: Instant) -> Act | None:
        """Give what ended a life of the daemon; None where the story is over."""
        with running(self._town) as one:
            act = self._until_restart(one, acts, end)
            self._note(one)
            if act is None:
                self._finish(one)
        return act

    def _last_act(self, lot: int, one: Running) -> None:
        """Do what somebody asked of a daemon just before it was killed."""
        self._do(one, Act(0, LAST_ACTS[lot // MOST_STEPS % len(LAST_ACTS)], lot))

    def _over(self, end: Instant) -> bool:
        return self._town.time.at >= end or (self._until_broken and bool(self._life.violations))

    def _until_restart(self, one: Running, acts: list[Act], end: Instant) -> Act | None:
        """Live until an act ends the daemon's life; None where the story is over."""
        one.work()
        while not self._over(end):
            self._sleep(one, acts, end)
            self._befall(one)
            while acts and BEGIN + acts[0].at <= self._town.time.at:
                act = acts.pop(0)
                if act.kind in (Kind.RESTART, Kind.KILL):
                    return act
                self._do(one, act)
            one.work()
            self._look(one)
        return None

    def _sleep(self, one: Running, acts: Sequence[Act], end: Instant) -> None:
        """Let time go by until something happens, the next full hour at the latest."""
        now = self._town.time.at
        hour = (now // HOUR + 1) * HOUR
        coming = [
            hour,
            float(end),
            *(BEGIN + each.at for each in acts[:1]),
            *(at for at, _ in self._life.later),
        ]
        coming += [at if at > now else now + SOON for at in self._bookings_go_on(one)]
        self._town.time.at = max(now, min(coming))

    def _bookings_go_on(self, one: Running) -> list[Instant]:
        """Tell when each booking that is under way is tried again."""
        pulse = (one, one.services.store.pulse())
        if pulse != self._pulse:
            with one.services.store.reading() as tx:
                known = tx.ledger.bookings(tx.ledger.in_state(tuple(UNFINISHED)))
            self._pulse, self._going_on = pulse, [each.next_at for each in known.values()]
        return self._going_on

    def _befall(self, one: Running) -> None:
        due = [each for each in self._life.later if each[0] <= self._town.time.at]
        self._life.later = [each for each in self._life.later if each not in due]
        for _, what in due:
            what(one)

    def _later(self, seconds: int, what: Callable[[Running], None]) -> None:
        self._life.later.append((int(self._town.time.at) + seconds, what))

    def _look(self, one: Running) -> None:
        """Each simulated hour: what must hold; now and then the whole ledger beside all calendars."""
        now = self._town.time.at
        if now - self._checked < HOUR and now % HOUR:
            return
        self._checked, self._life.hours = now, self._life.hours + 1
        copies = self._town.copies()
        seen = (one, one.services.store.pulse(), tuple(copies))
        if seen != self._seen:
            self._seen = seen
            life = self._life
            life.violations += self._holding.broken(
                self._town, one.services, copies, life.touched, revoked=life.revoked
            )
        if now - self._fsck >= FSCK_EVERY:
            self._fsck = now
            self._examine(one)
        self._note(one)

    def _examine(self, one: Running) -> None:
        examine = one.services.access.examine
        if examine is not None:
            found = examine(lambda _: None)
            theirs = {session for _, session in self._life.touched}
            for each in found.violations:
                if each.invariant != "I2" or each.session not in theirs:  # not read since its owner took it
                    self._life.violations.append(f"fsck: {each.invariant} {each.what}")

    def _note(self, one: Running) -> None:
        self._life.violations += one.troubles
        one.troubles.clear()

    def _finish(self, one: Running) -> None:
        """Look at the end of all: everything has come to rest, and tell what happened."""
        if self._life.violations:
            return
        self._examine(one)
        with one.services.store.reading() as tx:
            left = tx.ledger.in_state(tuple(UNFINISHED))
            lines = [f"{each.at} {each.action} {each.object_id}" for each in tx.audit.listed()]
        if left:
            self._life.violations.append(f"still under way at the end: {', '.join(left)}")
        self._life.booked = sum(" session.booked " in line for line in lines)
        self._life.digest = sha256("\n".join(lines).encode()).hexdigest()

    def _do(self, one: Running, act: Act) -> None:
        """Do what somebody does; that gatherly says no is no trouble."""
        chance = random.Random(act.lot)
        with suppress(InputError, UnknownThingError, NotAllowedError):
            _ACTS[act.kind](self, one, chance)

    # what people do

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
        known = self._holding.known.open(tx, now).values()
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
        self._life.touched.add((copy.user, copy.session))
        self._town.drop(copy)

    def _move(self, _one: Running, chance: random.Random) -> None:
        copy = self._copy(chance)
        self._life.touched.add((copy.user, copy.session))
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

    # what befalls

    def _revoke(self, one: Running, _chance: random.Random) -> None:
        self._life.revoked = True
        self._town.revoke()
        self._later(CONSENT_AFTER, self._consent)

    def _consent(self, one: Running) -> None:
        fresh = self._town.grant()
        with one.services.store.writing() as tx:
            there = tx.repositories.grants.get(fresh.connector)
            version = 0 if there is None else there.version
            tx.repositories.grants.put(replace(fresh, version=version))
            account = tx.calendars.account(fresh.connector)
            if account is not None:
                tx.calendars.put_account(replace(account, next_run=self._town.time.now()))

    def _tokens(self, _one: Running, _chance: random.Random) -> None:
        self._town.google.expire_access_tokens()
        self._town.outlook.expire_access_tokens()

    def _sync_tokens(self, _one: Running, _chance: random.Random) -> None:
        self._town.google.expire_sync_tokens()
        self._town.outlook.forget_deltas()

    def _google_away(self, _one: Running, chance: random.Random) -> None:
        faults = self._town.google.faults
        faults.always("*", chance.choice((AtGoogle.UNAVAILABLE, AtGoogle.LOST_AFTER, AtGoogle.ERROR_AFTER)))
        self._later(chance.choice(OUTAGES), lambda _: faults.always("*", AtGoogle.NONE))

    def _outlook_away(self, _one: Running, chance: random.Random) -> None:
        faults = self._town.outlook.faults
        faults.always(
            "*", chance.choice((AtOutlook.UNAVAILABLE, AtOutlook.LOST_AFTER, AtOutlook.ERROR_AFTER))
        )
        self._later(chance.choice(OUTAGES), lambda _: faults.always("*", AtOutlook.NONE))

    def _answer_lost(self, _one: Running, chance: random.Random) -> None:
        """Carry out the next write at one of them, and lose the answer; or carry it out twice."""
        if chance.random() < OFTEN:
            at_google = chance.choice((AtGoogle.LOST_AFTER, AtGoogle.ERROR_AFTER, AtGoogle.TWICE))
            self._town.google.faults.then("calendar.events.insert", at_google)
        else:
            at_outlook = chance.choice((AtOutlook.LOST_AFTER, AtOutlook.ERROR_AFTER, AtOutlook.TWICE))
            self._town.outlook.faults.then("events.create", at_outlook)

    def _relay_away(self, _one: Running, chance: random.Random) -> None:
        self._town.room.at_recipient = AWAY
        self._later(chance.choice(OUTAGES), self._relay_back)

    def _relay_back(self, _one: Running) -> None:
        self._town.room.at_recipient = "250 OK"

    def _reload(self, one: Running, _chance: random.Random) -> None:
        one.services = one.services.again(one.services)


def _is_booked(session: EventSession) -> bool:
    return session.status is SessionStatus.SCHEDULED


_ACTS: dict[Kind, Callable[[_Stage, Running, random.Random], None]] = {
    Kind.ASK: _Stage._ask,
    Kind.SERIES: _Stage._series,
    Kind.ACCEPT: _Stage._accept,
    Kind.DECLINE: _Stage._decline,
    Kind.REJECT: _Stage._reject,
    Kind.RESCHEDULE: _Stage._reschedule,
    Kind.CANCEL: _Stage._cancel,
    Kind.OWN: _Stage._own,
    Kind.DELETE: _Stage._delete,
    Kind.MOVE: _Stage._move,
    Kind.FAMILY: _Stage._family,
    Kind.FAMILY_CANCEL: _Stage._family_cancel,
    Kind.REVOKE: _Stage._revoke,
    Kind.TOKENS: _Stage._tokens,
    Kind.SYNC_TOKENS: _Stage._sync_tokens,
    Kind.GOOGLE_AWAY: _Stage._google_away,
    Kind.OUTLOOK_AWAY: _Stage._outlook_away,
    Kind.RELAY_AWAY: _Stage._relay_away,
    Kind.ANSWER_LOST: _Stage._answer_lost,
    Kind.RELOAD: _Stage._reload,
}
