"""How a changed event is kept: its etag, its place in the order of changes, its copies at the attendees."""

import copy

from tests.standins.google.answers import Json
from tests.standins.google.state import State, StoredCalendar
from tests.standins.google.times import stamp

PERSONAL = ("extendedProperties", "transparency", "visibility", "reminders", "colorId")
"""What belongs to one copy and never travels to another."""


def keep(state: State, stored: StoredCalendar, event: Json) -> Json:
    """Put an event in its place as the newest change; a lagging list shows the old one for a while."""
    state.changes += 1
    old = stored.events.get(event["id"])
    stored.before[event["id"]] = copy.deepcopy(old)
    event["etag"] = f'"{state.changes:016d}"'
    event["updated"] = stamp(state.clock.now())
    stored.events[event["id"]] = event
    stored.changed[event["id"]] = state.changes
    stored.changed_at[event["id"]] = state.clock.now()
    return event


def touch(state: State, stored: StoredCalendar, event_id: str) -> None:
    """Give an event another etag although nobody has changed it, as Google does while it settles."""
    event = stored.events.get(event_id)
    if event is not None and not state.settings.kindness.steady_etags:
        stored.events[event_id] = event | {"etag": f'"{state.changes:016d}-settled"'}


def spread(state: State, stored: StoredCalendar, event: Json) -> None:
    """Carry the organiser's event to the calendars of its attendees."""
    if event.get("organizer", {}).get("email") != stored.id:
        return
    for person in event.get("attendees", ()):
        target = state.stored_calendars.get(person.get("email", ""))
        if target is None or target.id == stored.id:
            continue
        there = target.events.get(event["id"], {})
        own = {name: there[name] for name in PERSONAL if name in there}
        shared = {name: value for name, value in event.items() if name not in PERSONAL}
        keep(state, target, copy.deepcopy(shared) | own)


def withdraw_copies(state: State, stored: StoredCalendar, event: Json) -> None:
    """Cancel the attendees' copies with the organiser's event."""
    for person in event.get("attendees", ()):
        target = state.stored_calendars.get(person.get("email", ""))
        if target is not None and target.id != stored.id and event["id"] in target.events:
            keep(state, target, target.events[event["id"]] | {"status": "cancelled"})


def answer_back(state: State, stored: StoredCalendar, event: Json, response: str) -> None:
    """Carry an attendee's answer to every other copy."""
    organizer = state.stored_calendars.get(event.get("organizer", {}).get("email", ""))
    if organizer is None or event["id"] not in organizer.events:
        return
    original = copy.deepcopy(organizer.events[event["id"]])
    for person in original.get("attendees", ()):
        if person.get("email") == stored.id:
            person["responseStatus"] = response
    spread(state, organizer, keep(state, organizer, original))


def own_answer(event: Json, stored: StoredCalendar) -> str | None:
    """Tell what the calendar's owner has answered."""
    return next(
        (one.get("responseStatus") for one in event.get("attendees", ()) if one.get("email") == stored.id),
        None,
    )
