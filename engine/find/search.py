"""The search: from a request to its answer, and the question whether one exact start will do."""

from engine.find.answer import BlockCode, Blocker, FindAnswer
from engine.find.backends import Backend, Bitmaps
from engine.find.barriers import barriers
from engine.find.failures import failure
from engine.find.people import Roster
from engine.find.request import FindRequest
from engine.model.session import SessionStatus
from engine.time.intervals import holds
from engine.time.span import Instant


def find(request: FindRequest, backend: Backend | None = None) -> FindAnswer:
    """Propose times, or say why there are none and what would help.

    Give one `Bitmaps` to many searches: what it works out of people is kept while they stand.
    """
    backend = backend or Bitmaps()
    proposed = backend.proposals(request)
    if not proposed:
        return FindAnswer(SessionStatus.FAILED, (), failure=failure(request, backend))
    starts = tuple(backend.candidates(request)) if request.all_starts else ()
    return FindAnswer(SessionStatus.PENDING, proposed, starts)


def bookable(request: FindRequest, start: Instant, roster: Roster | None = None) -> tuple[Blocker, ...]:
    """Say what stands against one exact start now; nothing = it can be offered and booked.

    The same barriers as in a search decide; the lattice, on which offers lie, is not asked for.
    """
    if start not in request.starts_window:
        return (Blocker(BlockCode.OUTSIDE_WINDOW, None),)
    people = (roster or Roster()).people(request)
    found = barriers(request, (start, start + 1), people)
    return tuple(Blocker(barrier.code, barrier.user) for barrier in found if holds(barrier.starts, start))
