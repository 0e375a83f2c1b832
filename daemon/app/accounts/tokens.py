"""Tokens that let people's programs in: short-lived bearer tokens, and chains of refresh tokens.

A bearer token is a JWT (RFC 7519) signed by HS256 with a key drawn from the installation's own, so that it
outlives restarts and rotations. A refresh token is known by its keyed hash alone and is taken once (RFC 9700,
4.14.2): a second use ends its whole chain.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from daemon.app.principal import Principal, Role
from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.access import RefreshToken
from engine.ports.custody import Custody
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import DAY, MINUTE, Instant

ISSUER = "gatherly"
ALGORITHM = "HS256"
MOST_MINUTES = 1440
MOST_DAYS = 365
ACCESS_MINUTES = 60
REFRESH_DAYS = 30
LONGEST_NAME = 100
SECRET_BYTES = 32


class TokenRefusedError(InputError):
    """A token that is none, is over, was used, or is nobody's: told alike."""

    def __init__(self) -> None:
        super().__init__("The token is not valid", "Ask for a new one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a program gets; lengths in seconds."""

    access: str
    expires_in: int
    refresh: str


class Tokens:
    """Makes and judges tokens; `operators` are the users whom the configuration makes operators.

    `foreign` judges tokens that are not ours: it gives whose they are, or None.
    """

    def __init__(
        self,
        store: Store,
        custody: Custody,
        clock: Clock,
        operators: frozenset[UserId],
        foreign: Callable[[str], UserId | None] = lambda _: None,
    ) -> None:
        self._foreign = foreign
        self._store = store
        self._custody = custody
        self._clock = clock
        self._operators = operators
        self._key = OctKey.import_key(custody.identifier("bearer tokens"))

    def access(self, user: UserId, minutes: int = ACCESS_MINUTES, *, operator: bool = False) -> str:
        """Make a bearer token.

        Raises:
            InputError: it would live too long, or the user is no operator.
        """
        if not 1 <= minutes <= MOST_MINUTES:
            raise InputError(f"A token cannot live {minutes} minutes", f"Write 1 to {MOST_MINUTES}")
        if operator and user not in self._operators:
            raise InputError(f"{user} is no operator", "Write operator = true in their table")
        now = self._clock.now()
        claims = {
            "iss": ISSUER,
            "aud": self._store.install,
            "sub": user,
            "iat": now,
            "nbf": now,
            "exp": now + minutes * MINUTE,
            "jti": secrets.token_urlsafe(12),
            **({"operator": True} if operator else {}),
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM])

    def principal(self, token: str) -> Principal:
        """Tell who shows a bearer token.

        Raises:
            TokenRefusedError: it is not ours, is over or not yet good, or its user is gone.
        """
        theirs = self._foreign(token)
        if theirs is not None:
            return Principal(Role.USER, theirs)
        claims = self._claims(token)
        user = UserId(str(claims["sub"]))
        with self._store.reading() as tx:
            if tx.users.get(user) is None:
                raise TokenRefusedError
        as_operator = claims.get("operator") is True and user in self._operators
        return Principal(Role.OPERATOR if as_operator else Role.USER, user)

    def _claims(self, token: str) -> dict[str, Any]:
        now = self._clock.now()
        checks = jwt.JWTClaimsRegistry(
            now=now,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self._store.install},
            sub={"essential": True},
            exp={"essential": True},
            nbf={"essential": True},
            jti={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            checks.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefusedError from error
        return claims

    def refresh(self, user: UserId, name: str, days: int = REFRESH_DAYS) -> str:
        """Begin a chain under a name; gives its first refresh token.

        Raises:
            InputError: it would live too long, or the name is empty, too long or in use.
        """
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"A refresh token cannot live {days} days", f"Write 1 to {MOST_DAYS}")
        if not name.strip() or len(name) > LONGEST_NAME:
            raise InputError("A refresh token needs a name", f"Write 1 to {LONGEST_NAME} characters")
        now = self._clock.now()
        with self._store.writing() as tx:
            if any(one.name == name for one in _alive(tx, user, now)):
                raise InputError(f"{user} has a refresh token {name!r}", "Revoke it, or take another name")
            return self._add(tx, user, secrets.token_hex(8), name, now + days * DAY)

    def exchange(self, token: str) -> Granted:
        """Take a refresh token for an access token and the next of its chain.

        Raises:
            TokenRefusedError: it is unknown, over or used; one that is used a second time ends its chain.
        """
        now = self._clock.now()
        with self._store.writing() as tx:
            found = tx.repositories.refresh_tokens.get(self._digest(token))
            if found is not None and found.used_at is not None:
                _end(tx, tx.repositories.refresh_tokens.of_family(found.family))
            good = found is not None and found.used_at is None and found.expires_at > now
            if good and found is not None and tx.users.get(found.user_id) is not None:
                tx.repositories.refresh_tokens.put(replace(found, used_at=now))
                fresh = self._add(tx, found.user_id, found.family, found.name, found.expires_at)
                return Granted(
                    access=self.access(found.user_id), expires_in=ACCESS_MINUTES * MINUTE, refresh=fresh
                )
        raise TokenRefusedError

    def listed(self, user: UserId) -> Sequence[RefreshToken]:
        """Give the refresh tokens that are in use, oldest first; none of them tells its secret."""
        with self._store.reading() as tx:
            return _alive(tx, user, self._clock.now())

    def revoke(self, user: UserId, name: str) -> None:
        """End a chain.

        Raises:
            UnknownThingError: the user has none of that name.
        """
        with self._store.writing() as tx:
            found = [one for one in tx.repositories.refresh_tokens.of_user(user) if one.name == name]
            if not found:
                raise UnknownThingError(f"{user} has no refresh token {name!r}", "--list names them")
            _end(tx, found)

    def _add(self, tx: Transaction, user: UserId, family: str, name: str, expires_at: Instant) -> str:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        tx.repositories.refresh_tokens.put(
            RefreshToken(
                id=self._digest(secret),
                user_id=user,
                family=family,
                name=name,
                expires_at=expires_at,
                created_at=self._clock.now(),
            )
        )
        return secret

    def _digest(self, token: str) -> str:
        return self._custody.identifier(f"refresh token {token}").hex()


def _alive(tx: Transaction, user: UserId, now: Instant) -> Sequence[RefreshToken]:
    found = tx.repositories.refresh_tokens.of_user(user)
    return [one for one in found if one.used_at is None and one.expires_at > now]


def _end(tx: Transaction, chain: Sequence[RefreshToken]) -> None:
    for one in chain:
        tx.repositories.refresh_tokens.delete(one.id)
