"""How an account stands after a read, and when it is read again: ever later while it fails."""

from collections.abc import Iterable
from dataclasses import replace

from engine.errors import GatherlyError, HeldBackError, SourceExpiredError, SourceUnavailableError
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.text.plain_text import one_line
from engine.time.span import HOUR, MINUTE, Instant

LONGEST_BACKOFF = HOUR
EXPIRED_PROBE = HOUR
"""An expired grant is tried this seldom: hammering it helps nobody."""


def first_failure(errors: Iterable[GatherlyError]) -> GatherlyError | None:
    """Give the first that is more than a pause."""
    return next((one for one in errors if not isinstance(one, HeldBackError)), None)


def succeeded(account: CalendarAccount, now: Instant, wait: int) -> CalendarAccount:
    """Give the account as it stands after a read that went well, to be read again in so many seconds."""
    return replace(
        account,
        state=ConnectorState.OK,
        last_success=now,
        last_error=None,
        failures=0,
        held_back=None,
        next_run=now + max(1, wait),
    )


def failed(
    account: CalendarAccount, error: GatherlyError, now: Instant, every: int, fraction: float
) -> CalendarAccount:
    """Give it after one that failed; `every` is how often it is read, `fraction` spreads the tries."""
    failures = account.failures + 1
    expired = isinstance(error, SourceExpiredError)
    ceiling = min(LONGEST_BACKOFF, max(MINUTE, every // 5) * 2 ** min(failures - 1, 10))
    asked = error.retry_after if isinstance(error, SourceUnavailableError) else None
    wait = EXPIRED_PROBE if expired else max(1, (asked or 0) + int(ceiling * fraction))
    return replace(
        account,
        state=ConnectorState.EXPIRED if expired else ConnectorState.ERROR,
        last_error=one_line(str(error)),
        failures=failures,
        held_back=None,
        next_run=now + wait,
    )


def held_back(account: CalendarAccount, held: GatherlyError, now: Instant) -> CalendarAccount:
    """Give the account as it was, to be read once the pause is over: nobody was asked, nothing has failed."""
    wait = held.retry_after if isinstance(held, SourceUnavailableError) else None
    return replace(account, held_back=held.what, next_run=now + max(1, wait or 0))
