"""The two back ends behind one interface: the plain sweep, and the bitmaps that are held to it."""

from collections.abc import Sequence
from typing import Protocol

from engine.find import bitmaps, interval_search
from engine.find.choice.on_grid import chosen_on_grid
from engine.find.choice.ranked import chosen
from engine.find.people import Roster
from engine.find.proposals import setting, slots
from engine.find.ranking import Ranking
from engine.find.rejection import not_rejected
from engine.find.request import FindRequest
from engine.find.trials import BitTrials, PlainTrials, Trials
from engine.find.weights import FixedWeights
from engine.model.session import TimeSlot
from engine.time.span import Instant


class Backend(Protocol):
    """Something that searches. It may keep what it works out of people (`FindRequest`)."""

    ranking: Ranking
    """What orders proposals where a request names none."""

    @property
    def roster(self) -> Roster:
        """Everybody it knows."""

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first; none where there is no candidate."""

    def trials(self, request: FindRequest) -> Trials:
        """Try what would help where a request has no candidate; this back end stays as it is."""


class IntervalSearch:
    """The oracle: sorted intervals, every candidate ranked."""

    def __init__(self, ranking: Ranking | None = None, roster: Roster | None = None) -> None:
        self.ranking: Ranking = ranking or FixedWeights()
        self.roster = roster or Roster()

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""
        return interval_search.candidates(request, self.roster.people(request))

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first."""
        people = self.roster.people(request)
        scene = setting(request, people, request.ranking or self.ranking)
        return slots(scene, chosen(scene, not_rejected(request, interval_search.candidates(request, people))))

    def trials(self, request: FindRequest) -> Trials:
        """Try what would help where a request has no candidate."""
        return PlainTrials(request, self.roster.aside())


class Bitmaps:
    """The fast back end: one bit a lattice point; keep one and ask it often."""

    def __init__(self, ranking: Ranking | None = None, roster: Roster | None = None) -> None:
        self.ranking: Ranking = ranking or FixedWeights()
        self.roster = roster or Roster()

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""
        return bitmaps.candidates(request, self.roster.people(request))

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first."""
        if request.session.rejected_slots:
            return IntervalSearch(self.ranking, self.roster).proposals(request)
        people = self.roster.people(request)
        found = bitmaps.on_grid(request, people)
        if found is None:
            return IntervalSearch(self.ranking, self.roster).proposals(request)
        if not found.points and not found.between():
            return ()
        scene = setting(request, people, request.ranking or self.ranking)
        return slots(scene, chosen_on_grid(scene, found))

    def trials(self, request: FindRequest) -> Trials:
        """Try what would help where a request has no candidate."""
        return BitTrials(request, self.roster.aside())
