"""A grant kept in memory, for tests of connectors that need one but no store."""

import threading

from engine.errors import SourceExpiredError
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.operations.grants import due_at, renewed
from engine.ports.grants import Exchange
from engine.ports.world import Clock


class HeldGrant:
    """`engine.ports.grants.GrantKeeper` for one process."""

    def __init__(self, refresh: str | None, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.exchanges = 0
        self._grant = None
        if refresh is not None:
            self._grant = Grant(
                connector=ConnectorName("under-test"),
                user_id=UserId("alice"),
                provider="google",
                refresh_token=refresh,
                status=GrantStatus.CONNECTED,
                created_at=clock.now(),
                updated_at=clock.now(),
            )

    def grant(self) -> Grant | None:
        return self._grant

    def is_due(self) -> bool:
        return self._grant is not None and due_at(self._grant) <= self._clock.now()

    def renewed(self, spent: str | None, exchange: Exchange) -> Grant:
        with self._lock:
            if self._grant is None:
                raise SourceExpiredError("Nobody has connected it yet", "Run gatherly connect")
            if self._grant.access_token not in (None, spent):
                return self._grant
            self.exchanges += 1
            tokens = exchange(self._grant)
            self._grant = renewed(self._grant, tokens, self._clock.now())
            return self._grant
