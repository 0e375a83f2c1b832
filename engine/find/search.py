"""The search: from a request to its answer, and the question whether one exact start will do."""

from dataclasses import replace

from engine.find.answer import BlockCode, Blocker, FindAnswer
from engine.find.backends import Backend, Bitmaps
from engine.find.barriers import barriers
from engine.find.failures import failure
from engine.find.people import Roster
from engine.find.request import FindRequest
from engine.find.series.search import find_series
from engine.model.session import SessionStatus, TimeSlot
from engine.time.intervals import holds
from engine.time.span import Instant, Span


def find(request: FindRequest, backend: Backend | None = None) -> FindAnswer:
    """Propose times, or say why there are none and what would help.

    Give one `Bitmaps` to many searches: what it works out of people is kept while they stand.
    """
    backend = backend or Bitmaps()
    if request.session.recurrence is not None:
        return find_series(request, backend)
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


def against(request: FindRequest, slot: TimeSlot, roster: Roster | None = None) -> tuple[Blocker, ...]:
    """Say what stands now against a slot on offer: against any of its occurrences, where it is a series."""
    if not slot.occurrences:
        return bookable(request, slot.start, roster)
    spans = slot.known_spans
    if min((slot.start, *(span.start for span in spans))) < request.window.start:
        return (Blocker(BlockCode.OUTSIDE_WINDOW, None),)  # it has begun, or would too soon
    last = max((slot.end, *(span.end for span in spans)))
    wide = replace(request, window=Span(request.window.start, max(request.window.end, last)))
    found = (one for span in spans for one in bookable(wide, span.start, roster))
    return tuple(dict.fromkeys(found))
