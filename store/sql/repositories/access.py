"""Refresh tokens and kept answers in SQL."""

from collections.abc import Sequence

import sqlalchemy as sa

from engine.ids import UserId
from engine.model.access import KeptAnswer, RefreshToken
from engine.time.span import Instant
from store.sql.repositories.repository import Kind, SqlRepository
from store.sql.tables.access import kept_answers, refresh_tokens


class SqlRefreshTokens(SqlRepository[RefreshToken]):
    """`engine.ports.access.RefreshTokens`."""

    kind = Kind(entity=RefreshToken, table=refresh_tokens, word="Refresh token")

    def of_user(self, user: UserId) -> Sequence[RefreshToken]:
        """Give a user's, oldest first."""
        return self._oldest(refresh_tokens.c.user_id == user)

    def of_family(self, family: str) -> Sequence[RefreshToken]:
        """Give the links of one chain, oldest first."""
        return self._oldest(refresh_tokens.c.family == family)

    def _oldest(self, which: sa.ColumnElement[bool]) -> Sequence[RefreshToken]:
        return self._some(
            self._select().where(which).order_by(refresh_tokens.c.created_at, refresh_tokens.c.id)
        )


class SqlKeptAnswers(SqlRepository[KeptAnswer]):
    """`engine.ports.access.KeptAnswers`."""

    kind = Kind(entity=KeptAnswer, table=kept_answers, word="Kept answer", sealed=("answer",))

    def forget_before(self, moment: Instant) -> None:
        """Remove those from before a moment."""
        self._connection.execute(sa.delete(kept_answers).where(kept_answers.c.created_at < moment))
