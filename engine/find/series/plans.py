"""Where the occurrences of a series lie, for all starts of its first one that have them in common."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from engine.find.barriers import earliest_start
from engine.find.person import People
from engine.find.request import FindRequest
from engine.find.series.rule import LONGEST_SERIES, days_from, until_minute
from engine.find.series.suiting import Suiting, days_of
from engine.model.recurrence import Rule
from engine.time.span import DAY, Instant, Span

_Days: TypeAlias = tuple[int, ...]
"""By `date.toordinal`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """First starts (lattice points of `known[0]` or `beyond[0]`, as bits) and the days of their series.

    Of the `known` days everybody's time is known, of those `beyond` it is not yet; an endless series is told
    of as far as it is known.
    """

    first: int
    points: int
    known: _Days
    beyond: _Days


def widened(request: FindRequest, rule: Rule) -> FindRequest:
    """Give the request over all occurrences that anything is known of."""
    clock = days_of(request.host.timezone).clock
    first, last = (clock.wall(at) // DAY for at in (request.window.start, request.window.end))
    if rule.until is not None:
        end = max(rule.until.toordinal(), last)
    else:
        end = max(
            (days_from(rule, day, day + LONGEST_SERIES) or (last,))[-1] for day in range(first, last + 1)
        )
    known = min((request.known_until.get(user, inf) for user in request.session.required_ids), default=inf)
    reach = int(min(clock.instant((min(end, last + LONGEST_SERIES) + 2) * DAY), known))
    window = Span(request.window.start, max(request.window.end, reach))
    return replace(request, window=window)


def reach_of(request: FindRequest, people: People) -> Instant:
    """Give the last start of an occurrence up to whose end, buffer included, everybody's time is known."""
    told = (people[user] for user in request.session.required_ids)
    ends = [(one.known_until or 0) - one.buffer for one in told]
    return min(ends) - request.duration


def plans(request: FindRequest, rule: Rule, suiting: Suiting, reach: Instant) -> Iterator[Plan]:
    """Give the series that begin in the request's window, by their first days."""
    begins = max(request.window.start, earliest_start(request))
    ends = request.window.end - request.duration
    if ends < begins:
        return
    border = suiting.day(reach)
    for day in range(suiting.day(begins), suiting.day(ends) + 1):
        days = days_from(rule, day, day + LONGEST_SERIES)
        endless = rule.count is None and rule.until is None
        if endless:
            days = tuple(one for one in days if one <= border)
        points = suiting.first_starts(day, begins, ends)
        for part, there in _until(rule, days, points, request.step):
            for some, known, beyond in _known(suiting, border, reach, part, there):
                if some and there:
                    yield Plan(day, some, known, () if endless else beyond)


def _until(rule: Rule, days: _Days, points: int, step: int) -> Iterator[tuple[int, _Days]]:
    """Part the starts that have an occurrence on the last day of an UNTIL from those that come too late."""
    end = until_minute(rule)
    if end is None or days[-1:] != (end[0],):
        yield points, days
        return
    in_time = (1 << end[1] // step + 1) - 1
    yield points & in_time, days
    yield points & ~in_time, days[:-1]


def _known(
    suiting: Suiting, border: int, reach: Instant, points: int, days: _Days
) -> Iterator[tuple[int, _Days, _Days]]:
    """Part days whose time is known from those beyond; the day on which knowledge ends parts the starts."""
    known, beyond = (tuple(day for day in days if (day < border) is sooner) for sooner in (True, False))
    if beyond[:1] != (border,):
        yield points, known, beyond
        return
    reached = suiting.between(border, suiting.at(border, 0), reach)
    yield points & reached, (*known, border), beyond[1:]
    yield points & ~reached, known, beyond
