"""What is asked of single occurrences of a booked series: to leave them out, to move them, to end it."""

from datetime import date, datetime, time

from daemon.app.sessions import SessionDesk
from daemon.conversations.occurrence_times import others_that_day
from daemon.conversations.opening import open_session
from engine.bounds import LONGEST_REASON
from engine.documents.clocktimes import parse_date
from engine.documents.reading import checked_length
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Occurrence, SessionStatus
from engine.ports.store import Transaction
from engine.sessions import series_changes as series
from engine.sessions import series_offshoots as offshoots
from engine.sessions import state_machine as machine
from engine.time.local_time import zone_info
from engine.time.span import Instant


def day_of(text: str, option: str) -> date:
    """Read the day that an option names.

    Raises:
        InputError: it is none.
    """
    return parse_date(text, option)


def leave_out(desk: SessionDesk, session_id: SessionId, day: date, reason: str | None = None) -> EventSession:
    """Withdraw the occurrence of a day from every calendar; with the last of all the session is called off.

    Raises:
        InputError: there is none.
    """
    zone = zone_info(_host_zone(desk, session_id))

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "call an occurrence off")
        one = series.occurrence_on(session, day, zone, now)
        after = series.without(session, one, series.CALLED_OFF)
        final = after.final_time
        if final is not None and not session.is_endless and not final.takes_place:
            return machine.cancel(session, reason, now=now)
        return after

    says = checked_length(reason or f"Please call {day} off.", "--reason", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


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
        after = series.ended_before(session, day, zone, now)
        return machine.cancel(session, reason, now=now) if after is None else after

    says = checked_length(reason or f"Please call off {day} and what follows.", "--reason", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


def move_one(desk: SessionDesk, session_id: SessionId, day: date, message: str | None = None) -> EventSession:
    """Move the occurrence of a day to the nearest other time of it that suits; else leave it out.

    Raises:
        InputError: there is none that day.
    """
    zone = zone_info(_host_zone(desk, session_id))
    with desk.store.reading() as tx:
        now = desk.clock.now()
        session = desk.found(tx, session_id)
        asked = series.occurrence_on(session, day, zone, now)
        there = _nearest(desk, tx, session, asked, day, now)

    def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
        desk.principal.must_be_host(session.host_user_id, "move an occurrence")
        one = series.occurrence_on(session, day, zone, now)
        if one != asked:
            raise InputError(f"What takes place on {day} has just been changed", "Look again")
        return (
            series.without(session, one, series.RESCHEDULED)
            if there is None
            else series.moved(session, one, there)
        )

    says = checked_length(message or f"Please find another time on {day}.", "--message", LONGEST_REASON)
    return desk.change(session_id, None, says, command)


def _nearest(
    desk: SessionDesk, tx: Transaction, session: EventSession, one: Occurrence, day: date, now: Instant
) -> Instant | None:
    """Give the nearest other time of a day that suits everybody who must come."""
    if desk.policy is None:
        return None
    return next(iter(others_that_day(tx, desk.policy(), session, one, day, now)), None)


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
        after = series.ended_before(session, day, zone, now)
        return machine.reschedule(session, now=now) if after is None else after

    def also(tx: Transaction, before: EventSession, after: EventSession, now: Instant) -> None:
        if after.status is SessionStatus.SCHEDULED and before.final_time and after.final_time:
            begins = int(datetime.combine(day, time(), zone).timestamp())
            new = offshoots.following(before, after, following, begins, now)
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
    return "UTC" if host is None else host.timezone
