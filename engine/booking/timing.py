"""How long things may take: leases, deadlines and back-offs, all in seconds."""

from collections.abc import Mapping

from engine.model.booking import BookingState
from engine.time.span import DAY, HOUR, MINUTE, Instant

LEASE = 60
"""How long a worker owns a booking without saying so again."""
CALL_DEADLINE = 20
"""After this long a remote call is given up, connecting and reading included."""
LEASE_LEFT = 25
"""So much of the lease is left before each remote call."""
SKEW = 10
"""How far the clocks of two machines may differ."""
QUARANTINE = LEASE + CALL_DEADLINE + SKEW
"""After an undo: how long a write that was under way could still land."""
FRESH = 30
"""A write follows a busy check that is at most this old."""
WRITE_DEADLINE = 10 * MINUTE
"""So long is a write tried before everything is undone."""
LONG_PAUSE = 5 * MINUTE
"""A pause of writes that is longer than this is waited out before any calendar is written to."""
UNDO_DEADLINE = DAY
"""So long is an undo tried before it is called stuck."""
REFUSALS_BEFORE_STUCK = 10
"""A provider that says definitely no to a deletion this often is not asked in short intervals any more."""
VERIFY_DEADLINE = HOUR
"""So long is a booking that was written everywhere read back before it is called stuck."""
STUCK_RETRY = HOUR
UNKNOWN_RETRY = 10
"""How soon unknown busy times are asked for again."""
UNKNOWN_DEADLINE = 2 * MINUTE
"""So long are unknown busy times waited for before the slot is given back."""
READ_AGAIN = 2
"""A copy that is not there right after its write is looked for again this much later."""

_SHORT = 15
_LONG = 4 * MINUTE
_PATIENCE = 15 * MINUTE


def backoff(attempts: int, waited: int, asked: int | None = None) -> int:
    """Tell how long to wait after so many attempts and so long a time, at least what the provider asked for.

    Short for the first quarter of an hour, so that a passing fault costs half a minute at most.
    """
    longest = _SHORT if waited < _PATIENCE else _LONG
    return max(asked or 0, min(1 << min(attempts, 10), longest))


def as_long_again(attempts: int, waited: int, asked: int | None = None) -> int:
    """Tell how long to wait where no attempts are counted: about as long as was waited by now."""
    return backoff(max(attempts, waited.bit_length()), waited, asked)


def lease_is_live(lease_until: Instant, now: Instant) -> bool:
    """Tell whether somebody may still be at work; one that is longer than any was given by another clock."""
    return now < lease_until <= now + LEASE + SKEW


S = BookingState
LIMITS: Mapping[BookingState, int] = {
    S.ACCEPTED: UNKNOWN_DEADLINE,
    S.HELD: UNKNOWN_DEADLINE,
    S.PREPARED: UNKNOWN_DEADLINE,
    S.WRITING: WRITE_DEADLINE,
    S.VERIFYING: VERIFY_DEADLINE,
    S.UNDOING: UNDO_DEADLINE,
    S.QUARANTINE: UNDO_DEADLINE + QUARANTINE,
    S.RELEASING: UNKNOWN_DEADLINE,
}
"""How long a booking may be in a state, from when it first entered it; where it is stuck it stays, shown."""
ATTENDED_SHARE = 6
"""One time in which nobody comes to what is due counts for at most one such part of a state's limit."""


def most_unattended(state: BookingState) -> int:
    """Tell how much of one time in which nobody came counts against a state's limit."""
    return LIMITS[state] // ATTENDED_SHARE
