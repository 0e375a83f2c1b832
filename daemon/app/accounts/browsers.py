"""Browsers that are signed in: by an address that works once, then by a cookie.

Both are kept as refresh tokens are, by their keyed hashes alone, and are listed and ended like them; neither
is one: what opens pages gives no program access, and the other way round.
"""

import secrets
from dataclasses import dataclass, field, replace

from daemon.app.access import Access
from daemon.app.accounts.tokens import TokenRefusedError
from daemon.app.principal import Principal, Role
from engine.ids import UserId
from engine.model.access import RefreshToken
from engine.ports.custody import Custody
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import DAY, MINUTE

SIGN_IN_LASTS = 15 * MINUTE
BROWSER_LASTS = 30 * DAY
SECRET_BYTES = 32
LONGEST_SECRET = 100


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is signed in; `csrf` is what its forms carry."""

    principal: Principal
    csrf: str = field(repr=False)


class Browsers:
    """Signs browsers in and out; `operators` are the users whom the configuration makes operators."""

    def __init__(self, store: Store, custody: Custody, clock: Clock, operators: frozenset[UserId]) -> None:
        self._store = store
        self._custody = custody
        self._clock = clock
        self._operators = operators

    def invite(self, user: UserId) -> str:
        """Make what signs a browser in once, within 15 minutes."""
        with self._store.writing() as tx:
            return self._add(tx, user, "sign-in", "sign-in", SIGN_IN_LASTS)

    def is_invited(self, secret: str) -> bool:
        """Whether a sign-in would still work; nothing is used up."""
        with self._store.reading() as tx:
            return self._alive(tx, "sign-in", secret) is not None

    def sign_in(self, secret: str) -> str:
        """Use an invitation up; gives the cookie.

        Raises:
            TokenRefusedError: it is unknown, over, or used.
        """
        with self._store.writing() as tx:
            found = self._alive(tx, "sign-in", secret)
            if found is not None:
                tx.repositories.refresh_tokens.put(replace(found, used_at=self._clock.now()))
                return self._browser(tx, found.user_id)
        raise TokenRefusedError

    def let_in(self, user: UserId) -> str:
        """Sign a browser in for whom another has vouched; gives the cookie."""
        with self._store.writing() as tx:
            return self._browser(tx, user)

    def _browser(self, tx: Transaction, user: UserId) -> str:
        return self._add(tx, user, "browser", f"browser {secrets.token_hex(3)}", BROWSER_LASTS)

    def browser(self, cookie: str) -> Browser | None:
        """Tell who shows a cookie; None where it is none of ours, is over, or its user is gone."""
        with self._store.reading() as tx:
            found = self._alive(tx, "browser", cookie)
        if found is None:
            return None
        role = Role.OPERATOR if found.user_id in self._operators else Role.USER
        return Browser(Principal(role, found.user_id), self._digest("form", cookie))

    def sign_out(self, cookie: str) -> None:
        """End a browser's cookie."""
        with self._store.writing() as tx:
            found = self._alive(tx, "browser", cookie)
            if found is not None:
                tx.repositories.refresh_tokens.delete(found.id)

    def _alive(self, tx: Transaction, kind: str, secret: str) -> RefreshToken | None:
        if not secret or len(secret) > LONGEST_SECRET:
            return None
        found = tx.repositories.refresh_tokens.get(self._digest(kind, secret))
        good = found is not None and found.used_at is None and found.expires_at > self._clock.now()
        return found if good and found is not None and tx.users.get(found.user_id) is not None else None

    def _add(self, tx: Transaction, user: UserId, kind: str, name: str, lasts: int) -> str:
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self._clock.now()
        tx.repositories.refresh_tokens.put(
            RefreshToken(
                id=self._digest(kind, secret),
                user_id=user,
                family=secrets.token_hex(8),
                name=name,
                expires_at=now + lasts,
                created_at=now,
            )
        )
        return secret

    def _digest(self, kind: str, secret: str) -> str:
        return self._custody.identifier(f"{kind} {secret}").hex()


def browsers_of(access: Access) -> Browsers:
    """Give who signs browsers in."""
    return Browsers(access.store, access.custody, access.clock, access.configuration.settings.operators)


def sign_in_address(access: Access, user: UserId) -> str:
    """Give an address that signs a browser of somebody's in, once."""
    return f"{access.configuration.settings.api.base}/sign-in/{browsers_of(access).invite(user)}"
