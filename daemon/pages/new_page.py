"""`/new`: a session asked for by sentence or by form, previewed before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.pages.session_parts import faces_of, offer
from daemon.pages.viewer import Document, Viewer
from daemon.terminal.times import counted
from engine.documents.clocktimes import parse_date
from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import User
from engine.text.plain_text import one_line
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY
from engine.time.weekday import Weekday

LENGTHS = ("15", "30", "45", "60", "75", "90", "120")
REACHES = ("7", "14", "30")
RHYTHMS = {
    "": ("Once", ""),
    "weekly": ("Every week", "FREQ=WEEKLY"),
    "fortnightly": ("Every two weeks", "FREQ=WEEKLY;INTERVAL=2"),
    "workdays": ("Every workday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    "daily": ("Every day", "FREQ=DAILY"),
    "monthly": ("Every month on its date", "FREQ=MONTHLY"),
}
"""What a session may recur by on the form: its name and the rule that begins so."""
EMPTY = {"heading": "Say with whom, and the best times stand here.", "offers": [], "ways": [], "reading": []}
Form = Mapping[str, Sequence[str]]


def new_page(
    viewer: Viewer, people: Sequence[User], form: Form, preview: Mapping[str, Any], problem: str = ""
) -> dict[str, Any]:
    """Give everything that the page shows; `people` are whom the reader may ask for by a tick."""
    usual = str(viewer.user.default_preferences.preferred_duration or 60)
    duration = first(form, "duration") or usual
    return {
        "title": "New session",
        "sentences": True,
        "problem": problem,
        "people": [{"id": one.id, "name": one_line(one.name)} for one in people],
        "days": [{"value": day.name.lower(), "name": day.name[:3].capitalize()} for day in Weekday],
        "lengths": [*LENGTHS, *([] if duration in LENGTHS else [duration])],
        "reaches": REACHES,
        "rhythms": [{"value": value, "name": name} for value, (name, _) in RHYTHMS.items()],
        "filled": {
            "message": first(form, "message"),
            "title": first(form, "title"),
            "others": first(form, "others"),
            "with": list(form.get("with", ())),
            "optional": list(form.get("optional", ())),
            "days": list(form.get("days", ())),
            "duration": duration,
            "within": first(form, "within") or "7",
            "from": first(form, "from"),
            "to": first(form, "to"),
            "repeats": first(form, "repeats"),
            "times": first(form, "times"),
            "until": first(form, "until"),
            "at_least": first(form, "atLeast"),
        },
        "preview": preview,
    }


def first(form: Form, name: str) -> str:
    """Give the first value of a field, or nothing."""
    return next(iter(form.get(name, ())), "").strip()


def session_document_of(form: Form) -> dict[str, Any]:
    """Read the form as a session is asked for by programs."""
    optional = list(dict.fromkeys(form.get("optional", ())))
    others = [one.strip() for one in first(form, "others").replace(";", ",").split(",") if one.strip()]
    invited = [one for one in dict.fromkeys((*form.get("with", ()), *others)) if one not in optional]
    constraints: dict[str, Any] = {}
    if form.get("days"):
        constraints["daysOfWeek"] = list(form["days"])
    hours = {key: first(form, side) for key, side in (("start", "from"), ("end", "to")) if first(form, side)}
    if hours:
        constraints["timeRange"] = hours
    duration, within = first(form, "duration"), first(form, "within")
    rule, at_least = recurrence_of(form), first(form, "atLeast")
    if at_least:
        constraints["atLeast"] = whole(at_least, "At least so many")
    return {
        "title": first(form, "title") or "Meeting",
        "inviteeIds": invited,
        **({"optionalIds": optional} if optional else {}),
        **({"duration": int(duration)} if duration.isdecimal() else {}),
        **({"searchDays": int(within)} if within.isdecimal() else {}),
        **({"constraints": constraints} if constraints else {}),
        **({"recurrence": rule} if rule else {}),
    }


def recurrence_of(form: Form) -> str:
    """Read by what rule the form asks a session to recur; nothing where it is to be held once.

    Raises:
        InputError: it has an end but no rhythm, two ends, or what is no number or date.
    """
    repeats, count, until = (first(form, key) for key in ("repeats", "times", "until"))
    if repeats not in RHYTHMS:
        raise InputError(f"There is no rhythm {repeats[:40]!r}", "Choose one of those on the form")
    if not repeats:
        if count or until:
            raise InputError("How often it repeats is not said", "Choose a rhythm, or leave its end out")
        return ""
    if count and until:
        raise InputError("It has two ends: a number and a last day", "Give one of them")
    rule = RHYTHMS[repeats][1]
    if count:
        return f"{rule};COUNT={whole(count, 'So many times')}"
    return f"{rule};UNTIL={parse_date(until, 'until'):%Y%m%d}T235959" if until else rule


def whole(text: str, field: str) -> int:
    """Read a number that is typed.

    Raises:
        InputError: it is none from 1 to 9999.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text)):
        raise InputError(f"{field}: {text[:20]!r} is no number", "Type a number, as 6")
    return int(text)


def find_document(session: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Ask for the times that a session would be offered."""
    now = viewer.reader.now
    end = now + int(session.get("searchDays", 7)) * DAY
    asked = {key: value for key, value in session.items() if key not in ("searchDays", "search", "title")}
    if "search" in session:
        return {"session": asked, "window": session["search"]}
    return {"session": asked, "window": {"start": format_instant(now), "end": format_instant(end)}}


def preview_of(
    answer: Document,
    session: Mapping[str, Any],
    viewer: Viewer,
    people: Mapping[UserId, User],
    guests: Sequence[str] = (),
) -> dict[str, Any]:
    """Show what a search answers; of `guests` nothing is known, they are asked."""
    whole = {"hostUserId": viewer.id, "inviteeIds": [], **session}
    faces = faces_of(whole, viewer, people)
    users = [face.id for face in faces.all()]
    found = answer.get("proposedTimes") or ()
    if found:
        offers = [offer(number, slot, viewer, faces, users) for number, slot in enumerate(found, 1)]
        whom = "those whose calendars are known" if guests else "everybody"
        heading = f"{counted(len(offers), 'time')} that {'suits' if len(offers) == 1 else 'suit'} {whom}"
        heading += f"; {' and '.join(guests)} would be asked by mail" if guests else ""
        return {**EMPTY, "heading": heading, "offers": offers}
    failure = answer.get("failure") or {}
    ways = [
        {
            "change": one_line(str(one["change"])),
            "times": counted(int(one["slots"]), "time"),
            "first": viewer.reader.when(parse_instant(one["first"])),
        }
        for one in failure.get("relaxations") or ()
    ]
    reason = one_line(str(failure.get("reason") or "nobody has a common time"))
    return {**EMPTY, "heading": f"No time: {reason}.", "ways": ways}
