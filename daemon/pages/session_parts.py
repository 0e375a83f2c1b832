"""What pages say of a session: its state as a mark and a word, its offered times with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from daemon.pages.guests import guest_names
from daemon.pages.series_part import Chip, offered_series
from daemon.pages.viewer import Document, Faces, Viewer, ended, local, long_day, span_of, times
from daemon.terminal.times import place
from engine.model.booking import BookingState
from engine.model.learning import HABITS
from engine.ports.sessions import Standing
from engine.sessions.series_words import rule_words
from engine.sessions.told_reasons import told_once
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

WRITING = ("accepted", "held", "prepared", "writing", "verifying")
TAKING_BACK = ("undoing", "quarantine", "releasing")
ANCHOR = 25.0
"""So many points stand for the whole length of the bar."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to press: the verb of its address, and how loud it is."""

    verb: str
    words: str
    look: str = "third"


def shape_of(session: Document) -> str:
    """Tell which page a session has: offered, looking, booking, booked, failed, cancelled, stuck."""
    return _shape(session["booking"]["state"], session["status"], bool(session.get("proposedTimes")))


def shape_of_standing(one: Standing) -> str:
    """Tell the same of a session that nobody has opened."""
    return _shape(one.state, one.status, one.is_offered)


def _shape(state: str | None, status: str, is_offered: bool) -> str:
    if state == BookingState.STUCK:
        return "stuck"
    if state in TAKING_BACK:
        return "undoing"
    if state in WRITING:
        return "booking"
    if status == "scheduled":
        return "booked"
    if status in ("cancelled", "failed"):
        return str(status)
    return "offered" if is_offered else "looking"


def chip_of(session: Document, viewer: Viewer, confirm: str) -> Chip:
    """Say in a word how a session stands, to one reader."""
    shape = shape_of(session)
    if shape == "offered":
        mine = waits_for_reader(session, viewer, confirm)
        return Chip("Waits for you", "waits", "clock") if mine else Chip("Waits for others", "", "clock")
    return {
        "looking": Chip("Looking for times", "", "search"),
        "booking": Chip("Being written", "waits", "clock"),
        "booked": Chip("Booked", "holds", "check"),
        "undoing": Chip("Taking it back", "waits", "clock"),
        "stuck": Chip("Stuck", "fault", "warning"),
        "failed": Chip("No time", "fault", "cross"),
        "cancelled": Chip("Called off", "", "cross"),
    }[shape]


def waits_for_reader(session: Document, viewer: Viewer, confirm: str) -> bool:
    """Whether an answer of the reader is wanted."""
    if shape_of(session) != "offered":
        return False
    answered = any(one["userId"] == viewer.id for one in session.get("responses", ()))
    return viewer.id in attendees(session) and _wanted(session["hostUserId"], viewer, confirm, answered)


def is_awaited(one: Standing, viewer: Viewer, confirm: str) -> bool:
    """Whether an answer of the reader is wanted to a session of theirs that nobody has opened."""
    return shape_of_standing(one) == "offered" and _wanted(one.host, viewer, confirm, one.is_answered)


def _wanted(host: str, viewer: Viewer, confirm: str, is_answered: bool) -> bool:
    return not is_answered or (host == viewer.id and confirm != "all")


def attendees(session: Document) -> list[str]:
    """Give everybody the session concerns, the host first."""
    grouped = [user for group in session.get("groups") or () for user in group["anyOf"]]
    people = (
        session["hostUserId"],
        *session.get("inviteeIds", ()),
        *session.get("optionalIds", ()),
        *grouped,
    )
    return list(dict.fromkeys(people))


def talk_clock(session: Document, viewer: Viewer, faces: Faces) -> str:
    """Say on whose clock times are told in the conversation, where it is another than the reader's."""
    host = faces.of(session["hostUserId"])
    where = place(host.zone)
    return "" if where == viewer.place else f"gatherly\u2019s times: {host.name}\u2019s clock, {where}"


def offer(number: int, slot: Document, viewer: Viewer, faces: Faces, users: Sequence[str]) -> dict[str, Any]:
    """Give an offered time as pages show it, in the numbers of the API."""
    span, reader = span_of(slot), viewer.reader
    states = {str(one["user"]): str(one["availability"]) for one in slot.get("attendees") or ()}
    told = told_once(slot.get("reasons") or ())
    reasons = sorted(told, key=lambda one: (one["points"] < 0, -abs(one["points"])))
    return {
        "number": number,
        "start": slot["start"],
        "percent": round(slot["confidence"] * 100),
        "day": reader.day(span.start),
        "weekday": f"{local(reader, span.start):%a}",
        "long_day": long_day(reader, span.start),
        "times": times(reader, span),
        "begins": reader.clock(span.start),
        "others": faces.beside(span.start, users, states),
        "states": states,
        "reasons": [_reason(one, viewer) for one in reasons],
        "score": points_text(float(slot.get("score") or 0), signed=False),
        "bar": _bar([float(one["points"]) for one in reasons]),
        "why": sentence([one_line(one["text"]) for one in reasons[:3]]),
        "series": offered_series(slot, viewer),
    }


def _reason(one: Document, viewer: Viewer) -> dict[str, Any]:
    own = one["code"] == HABITS and one.get("user") == viewer.id
    return {
        "points": points_text(one["points"]),
        "text": one_line(one["text"]),
        "against": one["points"] < 0,
        "learnt": f"/people/{quote(viewer.id, safe='@')}#learnt-h" if own else None,
    }


def points_text(points: float, *, signed: bool = True) -> str:
    """Write points with a real minus sign."""
    return (f"{points:+.4g}" if signed else f"{points:.4g}").replace("-", "−")


def _bar(points: Sequence[float]) -> dict[str, Any]:
    """Draw what speaks for a time from the left, and eat from its right what speaks against it."""
    gained = sum(one for one in points if one > 0)
    whole = max(gained, ANCHOR, -sum(one for one in points if one < 0))
    at, parts = gained, []
    for one in (one for one in points if one < 0):
        width = min(-one, max(at, 0.0))
        at -= width
        parts.append({"x": f"{at / whole * 100:.4g}", "width": f"{width / whole * 100:.4g}"})
    return {"kept": f"{max(at, 0.0) / whole * 100:.4g}", "against": parts}


def sentence(parts: Sequence[str]) -> str:
    """Make one sentence of a few reasons."""
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def about(session: Document, viewer: Viewer, faces: Faces) -> list[str]:
    """Say how long it is, with whom, and who asks."""
    host = session["hostUserId"]
    asks = "you are the host" if host == viewer.id else f"{faces.of(host).name} asks"
    names = [*(face.name for face in faces.others() if face.id != host), *guest_names(session)]
    rule = session.get("recurrence")
    repeats = [rule_words(str(rule), viewer.reader.zone)] if rule else []
    return [
        f"{session['duration']} minutes",
        *repeats,
        *([f"with {', '.join(names)}"] if names else []),
        asks,
    ]


def until(session: Document, viewer: Viewer) -> str:
    """Say until when an answer is wanted."""
    return f"answer until {viewer.reader.when(parse_instant(session['expiresAt']))}"


def faces_of(session: Document, viewer: Viewer, people: Mapping[Any, Any]) -> Faces:
    """Give the people of a session."""
    users = attendees(session)
    required = {session["hostUserId"], *session.get("inviteeIds", ())}
    return Faces(viewer, people, users, [user for user in users if user not in required])


def failure_of(session: Document) -> str:
    """Say why there is no time, and whether a change would give one."""
    metadata = session.get("metadata") or {}
    reason = ended(str(metadata.get("failureReason") or "No time was found"))
    ways = len(metadata.get("relaxations") or ())
    tried = {0: "", 1: " This change was tried, and helps."}.get(
        ways, " One change is enough; each of these was tried."
    )
    return f"{reason[:1].upper()}{reason[1:]}{tried}"
