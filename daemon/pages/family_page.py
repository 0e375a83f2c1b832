"""`/family`: what collides and the ways out; below, everybody's week as rows, what is shared under them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

from daemon.pages.clash_svg import Drawn, clash_svg
from daemon.pages.grid_svg import initials, tone
from daemon.pages.viewer import Document, Viewer, counted_words, listing, times
from daemon.terminal.ways_out import way_out
from engine.family.resolutions import gist_of
from engine.ids import UserId
from engine.model.user import Role, User
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.local_time import day_number, local_time
from engine.time.span import DAY, Span

WEEK = 7
MOST_MEMBERS = 30
SHOWN_CONFLICTS = 10
_ROLES = {Role.PARENT: "parent", Role.CHILD: "child"}


def family_page(
    viewer: Viewer,
    begins: date,
    window: Span,
    people: Mapping[UserId, User],
    events: Sequence[Document],
    resources: Sequence[Document],
    conflicts: Sequence[Document],
    titles: Mapping[str, str],
) -> dict[str, Any]:
    """Give everything that the page shows; `events` are the week's, `titles` those of what collides."""
    clashing = _clashing(conflicts)
    days = [_day(begins + timedelta(days=number), viewer) for number in range(WEEK)]
    spans = _spans(begins, viewer)
    members = [
        {
            "name": "You" if user.id == viewer.id else one_line(user.name),
            "initials": initials(user.name),
            "tone": tone(number),
            "about": _ROLES.get(user.role, ""),
            "days": _cells(
                spans, days, [one for one in events if _takes_part(one, user.id)], viewer, clashing, user.id
            ),
        }
        for number, user in enumerate(people.values(), 1)
    ]
    shared = [
        {
            "name": one_line(one["name"]),
            "about": _about(one),
            "days": _cells(
                spans,
                days,
                [event for event in events if one["id"] in event.get("resourceIds", ())],
                viewer,
                _clashing([each for each in conflicts if one["id"] in (each["involved_resources"] or ())]),
            ),
        }
        for one in resources
        if one["active"]
    ]
    last = begins + timedelta(days=WEEK - 1)
    name = f"{begins.day} {begins:%B}".replace(f" {last:%B}", "") + f" to {last.day} {last:%B}"
    open_ones = [one for one in conflicts if one["status"] == "detected"]
    return {
        "title": "Family",
        "lead": f"{name}. {_counted(len(open_ones))}",
        "before": _week(begins, -WEEK),
        "after": _week(begins, WEEK),
        "first_day": begins.isoformat(),
        "clashes": [_clash(one, events, titles, viewer) for one in open_ones[:SHOWN_CONFLICTS]],
        "more": max(len(open_ones) - SHOWN_CONFLICTS, 0),
        "undoable": [
            _undoable(one) for one in conflicts if one["status"] == "resolved" and one.get("undoable")
        ],
        "heads": days,
        "members": members,
        "shared": shared,
        "nothing": not events,
    }


def _clashing(conflicts: Iterable[Document]) -> set[str]:
    open_ones = (one for one in conflicts if one["status"] == "detected")
    return {name for one in open_ones for name in one["involved_events"]}


def _counted(number: int) -> str:
    if not number:
        return "Nothing collides."
    words = counted_words(number, "thing collides", "things collide")
    return f"{words[0].upper()}{words[1:]}."


def _week(begins: date, days: int) -> str:
    return f"/family?{urlencode({'from': (begins + timedelta(days=days)).isoformat()})}"


def _day(day: date, viewer: Viewer) -> dict[str, Any]:
    today = viewer.reader.written(viewer.reader.now)[:10] == day.isoformat()
    return {"name": f"{day:%a}", "number": day.day, "today": today}


def _spans(begins: date, viewer: Viewer) -> list[Span]:
    """Give the reader's own days of the week."""
    start = day_number(begins)
    local = local_time(viewer.reader.zone, Span((start - 2) * DAY, (start + WEEK + 2) * DAY))
    firsts = [local.first(day, 0) for day in range(start, start + WEEK + 1)]
    return [Span(first, end) for first, end in pairwise(firsts)]


def _takes_part(event: Document, user: UserId) -> bool:
    return any(one["userId"] == user for one in event.get("participants", ()))


def span_of_event(event: Document) -> Span:
    """Read an event's time."""
    return Span(parse_instant(event["startTime"]), parse_instant(event["endTime"]))


def _cells(
    spans: Sequence[Span],
    days: Sequence[Mapping[str, Any]],
    events: Iterable[Document],
    viewer: Viewer,
    clashing: set[str],
    user: UserId | None = None,
) -> list[dict[str, Any]]:
    listed = [(span_of_event(one), one) for one in events]
    return [
        {
            "day": f"{day['name']} {day['number']}",
            "today": day["today"],
            "rows": [
                _happening(span, one, viewer, clashing, user) for span, one in listed if span.overlaps(within)
            ],
        }
        for within, day in zip(spans, days, strict=True)
    ]


def _happening(
    span: Span, event: Document, viewer: Viewer, clashing: set[str], user: UserId | None
) -> dict[str, Any]:
    optional = user is not None and not any(
        one["required"] for one in event.get("participants", ()) if one["userId"] == user
    )
    parent = str(event["id"]).partition("/")[0]
    return {
        "id": str(event["id"]),
        "times": "all day" if event["allDay"] else times(viewer.reader, span),
        "title": one_line(event["title"]),
        "soft": event["status"] == "proposed" or optional,
        "whole": event["allDay"],
        "clash": bool({event["id"], parent, event.get("recurrenceParentId")} & clashing),
    }


def _about(resource: Document) -> str:
    room = "" if resource["capacity"] == 1 else f"{resource['capacity']} at once"
    return ", ".join(part for part in (room, one_line(resource["location"] or "")) if part)


def _clash(
    conflict: Document, events: Sequence[Document], titles: Mapping[str, str], viewer: Viewer
) -> dict[str, Any]:
    found = (conflict.get("proposed_resolution") or {}).values()
    name = quote(conflict["id"], safe="")
    return {
        "id": name,
        "path": f"/conflicts/{name}",
        "severity": conflict["severity"],
        "words": one_line(conflict["description"], 400),
        "drawn": clash_svg(_involved(conflict, events), viewer.reader),
        "options": [
            {
                "number": number,
                "gist": gist_of(one),
                "percent": round(one["score"] * 100),
                "act": _ACTS.get(one["strategy"], "Do this"),
                "words": way_out(one, titles, viewer.reader),
                "why": _sentence(one["why"]),
            }
            for number, one in enumerate(found, 1)
        ],
    }


def _involved(conflict: Document, events: Sequence[Document]) -> list[Drawn]:
    """Give those of the week's events that a conflict is about, by when they begin."""
    named = set(conflict["involved_events"])
    found = [
        Drawn(one_line(one["title"]), span_of_event(one))
        for one in events
        if not one["allDay"] and {one["id"], str(one["id"]).partition("/")[0]} & named
    ]
    return sorted(found, key=lambda one: (one.span.start, one.span.end, one.name))


_ACTS = {
    "move_event": "Move it",
    "move_session": "Look anew",
    "shorten_event": "Shorten it",
    "swap_resource": "Use the other",
    "make_optional": "Let them miss it",
    "cancel_event": "Call it off",
}


def _sentence(parts: Sequence[str]) -> str:
    words = listing([one_line(part) for part in parts])
    return f"{words[:1].upper()}{words[1:]}."


def _undoable(conflict: Document) -> dict[str, Any]:
    name = quote(conflict["id"], safe="")
    return {"path": f"/conflicts/{name}", "words": one_line(conflict["description"], 400)}


def members_of(
    viewer: Viewer, people: Mapping[UserId, User], events: Iterable[Document], calendars: Iterable[Document]
) -> dict[UserId, User]:
    """Choose whose weeks stand side by side: the reader, who shares a calendar, has a role, or takes part."""
    named: list[str] = [viewer.id]
    named += [one.id for one in people.values() if one.role in _ROLES]
    for calendar in calendars:
        named += [calendar["ownerId"] or "", *(one["userId"] for one in calendar["members"])]
    named += [one["userId"] for event in events for one in event.get("participants", ())]
    chosen = [user for user in map(UserId, dict.fromkeys(named)) if user in people]
    return {user: people[user] for user in chosen[:MOST_MEMBERS]}
