"""A failed session asked for anew with one of the changes that its search found to help."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.bounds import MOST_DAYS
from engine.errors import InputError
from engine.find.lenience import concerns_people
from engine.find.relaxations import SHORTER
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, SessionConstraints, SessionStatus
from engine.model.session_metadata import Key
from engine.model.session_record import SessionRecord
from engine.sessions.guests import asked_anew
from engine.time.instant import parse_instant
from engine.time.span import DAY, MINUTE, Instant, Span

_MINUTES = re.compile(rf"{SHORTER} (\d+) minutes")


def relaxed(
    session: EventSession, code: str, session_id: SessionId, now: Instant, expire_after: int
) -> EventSession:
    """Give the new session; `expire_after` in seconds.

    Raises:
        InputError: the session has not failed, or its search found no such change to help.
    """
    if session.status is not SessionStatus.FAILED:
        raise InputError(
            f"Session {session.id} is {session.status}, not failed", "Only what has failed is asked for anew"
        )
    found = {str(one["code"]): one for one in relaxations(session)}
    if code not in found:
        known = ", ".join(found) or "there are none"
        raise InputError(f"{code!r} is no change that would help session {session.id}", f"There are {known}")
    changed = _changed(session, code, found[code], now)
    return replace(
        changed,
        id=session_id,
        status=SessionStatus.PENDING,
        responses=(),
        guests=asked_anew(changed.guests),
        withheld=(),
        metadata={},
        record=SessionRecord(relaxed=changed.record.relaxed),
        created_at=now,
        completed_at=None,
        expires_at=now + expire_after,
        version=0,
    )


def relaxations(session: EventSession) -> Sequence[Mapping[str, Any]]:
    """Give what would help a failed session, as its document says it."""
    return session.metadata.get(Key.RELAXATIONS) or ()


def _changed(session: EventSession, code: str, found: Mapping[str, Any], now: Instant) -> EventSession:
    if concerns_people(code):
        record = replace(session.record, relaxed=(*session.record.relaxed, code))
        return replace(session, record=record)
    kind, _, who = code.partition(":")
    if kind == "optional":
        rest = tuple(user for user in session.invitee_ids if user != who)
        return replace(session, invitee_ids=rest, optional_ids=(*session.optional_ids, UserId(who)))
    if kind == "group":
        return _fewer(session, int(who))
    if kind == "duration":
        minutes = _MINUTES.search(str(found["change"]))
        return session if minutes is None else replace(session, duration=int(minutes[1]))
    if kind == "window":
        return _longer(session, parse_instant(found["first"]) + session.duration * MINUTE, now)
    return _DROPPED[kind](session)


def _fewer(session: EventSession, index: int) -> EventSession:
    group, rest = session.groups[index], (*session.groups[:index], *session.groups[index + 1 :])
    if group.count > 1:
        fewer = (*session.groups[:index], replace(group, count=group.count - 1), *session.groups[index + 1 :])
        return replace(session, groups=fewer)
    optional = dict.fromkeys((*session.optional_ids, *group.any_of))
    return replace(session, groups=rest, optional_ids=tuple(optional))


def _longer(session: EventSession, until: Instant, now: Instant) -> EventSession:
    """Search as far as the first time that was found beyond the window; whole days, as asked for."""
    if session.search is not None:
        days = -(-(until - session.search.end) // DAY)
        return replace(session, search=Span(session.search.start, session.search.end + max(1, days) * DAY))
    days = -(-(until - now) // DAY)
    return replace(session, search_days=min(MOST_DAYS, max(session.search_days, days)))


def _constrained(session: EventSession, constraints: SessionConstraints) -> EventSession:
    return replace(session, constraints=constraints)


_DROPPED: Mapping[str, Callable[[EventSession], EventSession]] = {
    "bufferTime": lambda one: replace(one, buffer_time=0),
    "minimumNotice": lambda one: replace(one, minimum_notice=0),
    "timeRange": lambda one: _constrained(one, replace(one.constraints, time_range=None)),
    "daysOfWeek": lambda one: _constrained(one, replace(one.constraints, days_of_week=None)),
    "excludeDates": lambda one: _constrained(one, replace(one.constraints, exclude_dates=())),
}
