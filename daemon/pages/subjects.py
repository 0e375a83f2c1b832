"""What a picture of a search, or of a session, is drawn of."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from daemon import knowledge
from daemon.app.access import Access
from daemon.pages.week_grid import GridPerson, GridSubject, shown_window
from daemon.terminal.times import Reader
from engine.find.answer import FindAnswer
from engine.find.request import BusyEntry, BusyTimes, FindRequest, search_window
from engine.ids import UserId
from engine.model.calendar_object import Occurrence
from engine.model.session import EventSession, TimeSlot
from engine.model.user import TentativeAs, User
from engine.rules.hours import open_hours
from engine.sessions.proposal import busy_times
from engine.sessions.series_words import rule_words
from engine.time.span import DAY, Instant, Span

MOST_TITLES = 3
"""Of so many events that make up one stretch are the titles told."""
Titled = Callable[[Span], Sequence[Occurrence]]
"""Gives one's own events of a window with their titles."""


def subject_of_find(request: FindRequest, answer: FindAnswer) -> GridSubject:
    """Draw an answer of a search, the host first, by the host's clock; titles are left out."""
    session, zone = request.session, request.host.timezone
    shown = shown_window(answer.proposed, request.window, zone, request.now)
    people = [
        grid_person(
            request.users[user],
            user in session.required_ids,
            _untitled(request.busy.get(user)),
            request.known_until.get(user),
            shown,
        )
        for user in session.attendee_ids
    ]
    return GridSubject(
        people=people,
        offers=answer.proposed,
        window=request.window,
        duration=session.duration,
        now=request.now,
        zone=zone,
        groups=session.groups,
    )


def subject_of_session(
    access: Access,
    session: EventSession,
    reader: UserId | None,
    zone: str,
    *,
    sunday_first: bool = False,
    titled: Titled | None = None,
) -> GridSubject:
    """Draw a session on the week of everybody who attends: the reader first, by their clock.

    What it holds itself is not drawn as busy. `titled` tells the reader's own events; others' have no titles.
    """
    now = access.clock.now()
    offers = session.proposed_times if session.final_time is None else places_drawn(session.final_time, now)
    window = search_window(session, session.created_at if offers else now)
    shown = shown_window(offers, window, zone, now, sunday_first=sunday_first)
    order = sorted(session.attendee_ids, key=lambda user: user != reader)
    policy = knowledge.knowledge_policy_of(access.configuration)
    people = []
    own = () if titled is None else titled(shown)
    with access.store.reading() as tx:
        for user_id in order:
            user = tx.users.get(user_id)
            if user is None:
                continue
            known = knowledge.of_user(tx, policy, user_id, shown, now, apart_from={session.id})
            required = user_id in session.required_ids
            busy = busy_times(known)
            if user_id == reader:
                busy = _with_titles(busy, own)
            people.append(grid_person(user, required, busy, known.until, shown))
    return GridSubject(
        people=people,
        offers=offers,
        window=window,
        duration=session.duration,
        now=now,
        zone=zone,
        groups=session.groups,
        sunday_first=sunday_first,
        notes=series_notes(session, zone, now),
    )


MOST_DRAWN = 21
MOST_NOTES = 6


def places_drawn(slot: TimeSlot, now: Instant) -> tuple[TimeSlot, ...]:
    """Give what is drawn of a final time: of a series those to come, as many as three weeks can hold."""
    if not slot.occurrences:
        return (slot,)
    ahead = [span for span in slot.places if span.end > now] or list(slot.places)
    return tuple(replace(slot, start=one.start, end=one.end, occurrences=()) for one in ahead[:MOST_DRAWN])


def series_notes(session: EventSession, zone: str, now: Instant) -> tuple[str, ...]:
    """Say by what rule a session recurs, and which to come take place otherwise; nothing of one held once."""
    if session.recurrence is None:
        return ()
    rule, reader = rule_words(session.recurrence, zone), Reader(zone, now)
    slot = session.final_time
    told = [f"{rule[:1].upper()}{rule[1:]}"]
    if slot is None:
        return (f"{told[0]}; each time is that of its first",)
    for one in (one for one in slot.occurrences if one.takes_place != one.start and one.start > now):
        at = one.takes_place
        told.append(
            f"{reader.when(one.start)} is left out"
            if at is None
            else f"{reader.when(one.start)} moved to {reader.when(at)}"
        )
    left = len(told) - MOST_NOTES
    return tuple(told) if left <= 0 else (*told[:MOST_NOTES], f"{left} more take place otherwise")


def grid_person(
    user: User, required: bool, busy: BusyTimes, known_until: Instant | None, shown: Span
) -> GridPerson:
    """Give somebody as they are drawn in a window."""
    days = (shown.start // DAY - 1, shown.end // DAY + 2)
    return GridPerson(
        id=user.id,
        name=user.name,
        zone=user.timezone,
        required=required,
        hours=open_hours(user, days),
        busy=busy,
        known_until=known_until,
        tentative_blocks=user.default_preferences.tentative_as is TentativeAs.BUSY,
    )


def _with_titles(busy: BusyTimes, own: Sequence[Occurrence]) -> BusyTimes:
    """Name the events that make up each stretch."""
    if busy is None or not own:
        return busy
    return tuple(entry._replace(label=_titles(Span(entry.start, entry.end), own)) for entry in busy)


def _titles(stretch: Span, own: Sequence[Occurrence]) -> str:
    titles = (one.title for one in own if one.title and one.span.overlaps(stretch))
    return ", ".join(list(dict.fromkeys(titles))[:MOST_TITLES])


def _untitled(busy: BusyTimes) -> BusyTimes:
    return None if busy is None else tuple(BusyEntry(one.start, one.end, "", one.status) for one in busy)
