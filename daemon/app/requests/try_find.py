"""A search tried out: times for people whose calendars the store knows, with nothing kept of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.sandbox.task import Runner, UnfinishedError
from daemon import knowledge
from daemon.app.access import Access
from daemon.app.accounts.permission import shares_time
from daemon.app.principal import Principal
from daemon.app.requests.find_task import TASK, packed
from engine.bounds import MOST_ATTENDEES
from engine.documents.reading import Fields
from engine.documents.requests import parse_request
from engine.documents.users import user_document
from engine.errors import InputError, UnknownThingError
from engine.find.request import BusyTimes, FindRequest
from engine.ids import UserId
from engine.model.constraint import Constraint
from engine.sessions.proposal import busy_times
from engine.time.instant import format_instant
from engine.time.span import DAY

MOST_DAYS = 62
MOST_SECONDS = 1.0
"""Of the processor."""
MOST_NAMED = min(20, MOST_ATTENDEES)
FIELDS = frozenset({"window", "step", "limit", "all", "session"})


def try_find(access: Access, principal: Principal, document: object, run: Runner) -> dict[str, Any]:
    """Answer a request as `gatherly find` does; users and busy times come from the store.

    It is computed by a child process, so that nobody's typing delays the daemon.

    Raises:
        InputError: a field is unknown (users and busy among them) or wrong, or it asks for too much.
        UnknownThingError: it names somebody whose time is not the asker's to see.
    """
    fields = Fields.of(document, "", FIELDS)
    now = access.clock.now()
    policy = knowledge.knowledge_policy_of(access.configuration)
    session = dict(fields.mapping("session"))
    session.setdefault("hostUserId", principal.user)
    named = _named(session)
    with access.store.reading() as tx:
        users = {user: tx.users.get(user) for user in named}
        for user, known in users.items():
            if known is None or not shares_time(tx, principal, user):
                raise UnknownThingError(f"There is no user {user}")
        whole = {
            **fields.values,
            "session": session,
            "now": format_instant(now),
            "users": [user_document(one) for one in users.values() if one is not None],
            "busy": {},
        }
        request = parse_request(whole, now)
        if request.window.end - request.window.start > MOST_DAYS * DAY:
            raise InputError(f"window is longer than {MOST_DAYS} days", "Ask for less")
        gathered = knowledge.of_people(tx, policy, named, request.window, now)
        busy = {user: busy_times(one) for user, one in gathered.items()}
        rules = knowledge.rules_of(tx, policy, named)
    try:
        return dict(json.loads(run(TASK, packed(_over(request, busy, rules)), cpu=MOST_SECONDS)))
    except UnfinishedError as error:
        raise InputError("The search takes too long", "Name fewer people, or a shorter window") from error


def _named(session: dict[str, Any]) -> list[UserId]:
    lists = [session.get(key) for key in ("inviteeIds", "optionalIds")]
    groups = [each.get("anyOf") for each in _listed(session.get("groups")) if isinstance(each, dict)]
    people = [session["hostUserId"], *(each for one in (*lists, *groups) for each in _listed(one))]
    named = list(dict.fromkeys(UserId(str(each)) for each in people))
    if len(named) > MOST_NAMED:
        raise InputError(f"session names {len(named)} people", f"Name at most {MOST_NAMED}")
    return named


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _over(
    request: FindRequest, busy: Mapping[UserId, BusyTimes], rules: tuple[Constraint, ...]
) -> FindRequest:
    return replace(request, busy=busy, rules=rules)
