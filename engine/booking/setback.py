"""A clock that was set back: what was due in a minute is not to wait until the old time comes again."""

from dataclasses import replace

from engine.booking.case import Case
from engine.booking.timing import SKEW


def righted(case: Case) -> Case:
    """Give a booking whose state was entered at a time that is yet to come as if that were now.

    What was left of each wait stays: a quarantine is neither cut short nor prolonged.
    """
    ahead = case.booking.since - case.now
    if case.booking.version == 0 or ahead <= SKEW:
        return case
    booking = replace(
        case.booking,
        since=case.now,
        next_at=case.booking.next_at - ahead,
        lease_owner=None,
        lease_until=0,
    )
    effects = tuple(
        replace(each, next_at=each.next_at - ahead) if each.next_at > case.now else each
        for each in case.effects
    )
    return replace(case, booking=booking, effects=effects)
