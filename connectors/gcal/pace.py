"""How fast one connector asks, and what it leaves alone for a while because it was told to."""

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.gcal.refusals import LONGEST_WAIT, WriteLimitError
from engine.ports import Clock
from engine.timespan import Instant


class Pace:
    """One connector's pauses: all calls after a rate limit, writes alone after a write limit (GG14)."""

    def __init__(self, clock: Clock, name: str) -> None:
        self._clock = clock
        self._name = name
        self._writes_from: Instant = 0

    def allow(self) -> None:
        """Take part in the quota before a request."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let a write through, or refuse it without a request while the account's write limit lasts.

        Raises:
            WriteLimitError: the limit was met a while ago.
        """
        now = self._clock.now()
        if now < self._writes_from:
            raise WriteLimitError(
                f"{self._name}: Google limits this account's writes for some hours",
                "Writes wait; reading goes on",
                retry_after=self._writes_from - now,
            )
        try:
            yield
        except WriteLimitError as error:
            self._writes_from = now + min(error.retry_after or 0, LONGEST_WAIT)
            raise
