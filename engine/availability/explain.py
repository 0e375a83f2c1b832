"""Why somebody is free or busy at one moment: which event, hold, hours or stale source, in words.

Titles are for the owner of the calendar alone; the operator's command line speaks for the owner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.availability.evidence import Known
from engine.ids import CalendarKey
from engine.model.booking import Hold
from engine.model.calendar import BusyStatus
from engine.model.calendar_object import Occurrence
from engine.model.constraint import Constraint, ConstraintLevel
from engine.model.session import Availability
from engine.model.user import TentativeAs, User
from engine.rules.blocking import words
from engine.rules.check import check_constraints
from engine.rules.hours import open_hours
from engine.rules.preferences import preference_constraints
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that bears on the moment: its code, where it comes from, what it is, how long it lasts."""

    code: str
    source: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What somebody is at a moment, and everything that makes it so; without causes the time is free."""

    user: User
    at: Instant
    state: Availability
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """An occurrence with the calendar that it lies in."""

    calendar: CalendarKey
    occurrence: Occurrence


def explain(
    user: User,
    at: Instant,
    known: Known,
    seen: Sequence[Seen],
    holds: Sequence[Hold],
    rules: Sequence[Constraint] = (),
) -> Explanation:
    """Explain one moment: `seen` are the events around it, titles and all, `holds` gatherly's own.

    `rules` are those of single users and of everybody; the user's own preferences count without them.
    """
    causes = [
        *_unknown(known, at),
        *(_event(one) for one in seen if at in one.occurrence.span),
        *(_hold(hold) for hold in holds if at in hold.span),
        *_hours(user, at),
        *_rules(user, at, known, rules),
        *(_stale(gap.source, gap.why) for gap in known.gaps if not gap.user_unknown),
    ]
    return Explanation(user=user, at=at, state=_state(user, causes), causes=tuple(causes))


_HARMLESS = frozenset({"tentative", "stale", "preference"})
"""Codes that by themselves leave somebody free."""


def _unknown(known: Known, at: Instant) -> Iterable[Cause]:
    for gap in known.gaps:
        if gap.user_unknown:
            yield Cause(code="unknown_calendar", source=gap.source, text=f"unknown: {gap.why}")
    if at >= known.until:
        yield Cause(
            code="unknown_calendar",
            source="horizon",
            text=f"unknown: calendars are read only until {format_instant(known.until)}",
        )


def _event(one: Seen) -> Cause:
    occurrence = one.occurrence
    title = occurrence.title or "an event without a title"
    kind = "all day" if occurrence.all_day else occurrence.status.value.replace("_", " ")
    code = "tentative" if occurrence.status is BusyStatus.TENTATIVE else "busy"
    return Cause(code=code, source=str(one.calendar), text=f"{title} ({kind})", span=occurrence.span)


def _hold(hold: Hold) -> Cause:
    return Cause(
        code="busy", source="gatherly", text=f"held or booked for session {hold.session}", span=hold.span
    )


def _hours(user: User, at: Instant) -> Iterable[Cause]:
    hours = open_hours(user, (at // DAY, at // DAY + 1))
    if hours is not None and not any(start <= at < end for start, end in hours):
        yield Cause(
            code="outside_working_hours",
            source="preferences",
            text=f"outside working hours ({user.timezone})",
        )


def _rules(user: User, at: Instant, known: Known, rules: Sequence[Constraint]) -> Iterable[Cause]:
    """Name every rule that a moment of an event here would break."""
    in_force = (*rules, *preference_constraints(user))
    others = [taken.span for taken in known.taken or () if at not in taken.span]
    for violation in check_constraints(user.id, user.timezone, Span(at, at + 1), in_force, others):
        kind, asked = words(violation.constraint.rule)
        hard = violation.constraint.level is ConstraintLevel.HARD
        text = (
            f"{violation.constraint.name}: {asked}"
            if hard
            else f"{violation.constraint.name}: {asked} (soft)"
        )
        yield Cause(code=kind if hard else "preference", source="rules", text=text)


def _stale(source: str, why: str) -> Cause:
    return Cause(code="stale", source=source, text=f"last good busy times count, but {why}")


def _state(user: User, causes: Sequence[Cause]) -> Availability:
    codes = {cause.code for cause in causes}
    if "unknown_calendar" in codes:
        return Availability.UNKNOWN
    if "busy" in codes:
        return Availability.BUSY
    if "tentative" in codes and user.default_preferences.tentative_as is not TentativeAs.FREE:
        return Availability.TENTATIVE
    return Availability.OUTSIDE_HOURS if codes - _HARMLESS else Availability.FREE


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Give the JSON of `gatherly explain --json`."""
    return {
        "user": explanation.user.id,
        "at": format_instant(explanation.at),
        "state": explanation.state.value,
        "causes": [
            {
                "code": cause.code,
                "source": cause.source,
                "text": cause.text,
                "start": format_instant(cause.span.start) if cause.span else None,
                "end": format_instant(cause.span.end) if cause.span else None,
            }
            for cause in explanation.causes
        ],
    }
