"""How the stand-in goes wrong: by script, the n-th call of a method, or at a rate from a seed."""

import random
from collections import defaultdict, deque
from collections.abc import Sequence
from enum import StrEnum

from tests.standins.google.answers import ApiError


class Fault(StrEnum):
    """What goes wrong with one request."""

    NONE = "none"
    RATE = "rate"
    USER_RATE = "user_rate"
    DAILY_QUOTA = "daily_quota"
    WRITE_LIMIT = "write_limit"
    FORBIDDEN = "forbidden"
    UNAUTHORIZED = "unauthorized"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    TRUNCATED = "truncated"
    HTML = "html"
    TWICE = "twice"
    STALLED = "stalled"


RETRY_AFTER = 7

_USAGE = "usageLimits"
ANSWERS = {
    Fault.RATE: ApiError(403, "rateLimitExceeded", "Rate Limit Exceeded", domain=_USAGE),
    Fault.USER_RATE: ApiError(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain=_USAGE),
    Fault.DAILY_QUOTA: ApiError(403, "dailyLimitExceeded", "Daily Limit Exceeded", domain=_USAGE),
    Fault.WRITE_LIMIT: ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.", domain=_USAGE),
    Fault.FORBIDDEN: ApiError(403, "forbidden", "Forbidden"),
    Fault.UNAUTHORIZED: ApiError(401, "authError", "Invalid Credentials"),
    Fault.TOO_MANY: ApiError(
        429, "rateLimitExceeded", "Too many requests", domain=_USAGE, retry_after=RETRY_AFTER
    ),
    Fault.UNAVAILABLE: ApiError(503, "backendError", "Backend Error", retry_after=RETRY_AFTER),
    Fault.ERROR_BEFORE: ApiError(500, "backendError", "Backend Error"),
    Fault.ERROR_AFTER: ApiError(500, "backendError", "Backend Error"),
}
"""Faults that are an error answer; all but ERROR_AFTER change nothing."""


class Faults:
    """Decides request by request; a method is named as in the document, `*` is any."""

    def __init__(self) -> None:
        self._script: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}
        self._kinds: Sequence[Fault] = ()
        self._rate = 0.0
        self._random = random.Random(0)

    def then(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method meet these."""
        self._script[method].extend(faults)

    def always(self, method: str, fault: Fault) -> None:
        """Let every call of a method meet this, until it is NONE."""
        self._always[method] = fault

    def seeded(self, seed: int, rate: float, kinds: Sequence[Fault]) -> None:
        """Let any request meet one of these at a rate; 0 stops it."""
        self._random, self._rate, self._kinds = random.Random(seed), rate, kinds

    def next(self, method: str) -> Fault:
        """Give what goes wrong with this request."""
        for name in (method, "*"):
            if self._script[name]:
                return self._script[name].popleft()
            if self._always.get(name, Fault.NONE) is not Fault.NONE:
                return self._always[name]
        if self._kinds and self._random.random() < self._rate:
            return self._random.choice(self._kinds)
        return Fault.NONE
