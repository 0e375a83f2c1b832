"""What is asked of single occurrences of a booked series: to leave them out, to move them, to end it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from daemon.app.sessions import SessionDesk
from daemon.conversations.occurrence_times import others_that_day
from daemon.conversations.opening import open_session
from engine.bounds import LONGEST_REASON
from engine.documents.clocktimes import parse_date
from engine.documents.reading import checked_length
from engine.errors import InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Occurrence, SessionConstraints, SessionStatus
from engine.ports.store import Transaction
from engine.sessions import series_changes as series
from engine.sessions import series_offshoots as offshoots
from engine.sessions import state_machine as machine
from engine.sessions.series_horizon import told_up_to
from engine.time.local_time import zone_info
from engine.time.span import Instant


def day_of(text: str, option: str) -> date:
    """Read the day that an option names.

    Raises:
        InputError: it is none.
    """
    return parse_date(text, option)


def call_off(
    desk: SessionDesk, session_id: SessionId, first: date, last: date | None, reason: str | None = None
) -> EventSession:
    """Withdraw what takes place on some days, both included: one occurrence, a pause, or all from a day on.

    Raises:
        InputError: nothing takes place then.
    """
    if last is None:
        return end_before(desk, session_id, first, reason)
    if first == last:
        return leave_out(desk, session_id, first, reason)
    return pause(desk, session_id, first, last, reason)


def leave_out(desk: SessionDesk, session_id: SessionId, day: date, reason: str | None = None) -> EventSession:
    """Withdraw the occurrence of a day from every calendar; with the last of all the session is called off.

    Raises:
        InputError: there is none.
    """
    zone = zone_info(_host_zone(desk, session_id))

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "call an occurrence off")
        told = told_up_to(session, day, zone)
        return _without(told, (series.occurrence_on(told, day, zone, now),), reason, now)

    says = checked_length(reason or f"Please call {day} off.", "--reason", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


def pause(
    desk: SessionDesk, session_id: SessionId, first: date, last: date, reason: str | None = None
) -> EventSession:
    """Withdraw what takes place on some days, both included; with the last of all the session is called off.

    Raises:
        InputError: nothing takes place then.
    """
    zone = zone_info(_host_zone(desk, session_id))

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "pause the series")
        told = told_up_to(session, last, zone)
        return _without(told, series.occurrences_within(told, first, last, zone, now), reason, now)

    says = checked_length(reason or f"Please pause from {first} to {last}.", "--reason", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


def _without(
    session: EventSession, occurrences: Sequence[Occurrence], reason: str | None, now: Instant
) -> EventSession:
    """Leave some out; a session of which nothing takes place any more is off."""
    after = session
    for one in occurrences:
        after = series.without(after, one, series.CALLED_OFF)
    final = after.final_time
    if final is not None and not session.is_endless and not final.takes_place:
        return machine.cancel(session, reason, now=now)
    return after


def stay_away(
    desk: SessionDesk, session_id: SessionId, first: date, last: date | None, user: str | None = None
) -> EventSession:
    """Let somebody stay away on some days, both included, or leave from a day on; the others still meet.

    Their calendar follows, their time is free again, and the host is told.

    Raises:
        InputError: nothing takes place then that they come to, or it is the host who asks.
    """
    zone = zone_info(_host_zone(desk, session_id))

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        if speaker == session.host_user_id:
            raise InputError(
                f"{speaker} is the host of session {session_id}: without them it does not take place",
                "Call the occurrence off, or end the series",
            )
        if speaker not in session.attendee_ids:
            raise UnknownThingError(f"{speaker} does not attend session {session_id}", "Name who attends it")
        told = told_up_to(session, last or first, zone)
        starts = {one.start for one in series.occurrences_within(told, first, last, zone, now)}
        if not series.attended_by(told, speaker, starts):
            raise InputError(f"{speaker} stays away then already", "Nothing has to be done")
        way = series.stays_away if last is not None else series.leaves
        return way(told, speaker, starts)

    till = "" if last == first else " and from then on" if last is None else f" to {last}"
    return desk.change(session_id, user, f"I cannot come on {first}{till}.", command)


def end_before(
    desk: SessionDesk, session_id: SessionId, day: date, reason: str | None = None
) -> EventSession:
    """Withdraw the occurrence of a day and all later ones.

    Raises:
        InputError: there are none.
    """
    zone = zone_info(_host_zone(desk, session_id))

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "end the series")
        after = series.ended_before(told_up_to(session, day, zone), day, zone, now)
        return machine.cancel(session, reason, now=now) if after is None else after

    says = checked_length(reason or f"Please call off {day} and what follows.", "--reason", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


def move_one(
    desk: SessionDesk,
    session_id: SessionId,
    day: date,
    message: str | None = None,
    *,
    to: int | None = None,
) -> EventSession:
    """Move the occurrence of a day to the nearest other time of it that suits; else leave it out.

    Or `to` a time of that day, in minutes of the host's clock.

    Raises:
        InputError: there is none that day, or the time that is named does not suit everybody who must come.
    """
    move = _Move(desk, session_id, day, to)
    says = checked_length(message or f"Please find another time on {day}.", "--message", LONGEST_REASON)
    return replace(desk, also=move.decide).change(session_id, None, says, move.command)


@dataclass(slots=True)
class _Move:
    """An occurrence that is moved; where to is decided on what is known in the transaction that moves it."""

    desk: SessionDesk
    session_id: SessionId
    day: date
    to: int | None
    decided: Callable[[EventSession], EventSession] | None = None

    def decide(self, tx: Transaction) -> None:
        """Choose, or judge, the time.

        Raises:
            InputError: nothing takes place that day, or the time that is named does not suit.
        """
        if self.desk.also is not None:
            self.desk.also(tx)
        session, now = self.desk.found(tx, self.session_id), self.desk.clock.now()
        self.desk.principal.must_be_host(session.host_user_id, "move an occurrence")
        zone = zone_info(_zone(tx, session))
        one = series.occurrence_on(session, self.day, zone, now)
        wide = session if self.to is None else replace(session, constraints=SessionConstraints())
        there = _there(other_times(self.desk, tx, wide, one, self.day, now), self.day, self.to, zone)
        if there is None:
            self.decided = partial(series.without, one=one, why=series.RESCHEDULED)
        else:
            self.decided = partial(series.moved, one=one, there=there)

    def command(self, session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        """Do what was decided in this transaction."""
        return session if self.decided is None else self.decided(session)


def other_times(
    desk: SessionDesk, tx: Transaction, session: EventSession, one: Occurrence, day: date, now: Instant
) -> list[Instant]:
    """Give the other times of a day that suit everybody who must come, the nearest first."""
    return [] if desk.policy is None else others_that_day(tx, desk.policy(), session, one, day, now)


def _there(others: Sequence[Instant], day: date, to: int | None, zone: tzinfo) -> Instant | None:
    if to is None:
        return next(iter(others), None)
    wanted = datetime.combine(day, time(), zone) + timedelta(minutes=to)
    if int(wanted.timestamp()) not in others:
        near = " and ".join(f"{datetime.fromtimestamp(at, zone):%H:%M}" for at in others[:3])
        raise InputError(
            f"{wanted:%H:%M} on {day} does not suit everybody who must come",
            f"Other times of that day: {near}" if near else "No other time of that day suits; leave it out",
        )
    return int(wanted.timestamp())


def propose_anew(
    desk: SessionDesk, session_id: SessionId, day: date, message: str | None = None
) -> EventSession:
    """End a series before a day, and look for times for what would have followed, as a session of its own.

    Raises:
        InputError: nothing takes place from then on.
    """
    with desk.store.reading() as tx:
        zone = zone_info(_zone(tx, desk.found(tx, session_id)))
    following = SessionId(desk.randomness.token())
    says = checked_length(message or f"Please find other times from {day} on.", "--message", LONGEST_REASON)

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "move the series")
        after = series.ended_before(told_up_to(session, day, zone), day, zone, now)
        return machine.reschedule(session, now=now) if after is None else after

    def also(tx: Transaction, before: EventSession, after: EventSession, now: Instant) -> None:
        if after.status is SessionStatus.SCHEDULED and before.final_time and after.final_time:
            begins = int(datetime.combine(day, time(), zone).timestamp())
            new = offshoots.following(before, after, following, begins, now, zone)
            users = {user.id: user for user in tx.users.all()}
            open_session(
                tx,
                new,
                users,
                (desk.message(following, f"What follows {session_id}, from {day} on.", now),),
                targets=desk.targets,
                broken=desk.broken,
                door=desk.door,
                now=now,
            )

    return desk.change(session_id, None, says, command, then=also)


def _host_zone(desk: SessionDesk, session_id: SessionId) -> str:
    with desk.store.reading() as tx:
        return _zone(tx, desk.found(tx, session_id))


def _zone(tx: Transaction, session: EventSession) -> str:
    host = tx.users.get(session.host_user_id)
    return session.clock_zone("UTC" if host is None else host.timezone)


MOST_HELPED = 3
MOST_OTHERS = 3


def others_for(
    desk: SessionDesk, session: EventSession, starts: Sequence[Instant]
) -> Mapping[Instant, Sequence[Instant]]:
    """Give other times of the day for the first few that collide, by their starts by the rule."""
    found = dict[Instant, Sequence[Instant]]()
    with desk.store.reading() as tx:
        zone, now = zone_info(_zone(tx, session)), desk.clock.now()
        occurrences = session.final_time.occurrences if session.final_time else ()
        for one in [one for one in occurrences if one.start in starts][:MOST_HELPED]:
            at = one.takes_place
            if at is not None and at > now:
                day = datetime.fromtimestamp(at, zone).date()
                found[one.start] = other_times(desk, tx, session, one, day, now)[:MOST_OTHERS]
    return found
