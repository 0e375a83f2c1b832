"""How the stand-in goes wrong: by script, the n-th call of an operation, or always."""

from collections import defaultdict, deque
from enum import StrEnum

from tests.standins.outlook.refusals import GraphError

RETRY_AFTER = 7
_ERRORS, _LIMITS = "concepts/errors.md", "concepts/throttling-limits.md"


class Fault(StrEnum):
    """What goes wrong with one request."""

    NONE = "none"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    UNAUTHORIZED = "unauthorized"
    NO_MAILBOX = "no_mailbox"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    TRUNCATED = "truncated"
    HTML = "html"
    TWICE = "twice"


ANSWERS = {
    Fault.THROTTLED: GraphError(
        429,
        "ApplicationThrottled",
        "Application is over its MailboxConcurrency limit.",
        _LIMITS,
        retry_after=RETRY_AFTER,
    ),
    Fault.UNAVAILABLE: GraphError(
        503, "serviceNotAvailable", "The service is unavailable.", _ERRORS, retry_after=RETRY_AFTER
    ),
    Fault.TIMEOUT: GraphError(504, "UnknownError", "", _ERRORS),
    Fault.FORBIDDEN: GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.", _ERRORS
    ),
    Fault.UNAUTHORIZED: GraphError(
        401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.", _ERRORS
    ),
    Fault.NO_MAILBOX: GraphError(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        _ERRORS,
    ),
    Fault.ERROR_BEFORE: GraphError(500, "InternalServerError", "An internal error occurred.", _ERRORS),
    Fault.ERROR_AFTER: GraphError(500, "InternalServerError", "An internal error occurred.", _ERRORS),
}
"""Faults that are an error answer; all but ERROR_AFTER change nothing."""


class Faults:
    """Decides request by request; `*` is any operation."""

    def __init__(self) -> None:
        self._script: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}

    def then(self, operation: str, *faults: Fault) -> None:
        """Let the next calls of an operation meet these."""
        self._script[operation].extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Let every call of an operation meet this, until it is NONE."""
        self._always[operation] = fault

    def next(self, operation: str) -> Fault:
        """Give what goes wrong with this request."""
        for name in (operation, "*"):
            if self._script[name]:
                return self._script[name].popleft()
            if self._always.get(name, Fault.NONE) is not Fault.NONE:
                return self._always[name]
        return Fault.NONE
