"""What lets people's programs in, and what keeps their requests from being done twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.ids import UserId
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One link of a chain that gives access tokens; `id` is the keyed hash of what its owner holds.

    `family` names the chain, `name` what its owner calls it. Once used it stays, so that a second use is
    known for what it is: somebody has a copy.
    """

    id: str
    user_id: UserId
    family: str
    name: str
    expires_at: Instant
    used_at: Instant | None = None
    created_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """The first answer to a request that may be sent again (`Idempotency-Key`); kept a day, sealed.

    `id` is a keyed hash of who asked and their key, `request` a digest of what they asked.
    """

    id: str
    user_id: UserId
    request: str
    status: int
    answer: Mapping[str, Any] = field(repr=False)
    created_at: Instant
    version: int = 0
