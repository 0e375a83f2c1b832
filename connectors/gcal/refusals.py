"""What a status of Google's means: the one place where answers become errors (GG14, GG19).

Reasons decide, not codes: 403 may be a rate to slow down to, a write limit of hours, or a real no
(https://developers.google.com/workspace/calendar/api/guides/errors).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.web.retry_after import asked_seconds, http_date
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)

UNDATED = 1 << 40
"""What stands for the time of an answer that names none: no date lies after it."""
PROJECT_RATE = frozenset({"rateLimitExceeded"})
ACCOUNT_RATE = frozenset({"userRateLimitExceeded"})
DAILY = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg"})
QUOTA = frozenset({"quotaExceeded"})
SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
WRITE_LIMIT_WORDS = "usage limits"


class TokenTooOldError(SourceError):
    """The sync token is no longer accepted (410): only a whole read helps (GG6)."""


class WriteLimitError(SourceUnavailableError):
    """The account has written too much for some hours; reading goes on (GG14)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success: its status, reason and words, and how long to wait where it says so."""

    status: int
    reason: str
    message: str
    retry_after: int | None = None


def read_refusal(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Read an error answer; a body that is not Google's leaves only the status."""
    wait = headers.get("retry-after", "")
    retry_after = asked_seconds(wait, http_date(headers.get("date", "")) or UNDATED)
    try:
        error = json.loads(body)["error"]
        reason = next((str(one.get("reason", "")) for one in error.get("errors", ())), "")
        return Refusal(status, reason, str(error.get("message", "")), retry_after)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Refusal(status, "", "", retry_after)


def is_rate(refusal: Refusal) -> bool:
    """Whether an answer asks to be asked less: a minute's, a day's or another quota is spent."""
    limits = PROJECT_RATE | ACCOUNT_RATE | DAILY | QUOTA
    return refusal.status == 429 or (refusal.status == 403 and refusal.reason in limits)


def is_write_limit(refusal: Refusal) -> bool:
    """Whether an account has written too much for some hours."""
    quota = refusal.status == 403 and refusal.reason in QUOTA
    return quota and WRITE_LIMIT_WORDS in refusal.message


def read_error(refusal: Refusal, place: str) -> SourceError:
    """Say what an error answer to a read means."""
    if refusal.status == 410:
        return TokenTooOldError(f"{place}: the sync token is too old", "The calendar is read whole")
    common = _common(refusal, place)
    if common is not None:
        return common
    if refusal.status == 404:
        return SourceUnavailableError(
            f"{place} is not there, or not shared with this account", "Compare with gatherly calendars"
        )
    return SourceUnavailableError(f"{place}: {_said(refusal)}", "Trying again may help")


def write_error(refusal: Refusal, place: str) -> SourceError:
    """Say what an error answer to a write means; 5xx may have been applied all the same."""
    if refusal.status in (409, 410, 412):
        return WriteConflictError(f"{place}: {_said(refusal)}", "It is looked up by id")
    if refusal.status >= 500:
        return WriteAmbiguousError(f"{place}: {_said(refusal)}", "It is looked up by id")
    if is_write_limit(refusal):
        return WriteLimitError(
            f"{place}: Google limits this account's writes for some hours",
            "Writes wait; reading goes on",
            retry_after=refusal.retry_after,
        )
    common = _common(refusal, place)
    if common is not None:
        return common
    return WriteRefusedError(
        f"{place}: {_said(refusal)}",
        "Give the account the right to write there, or choose another calendar",
        code=refusal.reason or str(refusal.status),
    )


def _common(refusal: Refusal, place: str) -> SourceError | None:
    if refusal.status == 401:
        return SourceExpiredError(f"{place}: Google no longer accepts the access token", "Connect it again")
    if refusal.status == 403 and refusal.reason in SCOPE:
        return SourceExpiredError(
            f"{place}: the grant lacks a scope", "Connect it again and leave every box ticked"
        )
    if refusal.status == 403 and refusal.reason in SWITCHED_OFF:
        return SourceUnavailableError(
            f"{place}: the Google Calendar API is switched off in the client's project",
            "Enable it in Google's console",
        )
    waits = is_rate(refusal) or (refusal.status >= 500 and refusal.retry_after is not None)
    if not waits:
        return None
    return SourceUnavailableError(
        f"{place}: {_said(refusal)}", "Waiting helps", retry_after=refusal.retry_after
    )


def _said(refusal: Refusal) -> str:
    words = f"{refusal.message[:200]} ({refusal.reason})" if refusal.reason else refusal.message[:200]
    return f"Google answered {refusal.status}" + (f": {words}" if words else "")
