"""The search over series: every occurrence within what is known is looked at, by bits, before any is offered.

A start is offered where at least as many occurrences suit as were asked for. Its rank counts first how many
suit, then how many are left out, then how far the others move; among equals the first occurrence's own rank
decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from operator import and_
from typing import Protocol

from engine.find.answer import Failure, FindAnswer, Relaxation
from engine.find.bitmaps import Candidates
from engine.find.choice.on_grid import chosen_on_grid
from engine.find.choice.ranked import chosen
from engine.find.people import Roster
from engine.find.proposals import Pick, Setting, setting
from engine.find.ranking import Ranking
from engine.find.rejection import not_rejected
from engine.find.request import FindRequest
from engine.find.series.occurrences import Missed, explained, missed, said_of
from engine.find.series.plans import Plan, plans, reach_of, widened
from engine.find.series.rule import session_rule
from engine.find.series.suiting import Suiting
from engine.find.start_grid import counted
from engine.model.session import SessionStatus, TimeSlot
from engine.time.local_time import zone_info
from engine.time.span import DAY, Instant


class Searcher(Protocol):
    """What a search over series asks of a back end: whom it knows, and how it ranks."""

    ranking: Ranking

    @property
    def roster(self) -> Roster:
        """Everybody it knows."""


@dataclass(frozen=True, slots=True)
class _Level:
    """Starts of one plan at which just so many occurrences do not suit, as bits of its first day."""

    misses: int
    plan: Plan
    points: int


def find_series(request: FindRequest, backend: Searcher) -> FindAnswer:
    """Propose first starts of series, or say that there are none.

    Raises:
        InputError: the rule is none that a session can recur by.
    """
    suiting, laid = _laid_out(request, backend)
    levels = sorted(_levels(request, suiting, laid), key=lambda one: one.misses)
    if not levels:
        return FindAnswer(SessionStatus.FAILED, (), failure=_failure(request, suiting, laid))
    proposed = _proposed(request, backend, suiting, levels)
    return FindAnswer(
        SessionStatus.PENDING, proposed, tuple(_starts(suiting, levels)) if request.all_starts else ()
    )


def _laid_out(request: FindRequest, backend: Searcher) -> tuple[Suiting, list[Plan]]:
    """Give what suits, and all series that begin in the window and of which something is known."""
    rule = session_rule(str(request.session.recurrence), zone_info(request.host.timezone))
    wide = widened(request, rule)
    people = backend.roster.people(wide)
    suiting = Suiting(wide, people)
    laid = plans(request, rule, suiting, reach_of(wide, people))
    return suiting, [plan for plan in laid if plan.known]


def _levels(request: FindRequest, suiting: Suiting, laid: Sequence[Plan]) -> Iterator[_Level]:
    """Give the starts that suit often enough, those of each plan by how many occurrences do not."""
    at_least = request.session.constraints.at_least
    for plan in laid:
        rows = [suiting.row(day) for day in plan.known]
        needed = len(rows) if at_least is None else min(at_least, len(rows))
        for misses, some in enumerate(_by_misses(rows, plan.points, len(rows) - needed)):
            if some:
                yield _Level(misses, plan, some)


def _by_misses(rows: Sequence[int], points: int, most: int) -> list[int]:
    """Part points by how many rows lack them, up to so many."""
    if not most:
        return [reduce(and_, rows, points)]
    missed_by = [points] + [0] * (most + 1)
    """The points that so many rows, or more, lack."""
    for row in rows:
        lacking = points & ~row
        if lacking:
            for level in range(most + 1, 0, -1):
                missed_by[level] |= missed_by[level - 1] & lacking
    return [missed_by[level] & ~missed_by[level + 1] for level in range(most + 1)]


def _starts(suiting: Suiting, levels: Sequence[_Level]) -> list[Instant]:
    return sorted(start for one in levels for start in suiting.starts(one.plan.first, one.points))


def _proposed(
    request: FindRequest, backend: Searcher, suiting: Suiting, levels: Sequence[_Level]
) -> tuple[TimeSlot, ...]:
    """Choose what is proposed, and explain each of its occurrences; best first."""
    people = backend.roster.people(request)
    scene = setting(request, people, request.ranking or backend.ranking)
    if request.session.rejected_slots:
        levels = _without_rejected(request, suiting, levels)
    found = []
    for start, (pick, plan, gone) in _chosen(request, scene, suiting, levels).items():
        told = said_of(scene, pick, gone)
        found.append((gone.rank, start, explained(scene, told, suiting, plan, gone)))
    found.sort(key=lambda one: (-one[2].confidence, one[0], one[1]))
    return tuple(slot for _, _, slot in found)


def _without_rejected(request: FindRequest, suiting: Suiting, levels: Sequence[_Level]) -> Sequence[_Level]:
    allowed = set(not_rejected(request, _starts(suiting, levels)))
    kept = []
    for one in levels:
        starts = (start for start in suiting.starts(one.plan.first, one.points) if start in allowed)
        points = sum(1 << suiting.point(start) for start in starts)
        if points:
            kept.append(replace(one, points=points))
    return kept


_Choice = dict[Instant, tuple[Pick, Plan, Missed]]


def _chosen(request: FindRequest, scene: Setting, suiting: Suiting, levels: Sequence[_Level]) -> _Choice:
    """Choose as `find` does: the best of as many days as there are, then the best of the rest."""
    taken: _Choice = {}
    for on_other_days in (True, False):
        for _, group in groupby(levels, key=lambda one: one.misses):
            days = {suiting.day(one) for one in taken} if on_other_days else set()
            left = [one for one in group if one.plan.first not in days]
            most = scene.limit - len(taken)
            if on_other_days:
                most = min(most, len({one.plan.first for one in left}))
            if most > 0 and left:
                taken |= _best(request, scene._replace(limit=most), suiting, left, taken)
    return taken


def _best(
    request: FindRequest, scene: Setting, suiting: Suiting, level: Sequence[_Level], taken: _Choice
) -> _Choice:
    """Choose among starts at which equally many suit: by how far the others move, then by rank."""
    by_rank: dict[tuple[int, int, int], list[Instant]] = {}
    plan_of: dict[Instant, tuple[Plan, Missed]] = {}
    for one in level:
        for start in suiting.starts(one.plan.first, one.points):
            if start not in taken:
                gone = missed(suiting, one.plan, start, request.duration) if one.misses else _NOTHING
                by_rank.setdefault(gone.rank, []).append(start)
                plan_of[start] = one.plan, gone
    found: _Choice = {}
    for rank in sorted(by_rank):
        if len(found) < scene.limit:
            most = scene._replace(limit=scene.limit - len(found))
            found |= {
                pick.start: (pick, *plan_of[pick.start]) for pick in _picked(request, most, by_rank[rank])
            }
    return found


_NOTHING = Missed()


def _picked(request: FindRequest, scene: Setting, starts: Sequence[Instant]) -> list[Pick]:
    grid = request.grid
    if grid is None:
        return chosen(scene, starts)
    points = 0
    for start in starts:
        place, rest = divmod(start - grid.origin, grid.stride)
        if rest:
            return chosen(scene, starts)
        points |= 1 << place
    return chosen_on_grid(scene, Candidates(grid, points))


def _failure(request: FindRequest, suiting: Suiting, laid: Sequence[Plan]) -> Failure:
    """Say why no start will do, and with how many occurrences one would: that is really tried."""
    asked = request.session.constraints.at_least
    wanted = "all" if asked is None else f"at least {asked}"
    best = max((_most(plan, suiting) for plan in laid), default=0)
    helps: tuple[Relaxation, ...] = ()
    if best:
        fewer = replace(request.session.constraints, at_least=best)
        tried = replace(request, session=replace(request.session, constraints=fewer))
        starts = _starts(suiting, list(_levels(tried, suiting, laid)))
        enough = f"Let {best} {'occurrence' if best == 1 else 'occurrences'} be enough"
        helps = (Relaxation(enough, "atLeast", len(starts), starts[0]),)
    days = max(1, -(-request.window.seconds // DAY))
    within = f"in next {days} day{'' if days == 1 else 's'}"
    reason = f"No start {within} suits {wanted} of the occurrences of the series"
    return Failure(reason, tuple(one.change for one in helps), (), helps)


def _most(plan: Plan, suiting: Suiting) -> int:
    """Give how many occurrences suit at the best start of a plan."""
    rows = [suiting.row(day) for day in plan.known]
    return next((count for count in range(len(rows), 0, -1) if counted(count, rows) & plan.points), 0)
