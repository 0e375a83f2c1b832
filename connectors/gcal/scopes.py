"""What gatherly asks to be allowed: the least that does; and what of it a grant lacks.

https://developers.google.com/workspace/calendar/api/auth
"""

from collections.abc import Iterable

SCOPE = "https://www.googleapis.com/auth/"
EVENTS, LISTED, BUSY = "calendar.events", "calendar.calendarlist", "calendar.freebusy"
READ_SCOPES = (f"{SCOPE}{EVENTS}.readonly", f"{SCOPE}{LISTED}.readonly", f"{SCOPE}{BUSY}")
WRITE_SCOPES = (f"{SCOPE}{EVENTS}", *READ_SCOPES[1:])
READ_ALL, ALL = f"{SCOPE}calendar.readonly", f"{SCOPE}calendar"
"""Scopes that hold others: everything to read, and everything."""


def scopes_for(can_write: bool) -> tuple[str, ...]:
    """Give the least scopes that do."""
    return WRITE_SCOPES if can_write else READ_SCOPES


def lacking(granted: Iterable[str], can_write: bool) -> list[str]:
    """Give the scopes that a grant neither holds nor holds in a wider one."""
    held = set(granted)
    return [scope for scope in scopes_for(can_write) if not held & {scope, *_wider(scope)}]


def _wider(scope: str) -> tuple[str, ...]:
    if scope == f"{SCOPE}{EVENTS}":
        return (ALL,)
    return (scope.removesuffix(".readonly"), READ_ALL, ALL)
