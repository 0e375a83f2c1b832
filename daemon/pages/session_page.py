"""`/sessions/{id}`: offered times on everybody's week, who has answered, how the booking stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daemon.app.log import LogRecord
from daemon.app.occurrences import next_span
from daemon.pages.answers import answers_of, suits
from daemon.pages.grid_svg import patterns, written
from daemon.pages.guests import guest_face, guest_names, waits_for_guests
from daemon.pages.happenings import happenings
from daemon.pages.series_part import NO_OTHERS, OtherTimes, series_part
from daemon.pages.session_parts import (
    Act,
    about,
    attendees,
    chip_of,
    faces_of,
    failure_of,
    offer,
    shape_of,
    talk_clock,
    until,
)
from daemon.pages.viewer import (
    Document,
    Face,
    Faces,
    Viewer,
    counted_words,
    ended,
    local,
    span_of,
    times,
)
from daemon.pages.week_grid import GridSubject
from daemon.pages.week_parts import grid_values
from daemon.terminal.times import age, counted
from engine.booking.view import is_let_be
from engine.ids import UserId
from engine.model.guest import BY_MAIL
from engine.model.user import User
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

LIVE = "head week times answers when series outcomes talk history"
_OUTCOMES = {
    "written": "Written and read back",
    "invited": "Invited; the relay took the mail",
    "told": "Told by gatherly",
    "removed": "Taken out again",
    "failed": "Refused",
    "waiting": "Its turn comes",
}
_BLOCKS = {
    "busy": "is busy",
    "tentative": "is perhaps busy",
    "outside_working_hours": "is outside their hours",
    "outside_hours": "is outside their hours",
    "buffer": "has no break around it",
    "unknown_calendar": "has a calendar that is unknown",
    "no_events_before": "wants nothing so early",
    "no_events_after": "wants nothing so late",
    "blocked_window": "has blocked that time",
    "max_events_per_day": "has enough events that day",
    "max_events_per_week": "has enough events that week",
    "custom": "has a rule of their own against it",
}
_OWN_BLOCKS = {
    "outside_days": "Not on a day that was asked for",
    "outside_time_range": "Outside the hours that were asked for",
    "excluded_date": "On a date that was left out",
    "past": "Already past",
    "window_too_short": "The window is shorter than the session",
}


def session_page(
    session: Document,
    viewer: Viewer,
    people: Mapping[UserId, User],
    confirm: str,
    subject: GridSubject | None,
    records: Sequence[LogRecord],
    others: OtherTimes = NO_OTHERS,
) -> dict[str, Any]:
    """Give everything that the page shows; `subject` is what its week is drawn of.

    `others` are times to which occurrences of a series could move.
    """
    faces, shape = faces_of(session, viewer, people), shape_of(session)
    host = people.get(UserId(session["hostUserId"]))
    kept = str((session.get("metadata") or {}).get("seriesZone") or "")
    zone = kept or (viewer.reader.zone if host is None else host.timezone)
    series = series_part(session, viewer, faces, zone, others) if shape in ("booked", "booking") else None
    users = attendees(session)
    offers = [
        {
            **offer(number, slot, viewer, faces, users),
            "mine": suits(session, viewer, slot),
            "waits": waits_for_guests(session, slot["start"]),
        }
        for number, slot in enumerate(session.get("proposedTimes") or (), 1)
    ]
    hosting = viewer.operator or session["hostUserId"] == viewer.id
    settles = session["hostUserId"] == viewer.id or viewer.id not in users
    chosen = session.get("finalTime")
    grids = grid_values(subject, viewer) if subject is not None else {"weeks": [], "legend": []}
    return {
        "id": session["id"],
        "title": one_line(session["title"]),
        "description": session.get("description") or "",
        "chip": chip_of(session, viewer, confirm),
        "about": [*about(session, viewer, faces), *_more(session, viewer, shape)],
        "shape": shape,
        "live": session["id"],
        "live_parts": LIVE,
        "notes": list(_notes(session, viewer, faces)),
        "failure": failure_of(session) if shape == "failed" else "",
        "offers": offers,
        "times_heading": counted_words(len(offers), "time", "times").capitalize(),
        "briefing": viewer.keeps_contacts and viewer.id in users,
        "takes": settles or confirm != "host",
        "ticks": not settles and confirm == "host",
        "offer_acts": list(_offer_acts(viewer, users, hosting=hosting)),
        "head_acts": list(_head_acts(session, viewer, shape, hosting=hosting)),
        "answers": answers_of(session, viewer, faces, offers, confirm) if shape == "offered" else None,
        "when": _when(session, chosen, viewer, faces, shape) if chosen else None,
        "series": series,
        "outcomes": _outcomes(session, viewer, faces, shape),
        "chosen": offer(1, chosen, viewer, faces, users) if chosen and chosen.get("reasons") else None,
        "looking": _looking(session, faces),
        "ways": _ways(session, viewer) if shape == "failed" else [],
        "blockers": _blockers(session, faces) if shape == "failed" else [],
        "patterns": written(patterns()) if shape == "failed" else "",
        "facts": list(_facts(session, viewer, faces)) if shape != "offered" else [],
        "talk": [_said(one, viewer, faces, session) for one in session.get("messages") or ()],
        "talk_clock": talk_clock(session, viewer, faces),
        "hint_to_say": _hint(shape),
        "history": happenings(records, session, viewer, faces),
        **grids,
    }


def _more(session: Document, viewer: Viewer, shape: str) -> list[str]:
    if shape == "offered":
        return [until(session, viewer)]
    return [f"at {one_line(session['location'])}"] if session.get("location") else []


def _notes(session: Document, viewer: Viewer, faces: Faces) -> Iterator[dict[str, str]]:
    metadata = session.get("metadata") or {}
    if metadata.get("notBooked"):
        yield {"title": "It was not booked", "what": ended(str(metadata["notBooked"]))}
    for conflict in () if session.get("recurrence") else metadata.get("conflicts") or ():
        yield {"title": "Something has changed", "what": ended(str(conflict))}
    if session["status"] == "cancelled" and metadata.get("reason"):
        said = metadata["reason"]
        words = "Nobody answered in time." if said == "expired" else f"Why: {ended(str(said))}"
        yield {"title": "It was called off", "what": words}
    waits = session["booking"].get("waitsFor")
    if shape_of(session) == "stuck" and waits:
        yield {"title": "A copy cannot be removed", "what": f"It waits {ended(str(waits))}."}
    if shape_of(session) not in ("booked", "booking"):
        for who, why in (metadata.get("waitingFor") or {}).items():
            yield {"title": f"{faces.of(who).name}: not known", "what": ended(str(why))}
    for one in session.get("setAside") or ():
        yield {"title": "Set aside for now", "what": ended(str(one["reason"]))}


def _offer_acts(viewer: Viewer, users: Sequence[str], *, hosting: bool) -> Iterator[Act]:
    if hosting:
        yield Act("reject", "None of these")
    if viewer.id in users:
        yield Act("decline", "I cannot come")


def _head_acts(session: Document, viewer: Viewer, shape: str, *, hosting: bool) -> Iterator[Act]:
    recurs = bool(session.get("recurrence"))
    if shape == "stuck" and viewer.operator:
        yield Act("release", "Let it be", "second")
    if shape == "booked" and viewer.id in attendees(session) and session["hostUserId"] != viewer.id:
        yield Act("decline", "I cannot come to any of it" if recurs else "I cannot come")
    if hosting and shape in ("booked", "booking"):
        yield Act("reschedule", "Find another time for all" if recurs else "Find another time", "second")
    if hosting and shape in ("booked", "booking", "offered", "looking"):
        yield Act("cancel", "Call all of it off" if recurs and shape == "booked" else "Call it off")


def _when(session: Document, slot: Document, viewer: Viewer, faces: Faces, shape: str) -> dict[str, Any]:
    reader = viewer.reader
    span = next_span(session, reader.now) or span_of(slot)
    day = local(reader, span.start)
    kept = "The time is kept for this session while it is being written."
    back = "This time is being taken back."
    ahead = span.start - reader.now
    soon = f" In {age(ahead)}." if ahead > 0 and shape == "booked" else ""
    off = f"It was to be then, by your time, {viewer.place}."
    what = {"booking": kept, "undoing": back, "stuck": back, "cancelled": off}.get(
        shape, f"Your time, {viewer.place}.{soon}"
    )
    return {
        "date": day.date().isoformat(),
        "month": f"{day:%B}",
        "number": day.day,
        "weekday": f"{day:%A}",
        "is_next": bool(session.get("recurrence")) and span.end > reader.now,
        "times": times(reader, span),
        "what": what,
        "clocks": faces.others(span=span),
    }


def _outcomes(session: Document, viewer: Viewer, faces: Faces, shape: str) -> dict[str, Any] | None:
    booking = session["booking"]
    guests = {one["address"]: guest_face(one, viewer) for one in session.get("guests") or ()}
    rows = [
        _outcome(one, viewer, guests.get(one["user"]) or faces.of(one["user"]))
        for one in booking["perCalendar"]
    ]
    if not rows:
        return None
    copies = [one for one in booking["perCalendar"] if one["desired"] == "present"]
    have = sum(one["outcome"] in ("written", "invited", "told") for one in copies)
    if shape == "booked":
        heading, beside = "In every calendar", "all have it, or everybody has been told"
        if have < len(copies):
            heading = f"{have} of {counted(len(copies), 'calendar')} have it"
    elif shape == "booking":
        heading = f"{have} of {counted(len(copies), 'calendar')} {'has' if have == 1 else 'have'} it"
        beside = "all or none: nobody is told before every calendar has it"
    else:
        gone = sum(one["outcome"] == "removed" for one in booking["perCalendar"])
        heading = f"{gone} of {counted(len(rows), 'calendar')} are free of it again"
        beside = "what was written is taken out again"
    hint = (
        "If one of them refuses, the copies are taken back and new times are offered. You need not stay here."
    )
    return {"heading": heading, "beside": beside, "rows": rows, "hint": hint if shape == "booking" else ""}


def _outcome(one: Document, viewer: Viewer, person: Face) -> dict[str, Any]:
    reader, outcome = viewer.reader, str(one["outcome"])
    words, more = _OUTCOMES[outcome], ""
    look = {"written": "holds", "invited": "holds", "told": "holds", "failed": "fault"}.get(outcome, "waits")
    if one["desired"] == "absent" and outcome == "waiting":
        words = "To be taken out"
    if is_let_be(one):
        words = "Let be: a copy may still be there"
    if one["at"]:
        more = reader.soon(parse_instant(one["at"]), seconds=True)
    if one["lastError"] and outcome in ("waiting", "failed"):
        look = "fault"
        if outcome == "waiting" and one["attempts"]:
            words = f"Tried {counted(one['attempts'], 'time')}, trying again"
        more = ended(str(one["lastError"]))
        if one["nextTry"]:
            more += f" Next try at {reader.soon(parse_instant(one['nextTry']), seconds=True)}."
    calendar = "told by gatherly" if one["calendar"] is None else str(one["calendar"]).removesuffix("/.")
    return {
        "person": person,
        "calendar": "by mail" if calendar.startswith(f"{BY_MAIL}/") else one_line(calendar),
        "look": look,
        "words": words,
        "more": more,
    }


def _looking(session: Document, faces: Faces) -> dict[str, str]:
    waiting = (session.get("metadata") or {}).get("waitingFor") or {}
    if waiting:
        names = ", ".join(faces.of(user).name for user in waiting)
        return {
            "heading": f"It waits for {names}",
            "what": "Times are offered once that is known. Nothing is guessed meanwhile.",
        }
    return {
        "heading": "Times are being looked for",
        "what": "They stand here in a moment, the best one first.",
    }


def _ways(session: Document, viewer: Viewer) -> list[dict[str, Any]]:
    found = (session.get("metadata") or {}).get("relaxations") or ()
    return [
        {
            "change": f"{one_line(str(one['change']))[:1].upper()}{one_line(str(one['change']))[1:]}",
            "times": counted(int(one["slots"]), "time"),
            "first": viewer.reader.when(parse_instant(one["first"])),
            "code": one.get("code") if session["hostUserId"] == viewer.id else None,
        }
        for one in found
    ]


def _blockers(session: Document, faces: Faces) -> list[dict[str, Any]]:
    found = (session.get("metadata") or {}).get("blockers") or ()
    weighty = [one for one in found if round(one["share"] * 100)]
    return [_blocker(one, faces) for one in sorted(weighty, key=lambda one: -one["share"])]


def _blocker(one: Document, faces: Faces) -> dict[str, Any]:
    code, user = str(one["code"]), one["user"]
    percent = round(one["share"] * 100)
    if user is None:
        words = _OWN_BLOCKS.get(code, code.replace("_", " "))
        return {"person": None, "words": words, "percent": percent, "tone": 0}
    face = faces.of(user)
    words = _BLOCKS.get(code, f": {code.replace('_', ' ')}")
    if face.name == "You":
        words = words.replace("is ", "are ", 1).replace("has ", "have ", 1).replace("wants", "want", 1)
        words = words.replace("their", "your", 1)
    return {"person": face, "words": f"{face.name} {words}", "percent": percent, "tone": face.tone}


def _facts(session: Document, viewer: Viewer, faces: Faces) -> Iterator[dict[str, str]]:
    yield {"name": "Length", "value": f"{session['duration']} minutes"}
    constraints = session.get("constraints") or {}
    days = constraints.get("daysOfWeek")
    if days:
        yield {"name": "Days", "value": ", ".join(str(day).capitalize()[:3] for day in days)}
    hours = constraints.get("timeRange") or {}
    if hours:
        yield {"name": "Hours", "value": f"{hours.get('start') or '00:00'} to {hours.get('end') or '24:00'}"}
    yield {
        "name": "People",
        "value": ", ".join([*(face.name for face in faces.all()), *guest_names(session)]),
    }
    yield {"name": "Asked", "value": viewer.reader.when(parse_instant(session["createdAt"]))}
    if (session.get("metadata") or {}).get("fresh"):
        yield {"name": "Ranked", "value": "Without regard to habits"}


def _said(one: Document, viewer: Viewer, faces: Faces, session: Document) -> dict[str, Any]:
    at = viewer.reader.soon(parse_instant(one["timestamp"]))
    content = str(one["content"])
    if one["role"] != "user":
        return {"own": False, "person": None, "name": "gatherly", "at": at, "content": content}
    user = str((one.get("metadata") or {}).get("userId") or session["hostUserId"])
    face = faces.of(user)
    return {"own": user == viewer.id, "person": face, "name": face.name, "at": at, "content": content}


def _hint(shape: str) -> str:
    return {
        "offered": "Let’s do 10:00, or: none of these, how about Monday?",
        "booked": "Can we make it half an hour later?",
        "failed": "An hour is fine",
    }.get(shape, "Not on Monday, please")
