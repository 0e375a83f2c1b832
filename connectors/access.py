"""Access tokens for requests: renewed early, from sealed consent or a service account's key."""

import threading
from collections.abc import Callable
from typing import Protocol

from engine.errors import SourceExpiredError
from engine.model.operations import Grant, Tokens
from engine.ports.grants import Exchange, GrantKeeper
from engine.ports.world import Clock
from engine.time.span import Instant

SPARE = 60
"""Seconds an access token has to last when a request begins."""


class Access(Protocol):
    """Gives access tokens; safe to share between threads."""

    def token(self) -> str:
        """Give one that lasts for the request to come."""

    def another(self, refused: str) -> str:
        """Give another one: the provider has refused this one."""


class GrantedAccess:
    """Tokens of somebody's consent; whoever renews it, in any process, renews it for all."""

    def __init__(self, keeper: GrantKeeper, exchange: Exchange, clock: Clock) -> None:
        self._keeper = keeper
        self._exchange = exchange
        self._clock = clock
        self._held: tuple[str, Instant] = ("", 0)

    def token(self) -> str:
        """Give the token that is held while it lasts, then the one that is kept, then a new one."""
        token, expires = self._held
        if token and expires > self._clock.now() + SPARE:
            return token
        kept = self._keeper.grant()
        if kept is not None and _lasts(kept, self._clock.now()):
            return self._hold(kept)
        return self._hold(self._keeper.renewed(None if kept is None else kept.access_token, self._exchange))

    def another(self, refused: str) -> str:
        """Give the token that somebody else has fetched meanwhile, or fetch one."""
        self._held = ("", 0)
        kept = self._keeper.grant()
        if kept is not None and kept.access_token != refused and _lasts(kept, self._clock.now()):
            return self._hold(kept)
        return self._hold(self._keeper.renewed(refused, self._exchange))

    def _hold(self, grant: Grant) -> str:
        if grant.access_token is None:
            raise SourceExpiredError("There is no access token", "Connect it again")
        self._held = (grant.access_token, grant.token_expires_at or 0)
        return grant.access_token


class ServiceAccess:
    """Tokens of a service account: nothing is kept but the key file; one exchange at a time."""

    def __init__(self, exchange: Callable[[], Tokens], clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._lock = threading.Lock()
        self._held: Tokens | None = None

    def token(self) -> str:
        """Give the token that is held while it lasts, then a new one."""
        with self._lock:
            if self._held is None or self._held.expires_at <= self._clock.now() + SPARE:
                self._held = self._exchange()
            return self._held.access_token

    def another(self, refused: str) -> str:
        """Give a new token, unless somebody has fetched one meanwhile."""
        with self._lock:
            if self._held is None or self._held.access_token == refused:
                self._held = self._exchange()
            return self._held.access_token


def renew_early(keeper: GrantKeeper | None, exchange: Exchange) -> bool:
    """Renew a grant before its token ends; tells whether it was due.

    Raises:
        SourceError: the provider no longer accepts it, or no answer came.
    """
    if keeper is None or not keeper.is_due():
        return False
    kept = keeper.grant()
    keeper.renewed(None if kept is None else kept.access_token, exchange)
    return True


class NoAccess:
    """No consent can be kept here: whoever made the connector gave it no keeper."""

    def token(self) -> str:
        """Refuse."""
        raise SourceExpiredError("The connector has no grant", "Run gatherly connect")

    def another(self, refused: str) -> str:
        """Refuse."""
        return self.token()


def _lasts(grant: Grant, now: Instant) -> bool:
    return bool(grant.access_token) and (grant.token_expires_at or 0) > now + SPARE
