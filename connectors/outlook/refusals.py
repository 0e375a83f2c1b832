"""What a status of Graph's means: the one place where its answers become errors.

https://learn.microsoft.com/graph/errors; codes decide where a status has several meanings.
"""

import json
from dataclasses import dataclass

from connectors.web.answer import Answer
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)

RESYNC = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid", "fullsyncrequired"})
THROTTLED = frozenset({429, 503, 504, 509})
NO_MAILBOX = frozenset({"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi", "errorinvaliduser"})
GONE = frozenset({404, 410})
LONGEST_REFUSAL = 1 << 16
LONGEST_WORDS = 200


class TokenTooOldError(SourceError):
    """The state of a delta is no longer known: only a whole read helps."""


class NotThereError(SourceUnavailableError):
    """What is asked for is not there, or not shared with the account (404)."""


class AlreadyThereError(SourceUnavailableError):
    """What is to be opened is open (409)."""


class NotAllowedThereError(SourceUnavailableError):
    """The account or the app may not do that (403)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success: its status, code and words, and how long to wait where it says so."""

    status: int
    code: str
    message: str
    retry_after: int | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it asks to be asked less, or later."""
        return self.status == 429 or (self.status in THROTTLED and self.retry_after is not None)


def read_refusal(answer: Answer) -> Refusal:
    """Read an error answer; a body that is not Graph's leaves only the status."""
    try:
        if len(answer.body) > LONGEST_REFUSAL:
            raise ValueError(len(answer.body))
        error = json.loads(answer.body)["error"]
        code, message = str(error.get("code", "")), str(error.get("message", ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        code = message = ""
    return Refusal(answer.status, code[:LONGEST_WORDS], message[:LONGEST_WORDS], answer.retry_after)


def read_error(refusal: Refusal, place: str) -> SourceError:
    """Say what an error answer to a read means."""
    if refusal.status == 410 or refusal.code.lower() in RESYNC:
        return TokenTooOldError(f"{place}: the sync state is too old", "The calendar is read whole")
    common = _common(refusal, place)
    if common is not None:
        return common
    if refusal.status == 404:
        return NotThereError(
            f"{place}: {said(refusal)}; it is not there, or not shared with this account",
            "Compare with gatherly calendars",
        )
    kind = AlreadyThereError if refusal.status == 409 else SourceUnavailableError
    return kind(f"{place}: {said(refusal)}", "Trying again may help")


def write_error(refusal: Refusal, place: str) -> SourceError:
    """Say what an error answer to a write means; 5xx may have been applied all the same."""
    if refusal.status in (409, 412):
        return WriteConflictError(f"{place}: {said(refusal)}", "It is looked up by its mark")
    if refusal.status >= 500:
        return WriteAmbiguousError(f"{place}: {said(refusal)}", "It is looked up by its mark")
    common = _common(refusal, place)
    if isinstance(common, SourceExpiredError) or (common is not None and refusal.is_rate):
        return common
    return WriteRefusedError(
        f"{place}: {said(refusal)}",
        "Give the account the right to write there, or choose another calendar",
        code=refusal.code or str(refusal.status),
    )


def _common(refusal: Refusal, place: str) -> SourceError | None:
    code = refusal.code.lower()
    if refusal.status == 401:
        return SourceExpiredError(
            f"{place}: Microsoft no longer accepts the access token", "Connect it again"
        )
    if refusal.status == 403:
        return NotAllowedThereError(
            f"{place}: permission refused ({said(refusal)})",
            "Let an administrator grant the app its calendar permission, or have the calendar shared",
        )
    if code in NO_MAILBOX:
        return SourceUnavailableError(
            f"{place}: the account has no mailbox in Exchange Online",
            "Give it one, or look at mailbox: the address has to be the mailbox's own",
        )
    if refusal.is_rate:
        return SourceUnavailableError(
            f"{place}: throttled, {said(refusal)}", "Waiting helps", retry_after=refusal.retry_after
        )
    return None


def said(refusal: Refusal) -> str:
    """Give Graph's words."""
    words = f"{refusal.message} ({refusal.code})" if refusal.code else refusal.message
    return f"Graph answered {refusal.status}" + (f": {words}" if words else "")
