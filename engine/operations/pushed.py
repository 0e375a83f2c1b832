"""How far a provider is believed to tell of changes, and when a connector is read for a notice of it.

Both stand with the connector's account, so that whichever daemon reads it knows what any of them heard.
"""

from dataclasses import replace

from engine.model.calendar import CalendarAccount
from engine.time.span import Instant

DEBOUNCE = 5
"""Seconds in which a connector is read once, however often it is pushed."""


def heard(account: CalendarAccount, now: Instant) -> CalendarAccount | None:
    """Give the account after a notice, to be read for it at its new `heard`; None where that is settled."""
    before = account.heard
    if now < before <= now + DEBOUNCE:
        return None
    lately = now - DEBOUNCE < before <= now
    return replace(account, heard=before + DEBOUNCE if lately else now, missed=False)


def has_missed(account: CalendarAccount, now: Instant) -> bool:
    """Tell whether a change that was met just now should have been told of since the last good read."""
    return not (account.last_success or 0) <= account.heard <= now + DEBOUNCE
