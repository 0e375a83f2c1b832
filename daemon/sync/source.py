"""A configured connector, ready to be read."""

from dataclasses import dataclass

from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.calendar import Calendar
from engine.model.calendar_object import Interpretation
from engine.model.capabilities import Capabilities
from engine.ports.connector import Connector
from engine.sync.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured connector, ready to be read; `zone` is its owner's, or the configured `tz`.

    `read` names the calendars that make its owner busy; None = every one that the connector sees and its
    owner does not hide.
    """

    name: ConnectorName
    kind: str
    user: UserId
    zone: str
    read: tuple[RemoteCalendarId, ...] | None
    write: RemoteCalendarId | None
    every: int
    capabilities: Capabilities
    connector: Connector
    push: bool = False
    """Whether its provider is asked to tell of changes."""
    made_from: object = None
    """What it was made from: where a reload finds the same again, it is kept as it is."""

    @property
    def reads(self) -> bool:
        """Whether it makes its owner busy at all; an e-mail connector does not."""
        return self.capabilities.reads and self.read != ()

    @property
    def is_polled(self) -> bool:
        """Whether it is asked regularly; one that only writes is asked whether it still may."""
        return self.reads or (self.capabilities.reads and self.write is not None)

    def calendars(self) -> tuple[RemoteCalendarId, ...]:
        """Give the calendars to read.

        Raises:
            SourceError: the connector has to be asked, and does not answer.
        """
        if self.read is not None:
            return self.read
        return tuple(each.calendar for each in self.connector.calendars() if not each.is_hidden)

    def new_calendar(self, remote: RemoteCalendarId) -> Calendar:
        """Give the row of a calendar that is read for the first time."""
        return Calendar(
            key=CalendarKey(self.name, remote),
            user_id=self.user,
            name=str(remote),
            is_primary=remote == self.write,
            read_only=remote != self.write,
        )

    def interpret(self, asked: Reading) -> tuple[Interpretation, ...]:
        """Have the connector interpret what a reading asks for, each batch once.

        Raises:
            SourceError: it cannot be finished.
        """
        return tuple(self.connector.interpret(batch, asked.window, asked.zone) for batch in asked.batches)
