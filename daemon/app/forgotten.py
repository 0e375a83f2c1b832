"""Whose tables still stand although they were forgotten: their connectors are disabled, and it is said."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from config.configuration import Configuration, DisabledConnector
from config.settings import ConnectorSettings
from engine.ids import UserId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.ports.custody import Custody

_AT_ONCE = 200
"""People of whom one question asks; each is known by up to three names."""


def without_forgotten(configuration: Configuration, custody: Custody) -> Configuration:
    """Give the configuration with the connectors of everybody who was erased disabled: nothing reads them."""
    settings = configuration.settings
    people = {
        one.user: _names_of(configuration, one.user, one.user_id) for one in settings.connectors.values()
    }
    forgotten = set(_forgotten(people, custody))
    gone = {name: one for name, one in settings.connectors.items() if one.user in forgotten}
    if not gone:
        return configuration
    kept = {name: one for name, one in settings.connectors.items() if name not in gone}
    return configuration.with_connectors(kept, tuple(_disabled(one) for one in gone.values()))


def _names_of(configuration: Configuration, user: str, known_as: UserId) -> frozenset[str]:
    table = configuration.settings.users[user]
    return frozenset({known_as, user, table.email or user})


def _forgotten(people: Mapping[str, frozenset[str]], custody: Custody) -> Iterator[str]:
    """Tell who was; many are asked for at once, and one by one only where it is somebody among them."""
    rest = iter(people.items())
    while batch := dict(islice(rest, _AT_ONCE)):
        if custody.erased(*frozenset().union(*batch.values())):
            yield from (user for user, names in batch.items() if custody.erased(*names))


def _disabled(connector: ConnectorSettings) -> DisabledConnector:
    return DisabledConnector(
        name=connector.name,
        kind=connector.kind,
        user_id=connector.user_id,
        reason=f"{connector.user} was forgotten, and is not read. Take their tables out of the configuration",
    )
