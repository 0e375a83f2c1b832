"""`/`: what waits for the reader, what is booked next, what is under way, and calendars in trouble."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from daemon.app.occurrences import next_span
from daemon.pages.connector_words import connector_row, own_trouble
from daemon.pages.session_parts import (
    about,
    attendees,
    chip_of,
    faces_of,
    offer,
    shape_of,
    until,
)
from daemon.pages.viewer import Document, Viewer, counted_words, local, percent, span_of, times
from daemon.terminal.times import age, counted
from engine.ids import UserId
from engine.model.user import User
from engine.operations.health import ConnectorHealth, Health
from engine.sessions.series_words import rule_words
from engine.text.plain_text import one_line

MOST_ASKS = 8
MOST_BOOKED = 6
MOST_UNDER_WAY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSessions:
    """The reader's sessions that the page shows, and how many there are where it may not show all."""

    asks: Sequence[Document]
    awaited: int
    booked: Sequence[Document]
    under_way: Sequence[Document]
    on_their_way: int

    def all(self) -> Sequence[Document]:
        """Give each that is shown."""
        return (*self.asks, *self.booked, *self.under_way)


def home_page(
    sessions: HomeSessions,
    viewer: Viewer,
    people: Mapping[UserId, User],
    confirm: str,
    own: Sequence[ConnectorHealth],
    health: Health | None,
    days: str,
) -> dict[str, Any]:
    """Give everything that the page shows; `own` are the reader's connectors, `days` the next seven, drawn.

    `health` is what operators are shown, None for anybody else.
    """
    troubles = [own_trouble(one, viewer) for one in own if one.state != "ok"]
    operator = None if health is None else _operator(health, viewer, people)
    needs = sessions.awaited + len(troubles) + (len(operator["troubles"]) if operator else 0)
    return {
        "title": "Home",
        "heading": _heading(needs),
        "lead": _lead(sessions.booked, viewer),
        "asks": [_ask(one, viewer, people, confirm) for one in sessions.asks],
        "asks_more": _more(len(sessions.asks), sessions.awaited, "come up as you answer these"),
        "booked": [_next(one, viewer, people) for one in sessions.booked],
        "under_way": [_on_its_way(one, viewer, people, confirm) for one in sessions.under_way],
        "under_way_more": _more(len(sessions.under_way), sessions.on_their_way, "are not shown here"),
        "own": {
            "troubles": troubles,
            "calm": [
                {"name": one.name, "kind": one.kind, "age": _ago(one.age_seconds)}
                for one in own
                if one.state == "ok"
            ],
        },
        "operator": operator,
        "days": days,
        "live": "all",
        "live_parts": "head body",
    }


def _more(shown: int, count: int, what: str) -> str:
    """Say how many are left out, so that a part is not taken for the whole."""
    left = count - shown
    return f"The newest {shown:,} stand here; {left:,} more {what}." if left > 0 else ""


def _heading(needs: int) -> str:
    if not needs:
        return "Nothing waits for you"
    return f"{counted_words(needs, 'thing needs', 'things need').capitalize()} you"


def _lead(booked: Sequence[Document], viewer: Viewer) -> str:
    if not booked:
        return "Nothing is booked yet. Ask for a session, and the hour that suits everyone is found."
    span = next_span(booked[0], viewer.reader.now, viewer.id) or span_of(booked[0]["finalTime"])
    return f"Next is {one_line(booked[0]['title'])}, {viewer.reader.when(span.start)}."


def _ask(session: Document, viewer: Viewer, people: Mapping[UserId, User], confirm: str) -> dict[str, Any]:
    faces, users = faces_of(session, viewer, people), attendees(session)
    hosting = session["hostUserId"] == viewer.id
    return {
        "id": session["id"],
        "title": one_line(session["title"]),
        "about": about(session, viewer, faces),
        "others": faces.others(),
        "offers": [
            offer(number, slot, viewer, faces, users)
            for number, slot in enumerate(session["proposedTimes"], 1)
        ],
        "takes": "Take this time" if hosting or confirm != "host" else "Suits me",
        "until": f"{_answered(session)}{until(session, viewer)[:1].upper()}{until(session, viewer)[1:]}.",
    }


def _answered(session: Document) -> str:
    """Say how many of those who are asked have answered; the host only where they did."""
    said = {one["userId"] for one in session.get("responses", ())}
    guests = session.get("guests") or ()
    asked = [user for user in attendees(session) if user != session["hostUserId"] or user in said]
    count = len(said) + sum(one["answeredAt"] is not None for one in guests)
    whole = len(asked) + len(guests)
    return f"{count} of {whole} {'has' if count == 1 else 'have'} answered. " if count else ""


def _next(session: Document, viewer: Viewer, people: Mapping[UserId, User]) -> dict[str, Any]:
    faces = faces_of(session, viewer, people)
    span = next_span(session, viewer.reader.now, viewer.id) or span_of(session["finalTime"])
    rule = session.get("recurrence")
    repeats = [rule_words(str(rule), viewer.reader.zone)] if rule else []
    day = local(viewer.reader, span.start)
    names = ", ".join(face.name for face in faces.others())
    place = [one_line(session["location"])] if session.get("location") else []
    return {
        "id": session["id"],
        "title": one_line(session["title"]),
        "date": day.date().isoformat(),
        "weekday": f"{day:%a}",
        "number": day.day,
        "about": [times(viewer.reader, span), *([names] if names else []), *repeats, *place],
        "others": faces.others(),
    }


def _on_its_way(
    session: Document, viewer: Viewer, people: Mapping[UserId, User], confirm: str
) -> dict[str, Any]:
    faces, shape = faces_of(session, viewer, people), shape_of(session)
    copies = [one for one in session["booking"]["perCalendar"] if one["desired"] == "present"]
    have = sum(one["outcome"] in ("written", "invited", "told") for one in copies)
    waiting = (session.get("metadata") or {}).get("waitingFor") or {}
    names = ", ".join(faces.of(user).name for user in waiting)
    helps = len((session.get("metadata") or {}).get("relaxations") or ())
    way = "one change would help" if helps == 1 else f"each of {helps} changes would help"
    what = {
        "looking": f"Waits for {names}." if names else "Times are being looked for.",
        "booking": f"Being written: {have} of {counted(len(copies), 'calendar')}.",
        "undoing": "What was written is taken out again.",
        "stuck": "A copy of it cannot be removed.",
        "offered": f"{faces.of(session['hostUserId']).name} has not chosen a time yet.",
        "failed": f"No time was found; {way if helps else 'see what is in the way'}.",
    }[shape]
    return {
        "id": session["id"],
        "title": one_line(session["title"]),
        "what": what,
        "chip": chip_of(session, viewer, confirm),
    }


def _ago(seconds: int | None) -> str:
    return "never read" if seconds is None else f"{age(seconds)} ago"


def _operator(health: Health, viewer: Viewer, people: Mapping[UserId, User]) -> dict[str, Any]:
    rows = sorted(health.connectors, key=lambda one: (one.state == "ok", one.name))
    fresh = health.slo.fresh_share
    counts = {str(status): count for status, count in health.sessions.items()}
    figures = [
        {"name": "Sessions open", "value": counts.get("pending", 0), "look": ""},
        {"name": "Booked", "value": counts.get("scheduled", 0), "look": ""},
        {"name": "Without a time", "value": counts.get("failed", 0), "look": ""},
        {"name": "Being written", "value": health.writes_pending, "look": ""},
        {"name": "Writes stuck", "value": health.writes_stuck, "look": _loud(health.writes_stuck)},
        {"name": "Set aside", "value": len(health.set_aside), "look": _loud(len(health.set_aside))},
        {"name": "In the queue", "value": health.queue.waiting, "look": ""},
        {"name": "Fresh calendars", "value": "—" if fresh is None else percent(fresh), "look": ""},
    ]
    troubles = [
        own_trouble(one, viewer, people.get(one.user) if one.user else None)
        for one in rows
        if one.state != "ok" and one.user != viewer.id
    ]
    foot = [
        f"gatherly {health.version}",
        f"time zone rules {health.tzdata}",
        f"oldest wait in the queue: {health.queue.oldest} s",
    ]
    return {
        "figures": figures,
        "troubles": troubles,
        "connectors": [
            {**connector_row(one, viewer, people), "path": quote(one.name, safe="")} for one in rows
        ],
        "foot": foot,
    }


def _loud(count: int) -> str:
    return "waits" if count else ""
