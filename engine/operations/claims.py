"""Who reads a connector: one daemon at a time, by a claim in the store's time that is renewed while it reads.

A stamp that lies further ahead than it was ever set is not believed: a clock was set back since.
"""

from dataclasses import replace

from engine.booking.timing import SKEW
from engine.model.calendar import CalendarAccount
from engine.time.span import MINUTE, Instant

CLAIM = 45
"""Seconds after which the claim of a daemon that died is free; work is taken over within a minute."""
RENEWED_EVERY = 15
"""Seconds between two renewals: two may fail."""
LONGEST_CLAIM = MINUTE


def is_claimed(account: CalendarAccount, now: Instant) -> bool:
    """Tell whether somebody reads it now."""
    return account.claimed_by is not None and now < account.claimed_until <= now + LONGEST_CLAIM


def is_due(account: CalendarAccount, now: Instant) -> bool:
    """Tell whether its time to be read has come and nobody reads it.

    One that was read at a time that is yet to come is due, too: the clock was set back meanwhile.
    """
    ahead = account.last_attempt is not None and account.last_attempt > now + SKEW
    return (account.next_run <= now or ahead) and not is_claimed(account, now)


def claimed(account: CalendarAccount, owner: str, now: Instant) -> CalendarAccount:
    """Give the account as it stands while one daemon reads it."""
    return replace(account, last_attempt=now, claimed_by=owner, claimed_until=now + CLAIM)


def freed(account: CalendarAccount) -> CalendarAccount:
    """Give the account as nobody's."""
    return replace(account, claimed_by=None, claimed_until=0)
