"""What calendars a connector can see, as its provider lists them, and what is done with each."""

from dataclasses import dataclass
from typing import Any

from daemon.app.principal import Principal
from daemon.sync.source import Source
from engine.errors import UnknownThingError
from engine.ports.connector import RemoteCalendar


@dataclass(frozen=True, slots=True)
class ListedCalendar:
    """One of them; it makes its owner busy where it is `read`, and is where copies go where it is written."""

    remote: RemoteCalendar
    read: bool
    written: bool

    def document(self) -> dict[str, Any]:
        """Give it as `calendars --json` writes it."""
        return {
            "calendar": self.remote.calendar,
            "name": self.remote.name,
            "zone": self.remote.zone,
            "primary": self.remote.is_primary,
            "readOnly": self.remote.read_only,
            "hidden": self.remote.is_hidden,
            "read": self.read,
            "write": self.written,
        }


def calendars(principal: Principal, source: Source) -> list[ListedCalendar]:
    """Ask the provider.

    Raises:
        UnknownThingError: the connector is somebody else's.
        SourceError: the provider does not answer.
    """
    if principal.is_other_than(source.user):
        raise UnknownThingError(f"{source.name!r} is not a connector", "Name one of your own")
    return [
        ListedCalendar(one, source.reads and _is_read(source, one), one.calendar == source.write)
        for one in source.connector.calendars()
    ]


def _is_read(source: Source, one: RemoteCalendar) -> bool:
    return not one.is_hidden if source.read is None else one.calendar in source.read
