"""Which booking of a session a span belongs to."""

from engine.model.booking import Booking, BookingState

NOT_BEGUN = (BookingState.DRAFT, BookingState.PROPOSED, BookingState.ACCEPTED)
"""States in which a booking still has the epoch of the one before it."""


def epoch_of(booking: Booking | None) -> int:
    """Give the epoch that is being booked, or will be once a time is accepted."""
    if booking is None:
        return 1
    return booking.epoch + 1 if booking.state in NOT_BEGUN else booking.epoch
