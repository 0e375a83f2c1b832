"""What becomes of a pending session once its search has an answer: proposals, a wait, or a failure.

Proposals that can still be booked are left as they are: nobody's choice changes under their eyes. A session
fails only when everybody who must come is known; until then it waits, and says for whom (architecture.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from engine.availability.evidence import Known, Taken
from engine.bounds import LONGEST_TIMEFRAME
from engine.documents.answers import failure_document
from engine.find.answer import Failure, FindAnswer
from engine.find.lenience import leniently
from engine.find.request import BusyEntry, BusyTimes, FindRequest, search_window
from engine.ids import UserId
from engine.model.constraint import Constraint
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.model.session_metadata import Key
from engine.model.user import User
from engine.sessions.guests import asking_anew
from engine.sessions.preferred_times import preferred_rules
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The session as it is to stand, what is said of it, and when to look again by itself."""

    session: EventSession
    says: str | None = None
    look_again: Instant | None = None


def busy_times(known: Known) -> BusyTimes:
    """Give what is known of a person in the words of the search; titles never take part."""
    return None if known.taken is None else tuple(_entry(taken) for taken in known.taken)


def _entry(taken: Taken) -> BusyEntry:
    return BusyEntry(taken.span.start, taken.span.end, "", taken.status)


def request_for(
    session: EventSession,
    users: Mapping[UserId, User],
    known: Mapping[UserId, Known],
    now: Instant,
    rules: tuple[Constraint, ...] = (),
) -> FindRequest:
    """Ask for a session's times in the part of its window for which the required people are known.

    What the session was relaxed by is left out of account.
    """
    wanted = search_window(session, now)
    reach = min((known[user].until for user in session.required_ids), default=wanted.end)
    end = max(wanted.start, min(wanted.end, reach))
    request = FindRequest(
        session=session,
        users=users,
        busy={user: busy_times(found) for user, found in known.items()},
        now=now,
        window=Span(wanted.start, end),
        rules=(*rules, *preferred_rules(session)),
        known_until={} if session.recurrence is None else {user: one.until for user, one in known.items()},
    )
    return reduce(leniently, session.record.relaxed, request)


def waiting_for(session: EventSession, known: Mapping[UserId, Known]) -> dict[str, str]:
    """Tell whose time is unknown among those who must come, and why."""
    return {
        str(user): "; ".join(f"{gap.source}: {gap.why}" for gap in known[user].gaps) or "unknown"
        for user in session.required_ids
        if known[user].taken is None
    }


def wait(session: EventSession, waiting: Mapping[str, str]) -> Outcome:
    """Leave a session pending without proposals: nobody is proposed for whose time is unknown."""
    names = ", ".join(f"{user} ({why})" for user, why in waiting.items())
    return _waiting(session, waiting, f"I am waiting to see the calendar of {names}.")


def wait_for_bookings(session: EventSession, people: Sequence[UserId]) -> Outcome:
    """Leave a session pending whose every time is kept for bookings under way: one may yet be undone."""
    why = "every time that would do is being booked for something else; one may yet be undone"
    says = f"No time is left but what is being booked for something else with {', '.join(people)}. I wait."
    return _waiting(session, {str(user): why for user in people}, says)


def _waiting(session: EventSession, waiting: Mapping[str, str], says: str) -> Outcome:
    record = replace(session.record, waiting_for=waiting)
    if session.record == record and not session.proposed_times:
        return Outcome(session=session)
    return Outcome(session=replace(session, proposed_times=(), record=record), says=says)


def keep(session: EventSession) -> Outcome:
    """Leave proposals that can all still be booked as they are."""
    return Outcome(session=_without_wait(session), look_again=_first_passed(session.proposed_times))


def conclude(
    session: EventSession, answer: FindAnswer, known_whole: bool, reach: Instant, zone: str | None = None
) -> Outcome:
    """Decide what a search's answer makes of a session whose required people are all known.

    `known_whole` says that the whole window was searched; otherwise knowledge ended at `reach`, and finding
    nothing before it is no failure yet. `zone` is that of the host's clock, which a series keeps.
    """
    if answer.proposed:
        kept = session if session.recurrence is None else _with_zone(session, zone)
        return _propose(kept, answer.proposed)
    if not known_whole or answer.failure is None:
        return wait(session, {"everybody": f"calendars are read no further than {format_instant(reach)}"})
    return _fail(session, answer.failure)


def _with_zone(session: EventSession, zone: str | None) -> EventSession:
    return replace(session, record=replace(session.record, zone=zone))


def _propose(session: EventSession, slots: Sequence[TimeSlot]) -> Outcome:
    anew = any(guest.answered_at is not None for guest in session.guests)
    asking = asking_anew(session) if anew and not _same_times(session.proposed_times, slots) else session
    proposed = replace(_without_wait(asking), proposed_times=tuple(slots))
    says = None if _same_times(session.proposed_times, slots) else announcement(session, len(slots))
    return Outcome(session=proposed, says=says, look_again=_first_passed(slots))


def _same_times(left: Sequence[TimeSlot], right: Sequence[TimeSlot]) -> bool:
    return [slot.span for slot in left] == [slot.span for slot in right]


def announcement(session: EventSession, count: int) -> str:
    """Say how many times were found: `I found 3 options for lunch next Tuesday` (F0, flow 1)."""
    entities = session.metadata.get(Key.EXTRACTED_ENTITIES)
    timeframe = entities.get("timeframe") if isinstance(entities, Mapping) else None
    when = one_line(timeframe, LONGEST_TIMEFRAME) if isinstance(timeframe, str) else ""
    return f"I found {count} {'option' if count == 1 else 'options'} for {f'{session.title} {when}'.rstrip()}"


def _fail(session: EventSession, failure: Failure) -> Outcome:
    metadata = {**session.metadata, **failure_document(failure)}
    advice = "; ".join(failure.suggestions)
    says = "No availability found. Try these alternatives: " + advice if advice else "No availability found."
    failed = replace(
        _without_wait(session), status=SessionStatus.FAILED, proposed_times=(), metadata=metadata
    )
    return Outcome(session=failed, says=says)


def refused(session: EventSession, why: str) -> Outcome:
    """End a session for which no time can ever be found, and say why."""
    return _fail(session, Failure(f"It cannot be looked for: {why}", (), (), ()))


def _without_wait(session: EventSession) -> EventSession:
    if not session.record.waiting_for:
        return session
    return replace(session, record=replace(session.record, waiting_for={}))


def _first_passed(slots: Sequence[TimeSlot]) -> Instant | None:
    """Give the first moment at which a proposal has gone by."""
    return min((slot.start + 1 for slot in slots), default=None)
