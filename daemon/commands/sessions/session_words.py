"""A session for people: the answer first, then times with reasons or what was booked, then what is next."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from daemon.app.occurrences import next_span
from daemon.commands.sessions.next_words import (
    TAKING_BACK,
    WRITING,
    Document,
    calendar_words,
    new_times,
    next_words,
    outstanding,
)
from daemon.commands.sessions.series_words import occurrence_words, offered_words
from daemon.runtime.doing import DOING
from daemon.terminal.audience import Audience
from daemon.terminal.paint import Role, bar, paint
from daemon.terminal.table import LEAST, table, terminal_width
from daemon.terminal.times import counted, of_place
from engine.model.booking import BookingState
from engine.model.learning import HABITS
from engine.model.set_aside import Work
from engine.sessions.series_words import rule_words
from engine.sessions.told_reasons import told_once
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Span

_DONE = {"written": "✓", "invited": "✓", "told": "✓", "removed": "·", "failed": "×", "waiting": "·"}
_OUTCOMES = {
    "written": "written and read back",
    "invited": "invited; the mail is out",
    "told": "told by gatherly",
    "removed": "taken out again",
    "failed": "refused",
    "waiting": "its turn comes",
}


def attendees(session: Document) -> list[str]:
    """Give everybody the session concerns, the host first."""
    return [session["hostUserId"], *session["inviteeIds"], *session.get("optionalIds", ())]


def state_of(session: Document, view: Audience) -> tuple[str, str]:
    """Say in plain words how a session stands, with its mark."""
    booking, status = session["booking"], session["status"]
    if booking["state"] == BookingState.STUCK:
        return "!", "still holds a copy that is to go"
    if booking["state"] in TAKING_BACK:
        return "!", f"taking it back{new_times(session, view)}"
    if booking["state"] in WRITING:
        copies = [one for one in booking["perCalendar"] if one["calendar"] and one["desired"] == "present"]
        have = sum(one["outcome"] in ("written", "invited") for one in copies)
        return "·", f"being booked, {have} of {len(copies)}" if copies else "being booked"
    if status == "scheduled":
        late = counted(len(outstanding(booking)), "calendar")
        return ("!", f"booked; {late} still to be told") if outstanding(booking) else ("✓", "booked")
    if status == "cancelled":
        expired = (session.get("metadata") or {}).get("reason") == "expired"
        return "×", "called off; nobody answered in time" if expired else "called off"
    if status == "failed":
        ways = len((session.get("metadata") or {}).get("relaxations", ()))
        return "×", f"no time; {ways} {'way' if ways == 1 else 'ways'} out" if ways else "no time"
    waiting = (session.get("metadata") or {}).get("waitingFor") or {}
    if not session.get("proposedTimes"):
        return "·", f"waits for {_and(view.name(who) for who in waiting)}" if waiting else "looking for times"
    mine = session["hostUserId"] == view.you
    return "!" if mine else "·", f"waits for {view.name(session['hostUserId'])}"


def _and(names: Any) -> str:
    *first, last = list(names)
    return f"{', '.join(first)} and {last}" if first else last


def session_words(session: Document, view: Audience) -> str:
    """Tell all of a session."""
    _, state = state_of(session, view)
    if session["status"] == "pending" and session.get("proposedTimes") and not session.get("finalTime"):
        state += f", until {view.reader.when(parse_instant(session['expiresAt']))}"
    head = paint(Role.STRONG, f"{one_line(session['title'])}, {session['duration']} minutes: {state}")
    parts = [f"{head}\n{_origin(session, view)}"]
    parts += ["\n".join(lines) for part in _parts(session, view) if (lines := list(part))]
    return "\n\n".join(parts)


def _origin(session: Document, view: Audience) -> str:
    asked = view.reader.when(parse_instant(session["createdAt"]))
    who = view.name(session["hostUserId"])
    guests = [view.name(user) for user in session["inviteeIds"]]
    guests += [f"{view.name(user)} (optional)" for user in session.get("optionalIds", ())]
    guests += [_guest_name(one) for one in session.get("guests", ())]
    attending = f" with {_and(guests)}" if guests else ""
    rule = ""
    if session.get("recurrence"):
        rule = f", {rule_words(str(session['recurrence']), view.reader.zone)}"
    fresh = ", without regard to habits" if (session.get("metadata") or {}).get("fresh") else ""
    line = (
        f"{session['id'][:8]}  asked for by {who}{attending}{rule}{fresh}, {asked}; "
        f"times are {of_place(view.reader.zone)}"
    )
    return paint(Role.QUIET, line)


def _parts(session: Document, view: Audience) -> Iterator[Iterator[str]]:
    if session.get("finalTime"):
        yield _final(session, view)
    elif session["status"] == "pending":
        yield _slots(session, view)
        yield _answers(session, view)
    if session["status"] == "failed":
        yield _ways_out(session, view)
        yield _in_the_way(session, view)
    if session["booking"]["perCalendar"]:
        yield _copies(session, view)
    yield _notes(session, view)
    yield next_words(session, view)


def _final(session: Document, view: Audience) -> Iterator[str]:
    span = next_span(session, view.reader.now) or final_span(session["finalTime"])
    yield f"{paint(Role.STRONG, view.reader.span(span))}, {view.reader.place}"
    others = view.others(span.start, attendees(session))
    if others:
        yield paint(Role.QUIET, others)
    yield from occurrence_words(session, view)


def final_span(slot: Document) -> Span:
    """Give when a time on offer, or the final one, takes place."""
    return Span(parse_instant(slot["start"]), parse_instant(slot["end"]))


def _slots(session: Document, view: Audience) -> Iterator[str]:
    for number, slot in enumerate(session.get("proposedTimes", ()), 1):
        span = final_span(slot)
        drawn = paint(Role.ACCENT, bar(slot["confidence"]))
        yield f"  {number}  {paint(Role.STRONG, view.reader.span(span))}   {drawn}  {slot['confidence']:.0%}"
        others = view.others(span.start, attendees(session))
        if others:
            yield paint(Role.QUIET, f"     {others}")
        yield from offered_words(slot, view)
        reasons = told_once(slot.get("reasons") or ())
        yield from reason_words(reasons)
        for conflict in slot.get("conflicts", ()) if not reasons else ():
            yield f"     ! {one_line(conflict)}"
    slots = session.get("proposedTimes", ())
    if any(one["code"] == HABITS for slot in slots for one in slot.get("reasons") or ()):
        yield paint(Role.QUIET, "  Habits: gatherly profile USER tells them, and --forget takes one back.")


def reason_words(reasons: Sequence[Document], width: int | None = None) -> Iterator[str]:
    """Set the reasons of one time below one another, their points as wide as the widest of them.

    `width` is that of a line, where it is not the terminal's.
    """
    points = [f"{one['points']:+.4g}".replace("-", "−") for one in reasons]
    wide, limit = max([5, *map(len, points)]), width or terminal_width()
    before = 5 + wide + 4
    for one, told in zip(reasons, points, strict=True):
        role, text = Role.ACCENT if one["points"] > 0 else Role.QUIET, one_line(one["text"])
        first, *more = [text] if limit is None else wrap(text, max(LEAST, limit - before)) or [""]
        yield f"     {paint(role, told.rjust(wide))}    {first}"
        yield from (" " * before + line for line in more)


def _answers(session: Document, view: Audience) -> Iterator[str]:
    slots = [slot["start"] for slot in session.get("proposedTimes", ())]
    if not slots:
        return
    rows = []
    for user in attendees(session):
        if user == session["hostUserId"] and not _said(session, user):
            continue
        said = {one["slot"]: one for one in _said(session, user)}
        marks = [_answer_mark(said, start) for start in slots]
        rows.append((view.name(user), *marks, _answer_words(session, view, user)))
    rows += [_guest_row(view, guest, slots) for guest in session.get("guests", ())]
    if rows:
        yield table(("", *(str(number) for number in range(1, len(slots) + 1)), ""), rows)


def _guest_name(guest: Document) -> str:
    known = one_line(guest.get("name", ""))
    who = f"{known} ({guest['address']})" if known else guest["address"]
    return f"{who} (guest{', optional' if guest.get('optional') else ''})"


def _guest_row(view: Audience, guest: Document, slots: list[str]) -> tuple[str, ...]:
    """Tell which times on offer suit a guest."""
    answered = guest["answeredAt"]
    marks = ("·" if answered is None else "✓" if start in guest["suits"] else "×" for start in slots)
    role = "optional guest" if guest.get("optional") else "guest"
    said = "has not answered" if answered is None else f"answered {view.reader.when(parse_instant(answered))}"
    return (guest["address"], *marks, f"{role}, stays away" if guest.get("away") else f"{role}, {said}")


def _said(session: Document, user: str) -> list[Document]:
    return [one for one in session.get("responses", ()) if one["userId"] == user]


def _answer_mark(said: Mapping[str | None, Document], start: str) -> str:
    answer = said.get(start, said.get(None, {})).get("answer")
    return {"accepted": "✓", "declined": "×"}.get(str(answer), "·")


def _answer_words(session: Document, view: Audience, user: str) -> str:
    said = _said(session, user)
    optional = "optional, " if user in session.get("optionalIds", ()) else ""
    if not said:
        return f"{optional}has not answered"
    last = said[-1]
    what = "stays away" if last["answer"] == "declined" and last["slot"] is None else str(last["answer"])
    return f"{optional}{what}, {view.reader.when(parse_instant(last['at']))}"


def _ways_out(session: Document, view: Audience) -> Iterator[str]:
    metadata = session.get("metadata") or {}
    yield one_line(str(metadata.get("failureReason", "No time was found")))
    relaxations = metadata.get("relaxations") or ()
    rows = [
        (
            f"  {one_line(one['change'])}",
            str(one["slots"]),
            view.reader.when(parse_instant(one["first"])),
            one_line(one["code"]),
        )
        for one in relaxations
    ]
    if rows:
        yield ""
        yield table(("What would help", "times", "first", "change"), rows, right=(1,))
    else:
        yield from (f"  {one_line(str(one))}" for one in metadata.get("suggestions", ()))


def _in_the_way(session: Document, view: Audience) -> Iterator[str]:
    blockers = (session.get("metadata") or {}).get("blockers") or ()
    rows = [
        (f"  {_blocker(one, view)}", bar(one["share"]), f"{one['share']:.0%}")
        for one in sorted(blockers, key=lambda one: -one["share"])
    ]
    if rows:
        yield "What is in the way"
        yield table(("", "", ""), rows, right=(2,))


def _blocker(one: Document, view: Audience) -> str:
    words = str(one["code"]).replace("_", " ")
    if one["user"] is None:
        return words
    who = view.name(one["user"])
    return f"{who} is busy" if one["code"] == "busy" else f"{who}: {words}"


def _copies(session: Document, view: Audience) -> Iterator[str]:
    booking = session["booking"]
    rows = []
    for one in booking["perCalendar"]:
        at = view.reader.soon(parse_instant(one["at"]), seconds=True) if one["at"] else ""
        mark, outcome = outcome_words(one, view)
        rows.append((mark, view.name(one["user"]), calendar_words(one["calendar"]), outcome, at))
    yield table(("", "who", "calendar", "outcome", "at"), rows)


def outcome_words(one: Document, view: Audience) -> tuple[str, str]:
    """Say what became of one calendar's copy, with its mark."""
    mark, words = _DONE[one["outcome"]], _OUTCOMES[one["outcome"]]
    if one["desired"] == "absent" and one["outcome"] == "waiting":
        words = "to be taken out"
    if one["lastError"]:
        is_open = one["outcome"] == "waiting" and one["attempts"]
        tried = f"tried {counted(one['attempts'], 'time')}: " if is_open else ""
        words = tried + view.local(one["lastError"])
        mark = "×" if one["outcome"] == "failed" else "!"
    if one["nextTry"] and one["lastError"]:
        words += f"; tried again at {view.reader.soon(parse_instant(one['nextTry']), seconds=True)}"
    return mark, words


def _notes(session: Document, view: Audience) -> Iterator[str]:
    metadata = session.get("metadata") or {}
    if metadata.get("notBooked"):
        yield view.local(f"! Not booked: {metadata['notBooked']}")
    for conflict in metadata.get("conflicts") or ():
        yield one_line(f"! {conflict}")
    if session["status"] == "cancelled" and metadata.get("reason") not in (None, "expired"):
        yield one_line(f"Called off: {metadata['reason']}")
    if not session.get("finalTime"):
        for who, why in (metadata.get("waitingFor") or {}).items():
            yield view.local(f"! {view.name(who)}: {why}")
    for one in session.get("unopenedMessages", ()):
        yield one_line(f"! a message does not open: {one}")
    for one in session.get("setAside", ()):
        again = view.reader.soon(parse_instant(one["nextTry"]))
        yield one_line(
            f"! Set aside while {DOING[Work(one['step'])]}: {one['reason']}; "
            f"next try {again} (gatherly quarantine show {one['id']})"
        )
