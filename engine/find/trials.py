"""Questions that are only tried while a failure is explained: what if one thing were different."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeAlias

from engine.find import interval_search
from engine.find.answer import Outlook
from engine.find.bitmaps import Candidates, LookBetween, found_among, reach_of, sets_of
from engine.find.blocked_starts import Blocked, Minutes
from engine.find.off_lattice import off_lattice_of, off_lattice_starts
from engine.find.people import Roster
from engine.find.person_bits import person_blocked
from engine.find.request import FindRequest
from engine.find.start_grid import Grid, bits, counted
from engine.ids import UserId
from engine.time.intervals import Stretch
from engine.time.span import MINUTE, Instant, Span

Windows: TypeAlias = Callable[[Instant], Outlook]
"""From the end of a window to how many candidates there are until then, and the earliest."""


class Trials(Protocol):
    """A request without candidates, and what becomes of it when it is changed; nothing of this is kept."""

    @property
    def suspects(self) -> frozenset[UserId]:
        """The required people without whom there might be a candidate; no others need change."""

    def outlook(self, changed: FindRequest, who: UserId | None = None) -> Outlook:
        """Count the candidates of a changed request; with `who`, one required person's part alone differs."""

    def windows(self, longest: FindRequest) -> Windows:
        """Lay out the longest of several windows, to be asked for shorter ones."""


class PlainTrials:
    """Trials by the plain search."""

    def __init__(self, request: FindRequest, roster: Roster) -> None:
        self.suspects = frozenset(request.session.required_ids)
        self._roster = roster

    def outlook(self, changed: FindRequest, who: UserId | None = None) -> Outlook:
        """Search the changed request."""
        found = interval_search.candidates(changed, self._roster.people(changed))
        return Outlook(len(found), next(iter(found), None))

    def windows(self, longest: FindRequest) -> Windows:
        """Search each window."""
        start = longest.window.start
        return lambda end: self.outlook(replace(longest, window=Span(start, end)))


class BitTrials:
    """Trials by bits: what all but one person block follows from counts that are kept."""

    def __init__(self, request: FindRequest, roster: Roster) -> None:
        self._request, self._roster = request, roster
        self._plain = PlainTrials(request, roster)
        self._others: _Others | None = None
        self.suspects = self._plain.suspects
        grid, reach = request.grid, reach_of(request)
        if grid is not None and reach[0] <= reach[1]:
            sets = sets_of(request, grid, roster.people(request))
            self._others = _Others(sets, grid, reach)
            places = range(len(request.session.required_ids))
            suspected = [place for place in places if self._others.leave_anything_open(place)]
            self.suspects = frozenset(request.session.required_ids[place] for place in suspected)

    def outlook(self, changed: FindRequest, who: UserId | None = None) -> Outlook:
        """Put one person's part in the place of what it was, or search the changed request."""
        grid = changed.grid
        if grid is None:
            return self._plain.outlook(changed)
        if who is None or self._others is None:
            reach = reach_of(changed)
            return found_among(sets_of(changed, grid, self._roster.people(changed)), grid, reach).outlook()
        place = self._request.session.required_ids.index(who)
        if who not in changed.session.required_ids:
            return self._others.with_another(place, None).outlook()
        person = self._roster.person(changed, who)
        return self._others.with_another(place, person_blocked(person, changed.duration, grid)).outlook()

    def windows(self, longest: FindRequest) -> Windows:
        """Lay everything on the grid of the longest."""
        grid = longest.grid
        if grid is None:
            return self._plain.windows(longest)
        sets, (first, _) = sets_of(longest, grid, self._roster.people(longest)), reach_of(longest)
        return lambda end: found_among(sets, grid, (first, end - longest.duration)).outlook()


class _Others:
    """What several things block but for one of them: bits that are set once, and more than once."""

    def __init__(self, sets: Sequence[Blocked], grid: Grid, reach: Stretch) -> None:
        self._sets, self._grid, self._reach = sets, grid, reach
        self._points = _Counts([one.points for one in sets])
        self._on_lattice = all(one.on_lattice for one in sets) and not (reach[0] - grid.origin) % grid.stride
        self._minutes: tuple[_Counts, _Counts, int] | None = None

    def leave_anything_open(self, place: int) -> bool:
        """Whether some start may be free without the thing at one place."""
        (first, last), grid = self._reach, self._grid
        if grid.points(first, last) & ~self._points.without(place):
            return True
        if self._on_lattice:
            return False
        minutes = bits((first - grid.origin) // MINUTE, (last - grid.origin) // MINUTE + 1)
        return bool(minutes & ~self._counted_minutes()[1].without(place))

    def with_another(self, place: int, other: Blocked | None) -> Candidates:
        """Search with something else, or nothing, in the place of one thing."""
        sets = [one for at, one in enumerate(self._sets) if at != place]
        points = self._points.without(place)
        if other is not None:
            sets.append(other)
            points |= other.points
        free = self._grid.points(*self._reach) & ~points
        return Candidates(self._grid, free, self._reach, self._look(place, other, sets))

    def _look(self, place: int, other: Blocked | None, sets: Sequence[Blocked]) -> LookBetween:
        if self._on_lattice and (other is None or other.on_lattice):
            return partial(off_lattice_starts, sets, self._grid)
        heads, full, cuts = self._counted_minutes()
        own = Minutes(0, 0) if other is None else other.minutes()
        others = Minutes(heads.without(place), full.without(place), cuts)
        joined = Minutes(*(one | another for one, another in zip(others, own, strict=True)))
        return partial(off_lattice_of, joined, sets, self._grid)

    def _counted_minutes(self) -> "tuple[_Counts, _Counts, int]":
        if self._minutes is None:
            each = [one.minutes() for one in self._sets]
            cuts = 0
            for minutes in each:
                cuts |= minutes.cuts
            self._minutes = _Counts([one.heads for one in each]), _Counts([one.full for one in each]), cuts
        return self._minutes


class _Counts:
    """Which bits at least one, and at least two, of several numbers set."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._once, self._twice = counted(1, numbers), counted(2, numbers)

    def without(self, place: int) -> int:
        """Give the bits that all but one of the numbers set."""
        return self._twice | self._once & ~self._numbers[place]
