"""The search: from a request to its answer, and the question whether one exact start will do."""

from engine.find.answer import BlockCode, Blocker, FindAnswer
from engine.find.barriers import barriers
from engine.find.failures import failure
from engine.find.proposals import proposals
from engine.find.request import FindRequest
from engine.find.sweep import candidates
from engine.model.session import SessionStatus
from engine.stretches import holds
from engine.timespan import Instant


def find(request: FindRequest) -> FindAnswer:
    """Propose times, or say why there are none and what would help."""
    starts = candidates(request)
    if not starts:
        return FindAnswer(SessionStatus.FAILED, (), failure=failure(request, candidates))
    return FindAnswer(
        SessionStatus.PENDING,
        proposals(request, starts),
        tuple(starts) if request.all_starts else (),
    )


def bookable(request: FindRequest, start: Instant) -> tuple[Blocker, ...]:
    """Say what stands against one exact start now; nothing = it can be offered and booked.

    The same barriers as in a search decide; the lattice, on which offers lie, is not asked for.
    """
    if start not in request.starts_window:
        return (Blocker(BlockCode.OUTSIDE_WINDOW, None),)
    found = barriers(request, (start, start + 1))
    return tuple(Blocker(barrier.code, barrier.user) for barrier in found if holds(barrier.starts, start))
