"""The store's ports for who may come in, and as what: grants, tokens, settings, answers that are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import UserId
from engine.ports.repository import Repository
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.model.access import (
        KeptAnswer,  # noqa: F401 # named by a base alone
        RefreshToken,
    )
    from engine.model.operations import Grant
    from engine.model.personal_settings import PersonalSettings  # named by a base alone


class Grants(Repository["Grant"], Protocol):
    """What lets connectors in, by connector."""

    def of_user(self, user: UserId) -> Sequence[Grant]:
        """Give a user's, by connector."""


class RefreshTokens(Repository["RefreshToken"], Protocol):
    """What gives people's programs access, by keyed hash."""

    def of_user(self, user: UserId) -> Sequence[RefreshToken]:
        """Give a user's, oldest first."""

    def of_family(self, family: str) -> Sequence[RefreshToken]:
        """Give the links of one chain, oldest first."""


class AllSettings(Repository["PersonalSettings"], Protocol):
    """What people set for themselves, by person."""

    def some(self, names: Collection[str]) -> Sequence[PersonalSettings]:
        """Give those of these people that there are, by id."""

    def leaving(self) -> Sequence[UserId]:
        """Give those who asked to be forgotten and are not yet, by id."""


class KeptAnswers(Repository["KeptAnswer"], Protocol):
    """First answers to requests that may be sent again."""

    def forget_before(self, moment: Instant) -> None:
        """Remove those from before a moment."""
