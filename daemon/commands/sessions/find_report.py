"""An answer for people: proposals in the host's time, or why there are none, in 80 columns."""

import textwrap
from collections.abc import Iterator
from datetime import datetime

from daemon.terminal.audience import Audience
from engine.find.answer import Blocker, Failure, FindAnswer
from engine.find.request import FindRequest
from engine.model.session import TimeSlot
from engine.text.plain_text import one_line
from engine.time.local_time import LocalTime, local_time
from engine.time.span import Instant, Span

_WIDTH = 80
_INDENT = " " * 4
WHOLE = 0.999
"""The share of the window from which on something alone stands against every time."""
_BLOCKS = {
    "busy": "busy",
    "tentative": "tentatively busy",
    "outside_working_hours": "outside working hours",
    "outside_days": "not on a day that the session allows",
    "outside_time_range": "outside the session's time range",
    "excluded_date": "on an excluded date",
    "buffer": "too close to another event",
    "past": "already past",
    "unknown_calendar": "calendar unknown",
    "window_too_short": "the window is shorter than the session",
}


def report(request: FindRequest, answer: FindAnswer) -> str:
    """Write an answer as text; times are the host's local ones."""
    local = local_time(request.host.timezone, _reach(request, answer))
    lines = [*_heading(request)]
    if answer.failure is None:
        for number, slot in enumerate(answer.proposed, 1):
            lines += _slot(number, slot, local)
    else:
        lines += _failure(request, answer.failure, local)
    return "\n".join(lines) + "\n"


def never_words(failure: Failure, people: Audience) -> str:
    """Say that not even empty calendars have a time for a session, what is against it, and what helps."""
    against = [
        words if one.user is None else f"{people.name(one.user)}: {words}"
        for one in failure.blockers
        if one.share >= WHOLE and (words := _BLOCKS.get(one.code.value, one.code.value.replace("_", " ")))
    ]
    why = "; ".join(against) or "what is asked for and everybody's hours do not go together"
    helps = "; ".join(one.change for one in failure.relaxations)
    help_words = f"What would help: {helps}" if helps else "Ask for it otherwise"
    return one_line(f"No time can suit it, however empty the calendars are ({why}). {help_words}")


def _reach(request: FindRequest, answer: FindAnswer) -> Span:
    relaxations = answer.failure.relaxations if answer.failure else ()
    return Span(request.window.start, max([request.window.end, *(one.first for one in relaxations)]))


def _heading(request: FindRequest) -> Iterator[str]:
    session = request.session
    title = f"{one_line(session.title)}, " if session.title else ""
    yield from textwrap.wrap(f"{title}{session.duration} minutes, times in {request.host.timezone}", _WIDTH)
    yield ""


def _slot(number: int, slot: TimeSlot, local: LocalTime) -> Iterator[str]:
    start, end = _local(local, slot.start), _local(local, slot.end)
    when = f"{start:%a %d %b %Y  %H:%M}-{end:%H:%M}"
    yield f"{number:>2}. {when}   confidence {slot.confidence:.0%}"
    for conflict in slot.conflicts:
        yield from _wrapped(f"! {conflict}")
    for reason in slot.reasons:
        yield from _wrapped(f"{reason.points:+5.4g}  {reason.text}")


def _failure(request: FindRequest, failure: Failure, local: LocalTime) -> Iterator[str]:
    yield f"No availability found: {failure.reason}."
    yield ""
    yield "What stands against it:"
    for blocker in failure.blockers:
        yield from _wrapped(f"{blocker.share:>4.0%}  {_blocker(request, blocker)}")
    if failure.relaxations:
        yield ""
        yield "Try these alternatives:"
    for relaxation in failure.relaxations:
        first = f"{_local(local, relaxation.first):%a %d %b %H:%M}"
        times = "1 time" if relaxation.slots == 1 else f"{relaxation.slots} times"
        yield from _wrapped(f"- {relaxation.change}: {times}, the first {first}")


def _blocker(request: FindRequest, blocker: Blocker) -> str:
    words = _BLOCKS.get(blocker.code.value, blocker.code.value)
    return words if blocker.user is None else f"{request.users[blocker.user].name}: {words}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT + "  ")


def _local(local: LocalTime, at: Instant) -> datetime:
    return datetime.fromisoformat(local.written(at))
