"""Whether a session can find a time at all: asked of empty calendars, as soon as somebody asks for it."""

from daemon.app.sessions import SessionDesk
from daemon.knowledge import rules_of
from engine.availability.evidence import Known
from engine.find.answer import Failure
from engine.find.request import search_window
from engine.find.search import find
from engine.model.session import EventSession
from engine.sessions.proposal import request_for


def hopeless(desk: SessionDesk, session: EventSession) -> Failure | None:
    """Say why no calendar, however empty, gives a session a time; None where there may be one.

    What stands against it then are hours, days, rules and the length that was asked for. A series is left to
    the search: it says by itself which of its occurrences suit.
    """
    if session.recurrence is not None or desk.policy is None:
        return None
    now = desk.clock.now()
    with desk.store.reading() as tx:
        users = {user: found for user in session.attendee_ids if (found := tx.users.get(user)) is not None}
        rules = rules_of(tx, desk.policy(), users)
    if len(users) < len(session.attendee_ids):
        return None
    end = search_window(session, now).end
    empty = {user: Known(user=user, taken=(), until=end) for user in users}
    return find(request_for(session, users, empty, now, rules)).failure
