"""The names by which entities know one another: opaque strings, one type each."""

from dataclasses import dataclass
from typing import NewType

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
MessageId = NewType("MessageId", str)
ConnectorName = NewType("ConnectorName", str)
RemoteCalendarId = NewType("RemoteCalendarId", str)
"""What the provider calls a calendar: Google's calendarId, a CalDAV path, a file name."""
Href = NewType("Href", str)
"""Where an object lies inside its calendar: a file name, a CalDAV path, a Google event id, a feed's UID."""
EventUid = NewType("EventUid", str)
"""RFC 5545 section 3.8.4.7; one UID holds a series and its overrides."""
EventId = NewType("EventId", str)
"""The id under which gatherly writes an event, made before the write (docs/ledger.md section 4)."""
InstallId = NewType("InstallId", str)
"""This installation's mark on everything it writes."""

LONGEST_ID = 255


@dataclass(frozen=True, slots=True, order=True)
class CalendarKey:
    """One calendar of one connector."""

    connector: ConnectorName
    calendar: RemoteCalendarId

    def __str__(self) -> str:
        return f"{self.connector}/{self.calendar}"
