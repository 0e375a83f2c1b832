"""What people set for themselves, in SQL."""

from collections.abc import Sequence

from engine.ids import UserId
from engine.model.personal_settings import PersonalSettings
from store.sql.repositories.repository import Kind, SqlRepository
from store.sql.tables.access import personal_settings


class SqlPersonalSettings(SqlRepository[PersonalSettings]):
    """`engine.ports.access.AllSettings`."""

    kind = Kind(entity=PersonalSettings, table=personal_settings, word="Settings", key="user_id")

    def leaving(self) -> Sequence[UserId]:
        """Give those who asked to be forgotten and are not yet, by id."""
        found = self._some(self._select().order_by(personal_settings.c.user_id))
        return [one.user_id for one in found if one.is_leaving]
