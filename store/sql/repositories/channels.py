"""By which calendars' providers tell of changes, in SQL."""

from collections.abc import Sequence
from dataclasses import asdict

from engine.ids import ConnectorName
from engine.model.channel import Channel, KeptChannel
from store.sql.repositories.repository import Convert, Kind, SqlRepository
from store.sql.tables.channels import channels

_CHANNEL: Convert = (asdict, lambda row: Channel(**row))


class SqlKeptChannels(SqlRepository[KeptChannel]):
    """`engine.ports.operations.KeptChannels`."""

    kind = Kind(
        entity=KeptChannel,
        table=channels,
        word="Channel",
        converted={"channel": _CHANNEL, "former": _CHANNEL},
    )

    def all(self) -> Sequence[KeptChannel]:
        """Give them, by connector and id."""
        return self._some(self._select().order_by(channels.c.connector, channels.c.id))

    def of_connector(self, connector: ConnectorName) -> Sequence[KeptChannel]:
        """Give a connector's, by id."""
        found = self._select().where(channels.c.connector == connector)
        return self._some(found.order_by(channels.c.id))
