"""Whose tables still stand although they were forgotten: their connectors are disabled, and it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.configuration import Configuration, DisabledConnector
from config.settings import ConnectorSettings
from engine.ids import UserId

if TYPE_CHECKING:
    from engine.operations.custody import Custody


def without_forgotten(configuration: Configuration, custody: Custody) -> Configuration:
    """Give the configuration with the connectors of everybody who was erased disabled: nothing reads them."""
    settings = configuration.settings
    people = {(one.user, one.user_id) for one in settings.connectors.values()}
    forgotten = {user for user, known_as in people if _is_forgotten(configuration, user, known_as, custody)}
    gone = {name: one for name, one in settings.connectors.items() if one.user in forgotten}
    if not gone:
        return configuration
    kept = {name: one for name, one in settings.connectors.items() if name not in gone}
    return configuration.with_connectors(kept, tuple(_disabled(one) for one in gone.values()))


def _is_forgotten(configuration: Configuration, user: str, known_as: UserId, custody: Custody) -> bool:
    table = configuration.settings.users[user]
    return custody.erased(*{known_as, user, table.email or user})


def _disabled(connector: ConnectorSettings) -> DisabledConnector:
    return DisabledConnector(
        name=connector.name,
        kind=connector.kind,
        user_id=connector.user_id,
        reason=f"{connector.user} was forgotten, and is not read. Take their tables out of the configuration",
    )
