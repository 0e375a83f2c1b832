"""What was rejected is not proposed again: other times first, then at least other starts."""

from collections.abc import Sequence

from engine.find.request import FindRequest
from engine.time.span import Instant


def not_rejected(request: FindRequest, starts: Sequence[Instant]) -> Sequence[Instant]:
    """Keep candidates that overlap no rejected slot; where all do, those that begin at another moment."""
    rejected = [slot.span for slot in request.session.rejected_slots]
    if not rejected:
        return starts
    length = request.duration
    apart = [
        start
        for start in starts
        if not any(start < span.end and span.start < start + length for span in rejected)
    ]
    taken = {span.start for span in rejected}
    return apart or [start for start in starts if start not in taken]
