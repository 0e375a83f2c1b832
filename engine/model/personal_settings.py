"""What a person set for themselves; it stands over what the operator's files say of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.ids import SessionId, UserId
from engine.time.span import Instant

LEAVING = "leaving"
"""The value of somebody who is to be forgotten."""
TAKEN_OUT_OF = "takenOutOf"
"""The sessions that whoever is to be forgotten attended, and that still speak of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalSettings:
    """Values as a User document has them, and `notify`, `quietHours`, `digest`; the rest is the files'."""

    user_id: UserId
    values: Mapping[str, Any] = field(default_factory=dict)
    updated_at: Instant
    version: int = 0

    @property
    def is_leaving(self) -> bool:
        """Whether they asked to be forgotten, once their copies are withdrawn."""
        return LEAVING in self.values

    @property
    def taken_out_of(self) -> tuple[SessionId, ...]:
        """The sessions that they attended, and that still speak of them."""
        return tuple(SessionId(one) for one in self.values.get(TAKEN_OUT_OF, ()))
