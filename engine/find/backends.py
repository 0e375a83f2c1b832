"""The two back ends behind one interface: the plain sweep, and the bitmaps that are held to it."""

from collections.abc import Sequence
from typing import Protocol

from engine.find import bitmaps, interval_search
from engine.find.answer import Outlook
from engine.find.choice import chosen, chosen_on_grid
from engine.find.people import Roster
from engine.find.proposals import setting, slots
from engine.find.ranking import Ranking
from engine.find.rejection import not_rejected
from engine.find.request import FindRequest
from engine.find.weights import FixedWeights
from engine.ids import UserId
from engine.model.session import TimeSlot
from engine.time.span import Instant


class Backend(Protocol):
    """Something that searches. It may keep what it works out of people, by identity (`FindRequest`)."""

    @property
    def roster(self) -> Roster:
        """Everybody it knows."""

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""

    def outlook(self, request: FindRequest) -> Outlook:
        """Count the candidates, and give the earliest."""

    def suspects(self, request: FindRequest) -> frozenset[UserId]:
        """Give the required people without whom there might be a candidate."""

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first; none where there is no candidate."""

    def aside(self) -> "Backend":
        """Give a back end for questions that are only tried; it leaves this one as it is."""


class IntervalSearch:
    """The oracle: sorted intervals, every candidate ranked."""

    def __init__(self, ranking: Ranking | None = None, roster: Roster | None = None) -> None:
        self.ranking: Ranking = ranking or FixedWeights()
        self.roster = roster or Roster()

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""
        return interval_search.candidates(request, self.roster.people(request))

    def outlook(self, request: FindRequest) -> Outlook:
        """Count the candidates, and give the earliest."""
        found = self.candidates(request)
        return Outlook(len(found), next(iter(found), None))

    def suspects(self, request: FindRequest) -> frozenset[UserId]:
        """Suspect everybody who must come."""
        return frozenset(request.session.required_ids)

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first."""
        people = self.roster.people(request)
        scene = setting(request, people, self.ranking)
        return slots(scene, chosen(scene, not_rejected(request, interval_search.candidates(request, people))))

    def aside(self) -> "IntervalSearch":
        """Give a sweep for questions that are only tried."""
        return IntervalSearch(self.ranking, self.roster.aside())


class Bitmaps:
    """The fast back end: one bit a lattice point; keep one and ask it often."""

    def __init__(self, ranking: Ranking | None = None, roster: Roster | None = None) -> None:
        self.ranking: Ranking = ranking or FixedWeights()
        self.roster = roster or Roster()

    def candidates(self, request: FindRequest) -> Sequence[Instant]:
        """Give every candidate, sorted."""
        return bitmaps.candidates(request, self.roster.people(request))

    def outlook(self, request: FindRequest) -> Outlook:
        """Count the candidates, and give the earliest."""
        found = bitmaps.on_grid(request, self.roster.people(request))
        return (
            IntervalSearch(self.ranking, self.roster).outlook(request) if found is None else found.outlook()
        )

    def suspects(self, request: FindRequest) -> frozenset[UserId]:
        """Give the required people without whom there might be a candidate."""
        return bitmaps.suspects(request, self.roster.people(request))

    def proposals(self, request: FindRequest) -> tuple[TimeSlot, ...]:
        """Give explained proposals, best first."""
        if request.session.rejected_slots:
            return IntervalSearch(self.ranking, self.roster).proposals(request)
        people = self.roster.people(request)
        found = bitmaps.on_grid(request, people)
        if found is None:
            return IntervalSearch(self.ranking, self.roster).proposals(request)
        if not found.points and not found.between:
            return ()
        scene = setting(request, people, self.ranking)
        return slots(scene, chosen_on_grid(scene, found))

    def aside(self) -> "Bitmaps":
        """Give bitmaps for questions that are only tried."""
        return Bitmaps(self.ranking, self.roster.aside())
