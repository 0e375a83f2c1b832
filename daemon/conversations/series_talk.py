"""What a host says of some of a booked series: skip these, stop or go on otherwise from then on, move one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Protocol

from daemon.booking.transitions import Vet, change_within
from daemon.conversations.guest_door import GuestDoor
from daemon.conversations.occurrence_times import others_that_day
from daemon.conversations.opening import open_session
from daemon.knowledge import KnowledgePolicy
from engine.booking.target import Targets
from engine.errors import InputError
from engine.ids import InstallId, MessageId, SessionId, UserId
from engine.model.session import (
    EventSession,
    Message,
    MessageRole,
    Occurrence,
    SessionConstraints,
    SessionStatus,
)
from engine.model.user import User
from engine.ports.store import Transaction
from engine.ports.world import Randomness
from engine.sessions import series_changes, spoken, state_machine
from engine.sessions.series_horizon import told_up_to
from engine.sessions.series_offshoots import following
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant
from engine.understand.echo import day_words, listed
from engine.understand.grammar import dates_said
from engine.understand.reading import Dates, Intent, Reading
from engine.understand.series_wishes import SeriesWish, Verb, series_wish


class Setting(Protocol):
    """What a series is changed with: the conversation's own."""

    @property
    def randomness(self) -> Randomness:
        """What ids are drawn from."""

    @property
    def targets(self) -> Targets:
        """What is written to, by user."""

    @property
    def broken(self) -> Mapping[UserId, str]:
        """Who cannot be written to, and why."""

    @property
    def door(self) -> GuestDoor:
        """Who may ask guests, and how often."""

    @property
    def install(self) -> InstallId:
        """Whose copies these are."""

    @property
    def vet(self) -> Vet | None:
        """What a change is judged by before it is stored."""

    @property
    def policy(self) -> Callable[[], KnowledgePolicy] | None:
        """How old knowledge may be; None where nobody's calendars are known."""


def wish_of(session: EventSession, text: str, zone: str, now: Instant) -> SeriesWish | None:
    """Read what is wished of some of a series; None where it is about something else, or none is booked."""
    if session.recurrence is None or session.status is not SessionStatus.SCHEDULED:
        return None
    return series_wish(text, partial(dates_said, now=now, zone=zone))


@dataclass(frozen=True, slots=True)
class SeriesTalk:
    """One host's wish of their series, done in the transaction of the message; gives what to answer."""

    talk: Setting
    tx: Transaction
    session: EventSession
    users: Mapping[UserId, User]
    now: Instant

    def stay_away(self, wish: SeriesWish, user: UserId) -> str:
        """Let an attendee stay away from what they name, or leave; the others meet, and the host is told.

        Raises:
            InputError: it does not take place then.
        """
        told = self._told_up_to(wish)
        named = told._named(wish)
        starts = {one.start for one in named}
        if any(days.last is None for days in wish.days):
            self._change(series_changes.leaves(told.session, user, starts))
            away = f"from {day_words(self._day(named[0]))} on"
        else:
            self._change(series_changes.stays_away(told.session, user, starts))
            away = f"on {listed([day_words(self._day(one)) for one in named])}"
        return f"You are down as not coming {away}. The host is told, and your calendar follows."

    def do(self, wish: SeriesWish) -> str:
        """Do what is wished.

        Raises:
            InputError: it cannot be done; its words say why.
        """
        told = self._told_up_to(wish)
        verbs = {
            Verb.SKIP: told._skip,
            Verb.STOP: told._stop,
            Verb.ANEW: told._anew,
            Verb.MOVE: told._move,
        }
        return verbs[wish.verb](wish)

    def _told_up_to(self, wish: SeriesWish) -> "SeriesTalk":
        """Speak of the series as far as the wish does, also beyond what is known by now."""
        last = max(days.last or days.first for days in wish.days)
        return replace(self, session=told_up_to(self.session, last, zone_info(self._zone)))

    @property
    def _zone(self) -> str:
        host = self.users.get(self.session.host_user_id)
        return self.session.clock_zone("UTC" if host is None else host.timezone)

    def _skip(self, wish: SeriesWish) -> str:
        there, after = self._named(wish), self.session
        for one in there:
            after = series_changes.without(after, one, series_changes.CALLED_OFF)
        final = after.final_time
        if final is not None and not after.is_endless and not final.takes_place:
            after = state_machine.cancel(self.session, now=self.now)
        self._change(after)
        return f"Left out: {listed([day_words(self._day(one)) for one in there])}. The others stay."

    def _named(self, wish: SeriesWish) -> list[Occurrence]:
        there = [one for one in self._ahead() if any(_is_in(self._day(one), days) for days in wish.days)]
        missed = [days for days in wish.days if not any(_is_in(self._day(one), days) for one in there)]
        if missed:
            raise InputError(f"It does not take place on {day_words(missed[0].first)}")
        return there

    def _stop(self, wish: SeriesWish) -> str:
        self._change(self._ended(wish.days[0].first))
        return f"It ends before {day_words(wish.days[0].first)}."

    def _ended(self, day: date) -> EventSession:
        after = series_changes.ended_before(self.session, day, zone_info(self._zone), self.now)
        return state_machine.cancel(self.session, now=self.now) if after is None else after

    def _anew(self, wish: SeriesWish) -> str:
        day = wish.days[0].first
        after = series_changes.ended_before(self.session, day, zone_info(self._zone), self.now)
        if after is None:
            raise InputError("Nothing of it would be left", "Say: move the session")
        name = SessionId(self.talk.randomness.token())
        begins = int(datetime.combine(day, time(), zone_info(self._zone)).timestamp())
        new = following(self.session, after, name, begins, self.now, zone_info(self._zone))
        at = Reading(intent=Intent.REQUEST, at=wish.at)
        new = replace(spoken.constrained(new, at, self._zone, self.now), search=new.search)
        self._change(after)
        said = Message(
            id=MessageId(self.talk.randomness.token()),
            session_id=name,
            role=MessageRole.SYSTEM,
            content=f"What follows {self.session.id}, from {day} on.",
            timestamp=self.now,
        )
        talk = self.talk
        open_session(
            self.tx,
            new,
            self.users,
            (said,),
            targets=talk.targets,
            broken=talk.broken,
            door=talk.door,
            now=self.now,
        )
        return f"It ends before {day_words(day)}; I am looking for times for what follows, in session {name}."

    def _move(self, wish: SeriesWish) -> str:
        day = wish.days[0].first
        one = series_changes.occurrence_on(self.session, day, zone_info(self._zone), self.now)
        if self.talk.policy is None:
            raise InputError("Nobody's calendars are known here")
        asked = self.session if wish.at is None else replace(self.session, constraints=SessionConstraints())
        others = others_that_day(self.tx, self.talk.policy(), asked, one, day, self.now)
        if wish.at is not None:
            wanted = datetime.combine(day, time(), zone_info(self._zone)) + timedelta(minutes=wish.at)
            others = [at for at in others if at == int(wanted.timestamp())]
        if not others:
            which = "no other time suits" if wish.at is None else "that time does not suit"
            raise InputError(f"On {day_words(day)} {which} everybody. Say “skip” to leave it out")
        self._change(series_changes.moved(self.session, one, others[0]))
        local = to_datetime(others[0]).astimezone(zone_info(self._zone))
        return f"On {day_words(day)} it begins at {local:%H:%M}. The others stay."

    def _ahead(self) -> list[Occurrence]:
        slot = self.session.final_time
        every = slot.occurrences if slot is not None else ()
        return [one for one in every if one.takes_place is not None and one.takes_place > self.now]

    def _day(self, one: Occurrence) -> date:
        return to_datetime(one.takes_place or one.start).astimezone(zone_info(self._zone)).date()

    def _change(self, after: EventSession) -> None:
        """Put the session so, with what it means for its booking; nobody changed it since it was read."""
        talk = self.talk
        change_within(
            self.tx,
            self.session.id,
            lambda _before: after,
            targets=talk.targets,
            install=talk.install,
            now=self.now,
            vet=talk.vet,
        )


def _is_in(day: date, days: Dates) -> bool:
    return days.first <= day and (days.last is None or day <= days.last)
