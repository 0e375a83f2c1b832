"""One thing changed at a time, and the search run again: what would help, smallest change first."""

from collections.abc import Container, Iterator
from dataclasses import replace
from typing import NamedTuple

from engine.find.answer import Outlook, Relaxation
from engine.find.lenience import BUFFER, HOURS, PREFERENCES, RULE, leniently
from engine.find.request import FindRequest
from engine.find.trials import Trials
from engine.ids import UserId
from engine.model.constraint import ConstraintLevel
from engine.model.session import EventSession, SessionConstraints
from engine.rules.preferences import preference_constraints
from engine.time.span import DAY, Span


class Change(NamedTuple):
    """A code, the change in words, and the request changed in that one way.

    `who` is the required person whose part alone differs, `found` what is known to come of it already.
    """

    code: str
    words: str
    request: FindRequest
    who: UserId | None = None
    found: Outlook | None = None


DURATION_STEP = 15
SHORTER = "Reduce meeting duration to"
"""What stands before the number of minutes that a session is shortened to."""
MOST_WINDOWS = 4


def helping(request: FindRequest, trials: Trials) -> Iterator[Relaxation]:
    """Try every change that may bring candidates and give those that do."""
    for change in _changes(request, trials):
        found = change.found or trials.outlook(change.request, change.who)
        if found.first is not None:
            yield Relaxation(change.words, change.code, found.slots, found.first)


def _changes(request: FindRequest, trials: Trials) -> Iterator[Change]:
    yield from _without_buffers(request, trials.suspects)
    yield from _without_constraints(request)
    yield from _without_rules(request, trials.suspects)
    yield from _longer_window(request, trials)
    yield from _shorter_session(request, trials)
    yield from _without_hours(request, trials.suspects)
    yield from _made_optional(request, trials.suspects)
    yield from _fewer_of_a_group(request)


def _without_buffers(request: FindRequest, suspects: Container[UserId]) -> Iterator[Change]:
    if request.session.buffer_time:
        changed = _with_session(request, replace(request.session, buffer_time=0))
        yield Change("bufferTime", "Drop the session's own buffer", changed)
    users = [request.users[user] for user in request.session.required_ids]
    for user in sorted(users, key=lambda user: user.default_preferences.buffer_time):
        if user.default_preferences.buffer_time and user.id in suspects:
            words = f"Drop {user.name}'s buffer around events"
            yield _leniently(request, f"{BUFFER}:{user.id}", words, user.id)


def _without_constraints(request: FindRequest) -> Iterator[Change]:
    constraints = request.session.constraints
    if constraints.time_range is not None:
        changed = replace(constraints, time_range=None)
        yield Change("timeRange", "Allow any time of day", _constrained(request, changed))
    if constraints.days_of_week is not None:
        changed = replace(constraints, days_of_week=None)
        yield Change("daysOfWeek", "Allow any day of the week", _constrained(request, changed))
    if constraints.exclude_dates:
        changed = replace(constraints, exclude_dates=())
        yield Change("excludeDates", "Allow the excluded dates", _constrained(request, changed))


def _without_rules(request: FindRequest, suspects: Container[UserId]) -> Iterator[Change]:
    """Drop the session's notice, one hard rule, or the limits among one person's own preferences."""
    session, required = request.session, request.session.required_ids
    if session.minimum_notice:
        changed = _with_session(request, replace(session, minimum_notice=0))
        yield Change("minimumNotice", "Allow a time without notice", changed)
    for rule in request.rules:
        if rule.level is ConstraintLevel.HARD and any(rule.applies_to(user) for user in required):
            rest = tuple(other for other in request.rules if other is not rule)
            yield Change(f"{RULE}:{rule.id}", f"Drop the rule “{rule.name}”", replace(request, rules=rest))
    for user in (request.users[user] for user in required if user in suspects):
        if any(rule.level is ConstraintLevel.HARD for rule in preference_constraints(user)):
            words = f"Look outside {user.name}'s preferences"
            yield _leniently(request, f"{PREFERENCES}:{user.id}", words, user.id)


def _longer_window(request: FindRequest, trials: Trials) -> Iterator[Change]:
    """Extend by whole days, up to four windows, as far as the first start that this brings.

    Only what lies beyond the window is searched, the next window before all that follow.
    """
    window, end = request.window, request.window.end
    beyond = max(window.start, end - request.duration)
    for days in (window.seconds // DAY, (MOST_WINDOWS - 1) * window.seconds // DAY):
        if days < 1:
            continue
        until = trials.windows(replace(request, window=Span(beyond, end + days * DAY)))
        first = until(end + days * DAY).first
        if first is not None:
            needed = max(1, -(-(first + request.duration - end) // DAY))
            words = f"Extend search window by {needed} day{'' if needed == 1 else 's'}"
            longer = replace(request, window=Span(window.start, end + needed * DAY))
            yield Change("window", words, longer, found=until(end + needed * DAY))
            return


def _shorter_session(request: FindRequest, trials: Trials) -> Iterator[Change]:
    """Find the longest shorter duration that gives a candidate: what is feasible only grows as it shrinks."""
    minutes = range(request.session.duration - DURATION_STEP, 0, -DURATION_STEP)
    if not minutes:
        return
    helps, fails = len(minutes) - 1, -1
    found = trials.outlook(_lasting(request, minutes[helps]))
    while found.first is not None and helps - fails > 1:
        middle = (helps + fails) // 2
        tried = trials.outlook(_lasting(request, minutes[middle]))
        if tried.first is None:
            fails = middle
        else:
            helps, found = middle, tried
    if found.first is not None:
        words = f"{SHORTER} {minutes[helps]} minutes"
        yield Change("duration", words, _lasting(request, minutes[helps]), found=found)


def _lasting(request: FindRequest, minutes: int) -> FindRequest:
    return _with_session(request, replace(request.session, duration=minutes))


def _without_hours(request: FindRequest, suspects: Container[UserId]) -> Iterator[Change]:
    for user in (request.users[user] for user in request.session.required_ids if user in suspects):
        preferences = user.default_preferences
        if preferences.working_hours is not None or user.availability or user.date_overrides:
            words = f"Look outside {user.name}'s working hours"
            yield _leniently(request, f"{HOURS}:{user.id}", words, user.id)


def _leniently(request: FindRequest, code: str, words: str, who: UserId) -> Change:
    return Change(code, words, leniently(request, code), who)


def _made_optional(request: FindRequest, suspects: Container[UserId]) -> Iterator[Change]:
    session = request.session
    for user in (user for user in session.invitee_ids if user in suspects):
        rest = tuple(other for other in session.invitee_ids if other != user)
        changed = replace(session, invitee_ids=rest, optional_ids=(*session.optional_ids, user))
        words = f"Make {request.users[user].name} optional"
        yield Change(f"optional:{user}", words, _with_session(request, changed), user)


def _fewer_of_a_group(request: FindRequest) -> Iterator[Change]:
    """Ask for one fewer of the people of whom some suffice; `group:<n>` counts the groups from 0."""
    session = request.session
    for index, group in enumerate(session.groups):
        names = ", ".join(request.users[user].name for user in group.any_of)
        before, after = session.groups[:index], session.groups[index + 1 :]
        if group.count > 1:
            fewer = replace(group, count=group.count - 1)
            changed = replace(session, groups=(*before, fewer, *after))
            yield Change(
                f"group:{index}", f"Ask for {fewer.count} of {names}", _with_session(request, changed)
            )
        else:
            optional = (*session.optional_ids, *group.any_of)
            changed = replace(session, groups=(*before, *after), optional_ids=tuple(dict.fromkeys(optional)))
            yield Change(f"group:{index}", f"Make {names} optional", _with_session(request, changed))


def _constrained(request: FindRequest, constraints: SessionConstraints) -> FindRequest:
    return _with_session(request, replace(request.session, constraints=constraints))


def _with_session(request: FindRequest, session: EventSession) -> FindRequest:
    return replace(request, session=session)
