"""Who asks, and as what."""

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import NotAllowedError
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

    def is_somebody_but(self, user: UserId) -> bool:
        """Whether a user asks, and another than this one."""
        return self.role is Role.USER and self.user != user

    def must_be_operator(self, verb: str) -> None:
        """Let operators alone do something.

        Raises:
            NotAllowedError: somebody else asks.
        """
        if self.role is not Role.OPERATOR:
            raise NotAllowedError(f"Only an operator may {verb}", "Ask whoever runs gatherly")


OPERATOR = Principal(Role.OPERATOR)
"""Whoever has the shell."""
