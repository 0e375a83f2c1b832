"""How far a provider is believed to tell of changes, and when a connector is read for a notice of it.

Both stand with the connector's account, so that whichever daemon reads it knows what any of them heard.
"""

from dataclasses import replace

from engine.model.calendar import CalendarAccount
from engine.time.span import Instant

DEBOUNCE = 5
"""Seconds in which a connector is read once, however often it is pushed."""
LATE = 10
"""Seconds until it is read again where a notice came before the lists show what it told of."""
LATEST = 160
"""Lists are waited for no longer: it is read after 10, 20, 40, 80 and 160 seconds."""


def heard(account: CalendarAccount, now: Instant) -> CalendarAccount | None:
    """Give the account after a notice, to be read for it at its new `heard`; None where that is settled."""
    before = account.heard
    if now < before <= now + DEBOUNCE:
        return None
    lately = now - DEBOUNCE < before <= now
    return replace(account, heard=before + DEBOUNCE if lately else now, missed=False)


def is_for_notice(account: CalendarAccount, now: Instant) -> bool:
    """Tell whether a read is the first after a notice, or one soon after those that brought nothing."""
    if account.heard > now + DEBOUNCE:
        return False
    last = account.last_success or 0
    soon_after = account.next_run - last <= LATEST // 2 and now - account.heard <= 2 * LATEST
    return account.heard > last or soon_after


def again_after(account: CalendarAccount, now: Instant) -> int | None:
    """Give the seconds after which to read again for a notice that brought nothing so far; None: no more."""
    age = now - account.heard
    return max(LATE, age) if is_for_notice(account, now) and age < LATEST else None


def has_missed(account: CalendarAccount, now: Instant) -> bool:
    """Tell whether a change that was met just now should have been told of since the last good read."""
    told = (account.last_success or 0) <= account.heard <= now + DEBOUNCE
    return not told and not is_for_notice(account, now)
