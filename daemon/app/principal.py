"""Who asks, and as what."""

from collections.abc import Collection
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

    def may_see(self, attendees: Collection[UserId]) -> bool:
        """Whether what these attend may be seen."""
        return self.role is not Role.USER or self.user in attendees

    def speaker(self, named: UserId | None, host: UserId) -> UserId:
        """Tell who speaks: a user for themselves, others for whom they name, or for the host.

        Raises:
            NotAllowedError: a user speaks for somebody else.
        """
        if named is not None and self.is_other_than(named):
            raise NotAllowedError(f"You cannot speak for {named}", "Answer for yourself")
        return named or (self.user if self.role is Role.USER else None) or host

    def must_be_host(self, host: UserId, verb: str) -> None:
        """Let the host alone do something, or an operator for them.

        Raises:
            NotAllowedError: another user asks.
        """
        if self.is_other_than(host):
            raise NotAllowedError(f"Only the host may {verb}", "Ask them")

    def is_other_than(self, user: UserId) -> bool:
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
