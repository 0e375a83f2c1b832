"""A grant kept in memory, for tests of connectors that need one but no store."""

import threading
from dataclasses import replace

from engine.errors import SourceExpiredError
from engine.ids import ConnectorName, UserId
from engine.model.operations import Grant, GrantStatus
from engine.ports import Exchange


class HeldGrant:
    """`engine.ports.GrantKeeper` for one process."""

    def __init__(self, refresh: str | None, access: str | None = None, expires: int = 0) -> None:
        self._lock = threading.Lock()
        self.exchanges = 0
        self._grant = None
        if refresh is not None:
            self._grant = Grant(
                connector=ConnectorName("under-test"),
                user_id=UserId("alice"),
                provider="google",
                access_token=access,
                refresh_token=refresh,
                token_expires_at=expires,
                status=GrantStatus.CONNECTED,
                created_at=0,
                updated_at=0,
            )

    def grant(self) -> Grant | None:
        return self._grant

    def is_due(self) -> bool:
        return self._grant is not None and self._grant.access_token is None

    def renewed(self, spent: str | None, exchange: Exchange) -> Grant:
        with self._lock:
            if self._grant is None:
                raise SourceExpiredError("Nobody has connected it yet", "Run gatherly connect")
            if self._grant.access_token not in (None, spent):
                return self._grant
            self.exchanges += 1
            tokens = exchange(self._grant)
            self._grant = replace(
                self._grant,
                access_token=tokens.access_token,
                refresh_token=tokens.refresh_token or self._grant.refresh_token,
                token_expires_at=tokens.expires_at,
                scope=tokens.scope,
            )
            return self._grant
