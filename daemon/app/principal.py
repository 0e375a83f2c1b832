"""Who asks, and as what."""

from dataclasses import dataclass
from enum import StrEnum

from engine.ids import UserId


class Role(StrEnum):
    """As what somebody asks."""

    OPERATOR = "operator"
    USER = "user"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks; `user` is None for an operator and for an app that speaks for nobody."""

    role: Role
    user: UserId | None = None

    @property
    def actor(self) -> str:
        """The name under which the log keeps what was done."""
        return self.user or self.role.value


OPERATOR = Principal(Role.OPERATOR)
"""Whoever has the shell."""
