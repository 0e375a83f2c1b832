"""A request with one thing about one person, or one rule, left out of account: by a relaxation's code.

What concerns the session alone changes the session; these leave people and rules as they are for all others.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.find.request import FindRequest
from engine.ids import UserId
from engine.model.user import FamilyPreferences, User

BUFFER, HOURS, PREFERENCES, RULE = "buffer", "workingHours", "preferences", "rule"


def _unbuffered(user: User) -> User:
    return replace(user, default_preferences=replace(user.default_preferences, buffer_time=0))


def _at_any_time(user: User) -> User:
    anytime = replace(user.default_preferences, working_hours=None)
    return replace(user, default_preferences=anytime, availability=(), date_overrides=())


def _limitless(user: User) -> User:
    return replace(user, preferences=FamilyPreferences())


_LENIENT: Mapping[str, Callable[[User], User]] = {
    BUFFER: _unbuffered,
    HOURS: _at_any_time,
    PREFERENCES: _limitless,
}


def concerns_people(code: str) -> bool:
    """Tell whether a relaxation leaves the session as it is, and looks past a person or a rule."""
    kind, colon, _ = code.partition(":")
    return bool(colon) and (kind == RULE or kind in _LENIENT)


def leniently(request: FindRequest, code: str) -> FindRequest:
    """Give the request without what a code names; whoever is not in it any more changes nothing."""
    kind, _, who = code.partition(":")
    if kind == RULE:
        return replace(request, rules=tuple(rule for rule in request.rules if rule.id != who))
    user = request.users.get(UserId(who))
    return request if user is None else with_user(request, _LENIENT[kind](user))


def with_user(request: FindRequest, user: User) -> FindRequest:
    """Give the request with one user changed."""
    attending = {one: request.users[one] for one in request.session.attendee_ids}
    return replace(request, users={**attending, user.id: user})
