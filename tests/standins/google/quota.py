"""Google's limits a minute: so many requests of the project and of each account in any sixty seconds."""

from collections import defaultdict, deque

from tests.standins.google.answers import ApiError

MINUTE = 60


class Quota:
    """Counts what was asked within the last minute; a request that is refused counts as well."""

    def __init__(self) -> None:
        self._asked: defaultdict[str, deque[float]] = defaultdict(deque)
        self.most: dict[str, int] = {}

    def spend(self, account: str, now: float, project_limit: int, account_limit: int) -> None:
        """Count a request of an account.

        Raises:
            ApiError: 403, with the reason that tells whose limit it is.
        """
        for name, limit, reason in (
            ("", project_limit, "rateLimitExceeded"),
            (account, account_limit, "userRateLimitExceeded"),
        ):
            if self._within(name, now) > limit:
                raise ApiError(403, reason, "Quota exceeded for quota metric", domain="usageLimits")

    def _within(self, name: str, now: float) -> int:
        asked = self._asked[name]
        asked.append(now)
        while asked[0] <= now - MINUTE:
            asked.popleft()
        self.most[name] = max(self.most.get(name, 0), len(asked))
        return len(asked)
