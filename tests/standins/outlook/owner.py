"""What a calendar's owner does in Outlook itself, beside whatever gatherly asks."""

import copy
from typing import Any

from tests.standins.outlook.keeping import drop, keep, original_of
from tests.standins.outlook.outlook import Outlook
from tests.standins.outlook.refusals import Json
from tests.standins.outlook.state import Kept, StoredCalendar
from tests.standins.outlook.subscriptions import tell_changes


class Owner:
    """Somebody at their own calendar."""

    def __init__(self, outlook: Outlook, stored: StoredCalendar) -> None:
        self._outlook = outlook
        self.stored = stored

    def put(self, start: str, end: str, **fields: Any) -> Json:
        """Put an event in; what only Exchange may set is set as given."""
        zone = fields.pop("zone", "UTC")
        names = ("iCalUId", "responseStatus", "isCancelled", "organizer", "isOrganizer")
        given = {name: fields.pop(name) for name in list(fields) if name in names}
        body = {
            "start": {"dateTime": start, "timeZone": zone},
            "end": {"dateTime": end, "timeZone": zone},
            **fields,
        }
        events = self._outlook.events(self.stored.owner)
        made = events.create(self.stored.id, body, "UTC")
        kept = self.kept(made["id"])
        kept.event.update(given)
        return self._told(kept)

    def change(self, name: str, **fields: Any) -> Json:
        """Change an event."""
        after = {**copy.deepcopy(self.kept(name).event), **fields}
        return self._told(keep(self._outlook.state, self.stored, after))

    def move(self, name: str, start: str, end: str, zone: str = "UTC") -> Json:
        """Move an event to another time."""
        times = {"dateTime": start, "timeZone": zone}, {"dateTime": end, "timeZone": zone}
        return self.change(name, start=times[0], end=times[1])

    def delete(self, name: str) -> None:
        """Delete an event, with all of its series."""
        drop(self._outlook.state, self.stored, name)
        tell_changes(self._outlook.state, self.stored.id)

    def delete_instance(self, name: str) -> None:
        """Take one instance out of its series."""
        self._outlook.events(self.stored.owner).delete(self.stored.id, name, None)

    def carry(self, name: str, target: StoredCalendar) -> None:
        """Move an event to another calendar of the mailbox: an immutable id stays."""
        kept = self.stored.events.pop(name)
        self._outlook.state.changes += 1
        kept.change, kept.at = self._outlook.state.changes, self._outlook.state.clock.now()
        target.events[name] = kept

    def instances(self, name: str) -> list[Json]:
        """Give a series' instances."""
        query = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-12-31T00:00:00Z"}
        return self._outlook.events(self.stored.owner).instances(self.stored.id, name, query, "UTC")

    def kept(self, name: str) -> Kept:
        """Give an event as it is kept."""
        return self.stored.events[name]

    def original(self, name: str, occurrence: Json) -> str:
        """Tell by which start of the rule an instance is known."""
        return original_of(self.kept(name), occurrence)

    def _told(self, kept: Kept) -> Json:
        tell_changes(self._outlook.state, self.stored.id)
        return kept.event


def daily(count: int, start: str) -> Json:
    """Give the recurrence of a daily series."""
    return {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": start, "numberOfOccurrences": count},
    }
