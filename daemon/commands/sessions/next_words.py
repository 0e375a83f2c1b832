"""What comes next in a session, by itself or by whom; and what has not come through yet."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daemon.terminal.audience import MOMENT, Audience
from daemon.terminal.paint import Role, paint
from daemon.terminal.times import counted
from engine.booking.view import is_let_be
from engine.model.booking import BookingState
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Instant

Document = Mapping[str, Any]
WRITING = ("accepted", "held", "prepared", "writing", "verifying")
TAKING_BACK = ("undoing", "quarantine", "releasing")


def outstanding(booking: Document) -> list[Document]:
    """Give the copies of what is settled that have not come through yet: held up, and tried again."""
    if booking["state"] in (*WRITING, *TAKING_BACK, BookingState.STUCK):
        return []
    return [one for one in booking["perCalendar"] if one["outcome"] == "waiting" and one["lastError"]]


def calendar_words(calendar: str | None) -> str:
    """Name a calendar as people do."""
    return "-" if calendar is None else calendar.removesuffix("/.")


def next_words(session: Document, view: Audience) -> Iterator[str]:
    """Say what happens next and when, or what to type."""
    lines = list(_next_lines(session, view))
    for number, line in enumerate(lines):
        yield f"{paint(Role.QUIET, 'Next') if number == 0 else '    '}  {line}"


def _next_lines(session: Document, view: Audience) -> Iterator[str]:
    booking, name = session["booking"], session["id"][:8]
    waits = view.local(str(booking.get("waitsFor", "")))
    if booking["state"] in TAKING_BACK:
        yield _taken_back(booking, view)
        if session["status"] == "pending":
            yield "Then new times are offered."
    elif booking["state"] == BookingState.STUCK:
        yield f"It waits {waits}."
        yield f"To let it be: gatherly session release {name}"
    elif booking["state"] in WRITING:
        yield f"It waits {waits}." if waits else "The daemon books it."
        yield "If a calendar refuses, the copies are taken back and new times are offered."
    else:
        yield from _SETTLED[session["status"]](session, view)


def _pending(session: Document, view: Audience) -> Iterator[str]:
    name, host = session["id"][:8], session["hostUserId"]
    if session.get("proposedTimes"):
        who = "You choose" if host == view.you else f"{view.name(host)} chooses"
        yield f"{who}: gatherly session accept {name} --slot 1"
        yield f"None of them: gatherly session reject {name}"
    else:
        waiting = (session.get("metadata") or {}).get("waitingFor")
        yield "Times are offered once that is known." if waiting else "The daemon looks for times."
    yield from _held_up(session["booking"], view)


def _failed(session: Document, view: Audience) -> Iterator[str]:
    ways = (session.get("metadata") or {}).get("relaxations") or ()
    yield f"This session is closed. Ask anew{' with one of these changes:' if ways else '.'}"
    if ways:
        yield f"gatherly session relax {session['id'][:8]} {shlex.quote(one_line(ways[0]['code']))}"
    yield from _held_up(session["booking"], view)


def _scheduled(session: Document, view: Audience) -> Iterator[str]:
    left = list(_held_up(session["booking"], view))
    yield from left
    nothing = "" if left else "Nothing to do. "
    yield f"{nothing}Another time: gatherly session reschedule {session['id'][:8]}"


def _cancelled(session: Document, view: Audience) -> Iterator[str]:
    yield from _held_up(session["booking"], view)


_SETTLED: Mapping[str, Callable[[Document, Audience], Iterator[str]]] = {
    "pending": _pending,
    "failed": _failed,
    "scheduled": _scheduled,
    "cancelled": _cancelled,
}


def _held_up(booking: Document, view: Audience) -> Iterator[str]:
    """Say what has not come through, although the session is settled, and who may help it."""
    by_mail = {one["user"] for one in booking["outcomes"] if one["outcome"] == "invited"}
    for one in outstanding(booking):
        who = view.name(one["user"])
        if one["user"] in by_mail:
            yield f"The mail to {who} has not gone out. It is tried again; gatherly check says what is amiss."
        else:
            place = calendar_words(one["calendar"])
            yield f"{place} ({who}) is tried again; gatherly check says what is amiss."
    for one in booking["perCalendar"]:
        if one["outcome"] == "failed" and one["desired"] == "present":
            yield f"{view.name(one['user'])} has no copy, and it is not tried again: tell them of it."
        elif is_let_be(one):
            place = calendar_words(one["calendar"])
            yield f"{place} ({view.name(one['user'])}) may still hold a copy, which was let be."


def _taken_back(booking: Document, view: Audience) -> str:
    """Say how taking copies back goes on; only the last look for late ones has a time."""
    moment = _last_look(booking)
    if moment is None:
        return f"It waits {view.local(str(booking.get('waitsFor', '')))}."
    return f"The copies are gone; one last look for late ones at {view.reader.soon(moment, seconds=True)}."


def _last_look(booking: Document) -> Instant | None:
    found = MOMENT.findall(str(booking.get("waitsFor", "")))
    return parse_instant(found[-1]) if booking["state"] == BookingState.QUARANTINE and found else None


def new_times(session: Document, view: Audience) -> str:
    """Say how soon new times come, where they do."""
    moment = _last_look(session["booking"])
    if session["status"] != "pending" or moment is None:
        return ""
    minutes = max(1, -(-(moment - view.reader.now) // 60))
    return f"; new times in about {'a minute' if minutes == 1 else counted(minutes, 'minute')}"
