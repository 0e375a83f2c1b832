"""The family's calendar for people: what takes place, what is shared, what collides and the ways out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daemon.terminal.paint import Role, paint
from daemon.terminal.table import table
from daemon.terminal.times import Reader, counted
from daemon.terminal.ways_out import way_out
from engine.model.event import AttendeeResponse
from engine.sessions.series_words import rule_words
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Span

Document = Mapping[str, Any]
PENDING = AttendeeResponse.NEEDS_ACTION.value


def events_words(events: Sequence[Document], reader: Reader) -> str:
    """Give a table of what takes place."""
    if not events:
        return "Nothing takes place in this time."
    rows = [
        [_when(one, reader), one_line(one["title"]), one["status"], one["calendarId"], one["id"]]
        for one in events
    ]
    return table(["when", "what", "status", "calendar", "id"], rows)


def _when(one: Document, reader: Reader) -> str:
    span = Span(parse_instant(one["startTime"]), parse_instant(one["endTime"]))
    return f"{reader.day(span.start)}, all day" if one.get("allDay") else reader.span(span)


def event_words(
    event: Document, reader: Reader, emails: Mapping[str, str], collides: Sequence[Document] = ()
) -> str:
    """Give one event, and what it collides with; `emails` are its people's addresses, which answers name."""
    lines = [paint(Role.STRONG, one_line(event["title"])), f"  {_when(event, reader)} ({event['status']})"]
    for name in ("location", "description"):
        if event.get(name):
            lines.append(f"  {one_line(event[name])}")
    people = [*_people(event, emails)]
    if people:
        lines.append(f"  with {', '.join(people)}")
    if event.get("resourceIds"):
        lines.append(f"  needs {', '.join(event['resourceIds'])}")
    if event.get("recurrenceRule"):
        lines.append(f"  repeats: {rule_words(event['recurrenceRule'], event['timezone'] or reader.zone)}")
    lines.append(f"  id {event['id']}")
    for one in collides:
        lines += [one_line(one["description"]), f"  gatherly conflict show {one['id']}"]
    return "\n".join(lines)


def _people(event: Document, emails: Mapping[str, str]) -> Iterator[str]:
    """Name who takes part, with what each answered; those from outside by their addresses."""
    answers = {one["email"]: one["response"] for one in event.get("attendees", ())}
    for one in event.get("participants", ()):
        said = answers.pop(emails.get(one["userId"], one["userId"]), PENDING)
        notes = [*([] if one["required"] else ["optional"]), *([] if said == PENDING else [said])]
        yield f"{one['userId']} ({', '.join(notes)})" if notes else one["userId"]
    for email, said in answers.items():
        yield f"{one_line(email)} ({'invited' if said == PENDING else said})"


def resources_words(resources: Sequence[Document]) -> str:
    """Give a table of what people share."""
    if not resources:
        return "There are no resources yet: gatherly resource add."
    rows = [
        [
            one_line(one["name"]),
            one["type"],
            str(one["capacity"]),
            "in use" if one["active"] else "retired",
            one["id"],
        ]
        for one in resources
    ]
    return table(["name", "type", "capacity", "state", "id"], rows, right={2})


def free_words(found: Document, name: str) -> str:
    """Say whether a resource has room."""
    used = f"{found['current_usage']} of {found['max_capacity']} in use at the busiest moment"
    return f"{name} has {'room' if found['available'] else 'no room'} then: {used}."


def reservation_words(one: Document, reader: Reader) -> str:
    """Say what is kept for whom."""
    span = Span(parse_instant(one["startTime"]), parse_instant(one["endTime"]))
    state = "is no longer reserved" if one["status"] == "cancelled" else "is reserved"
    return f"{one['resourceId']} {state} for {one['reservedBy']}: {reader.span(span)}\n  id {one['id']}"


def rules_words(rules: Sequence[Document]) -> str:
    """Give a table of rules."""
    if not rules:
        return "There are no rules."
    rows = [
        [
            one_line(one["name"]),
            one["user"] or "everybody",
            one["level"],
            "on" if one["active"] else "off",
            one_line(" ".join(f"{key}={_value(value)}" for key, value in one["rule"].items())),
        ]
        for one in rules
    ]
    return table(["name", "for", "level", "", "rule"], rows)


def _value(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def conflicts_words(conflicts: Sequence[Document], titles: Mapping[str, str], reader: Reader) -> str:
    """List conflicts with their ways out."""
    if not conflicts:
        return "Nothing collides."
    return "\n".join(conflict_words(one, titles, reader) for one in conflicts)


def conflict_words(one: Document, titles: Mapping[str, str], reader: Reader) -> str:
    """Give one conflict, with its options while it is open."""
    head = f"{one_line(one['description'])} ({one['severity']}, {one['status']})"
    ways = _options(one, titles, reader) if one["status"] == "detected" else ()
    return "\n".join([paint(Role.STRONG, head), f"  id {one['id']}", *ways])


def _options(one: Document, titles: Mapping[str, str], reader: Reader) -> Iterator[str]:
    for name, option in (one.get("proposed_resolution") or {}).items():
        number = name.rpartition("_")[2]
        yield f"  {number}. {way_out(option, titles, reader)} [{option['score']:.2f}]"
        yield f"     {'; '.join(one_line(part) for part in option['why'])}"


def counted_events(number: int) -> str:
    """Say how many events came."""
    return f"{counted(number, 'event')} imported."
