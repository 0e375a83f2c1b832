"""Refresh tokens and kept answers in memory."""

from collections.abc import Sequence

from engine.ids import UserId
from engine.model.access import KeptAnswer, RefreshToken
from engine.model.personal_settings import PersonalSettings
from engine.time.span import Instant
from tests.doubles.store.repository import MemoryRepository, drop_where


class MemoryRefreshTokens(MemoryRepository[RefreshToken]):
    """`engine.ports.access.RefreshTokens`."""

    word = "Refresh token"

    def of_user(self, user: UserId) -> Sequence[RefreshToken]:
        """Give a user's, oldest first."""
        return self._some(lambda one: one.user_id == user, lambda one: (one.created_at, one.id))

    def of_family(self, family: str) -> Sequence[RefreshToken]:
        """Give the links of one chain, oldest first."""
        return self._some(lambda one: one.family == family, lambda one: (one.created_at, one.id))


class MemoryKeptAnswers(MemoryRepository[KeptAnswer]):
    """`engine.ports.access.KeptAnswers`."""

    word = "Kept answer"

    def forget_before(self, moment: Instant) -> None:
        """Remove those from before a moment."""
        drop_where(self._table, "id", lambda one: one.created_at < moment)


class MemoryPersonalSettings(MemoryRepository[PersonalSettings]):
    """`engine.ports.access.AllSettings`."""

    word = "Settings"
    key = "user_id"

    def leaving(self) -> Sequence[UserId]:
        """Give those who asked to be forgotten and are not yet, by id."""
        return [one.user_id for one in self._some(lambda one: one.is_leaving, lambda one: one.user_id)]
