"""Lists of calendars, and when people are busy."""

from tests.standins.outlook.access import role_in, within
from tests.standins.outlook.refusals import Json
from tests.standins.outlook.rules import check_schedule, only
from tests.standins.outlook.state import State, StoredCalendar
from tests.standins.outlook.times import instant, shown

LIST = "api/user-list-calendars.md"
STATUSES = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}


class Calendars:
    """What one account sees of calendars."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def listed(self, query: dict[str, str]) -> tuple[list[Json], bool]:
        """List calendars; tells whether more follow."""
        only(query, ("$top", "$skip", "$select"), LIST)
        mine = [one for one in self._state.calendars.values() if role_in(one, self._email) != "none"]
        mine.sort(key=lambda one: (one.owner != self._email, not one.is_default))
        size, skip = int(query.get("$top", 10)), int(query.get("$skip", 0))
        return [self.entry(one) for one in mine[skip : skip + size]], len(mine) > skip + size

    def entry(self, stored: StoredCalendar) -> Json:
        """Give a calendar as a list shows it."""
        role, own = role_in(stored, self._email), stored.owner == self._email
        return {
            "id": stored.id,
            "name": stored.name,
            "color": "auto",
            "changeKey": "standin",
            "isDefaultCalendar": stored.is_default and own,
            "canShare": own,
            "canViewPrivateItems": own,
            "canEdit": role == "write",
            "isRemovable": not stored.is_default,
            "owner": {"name": stored.owner.partition("@")[0], "address": stored.owner},
        }

    def schedule(self, body: object, zone: str) -> list[Json]:
        """Tell when people are busy: theirs who are known, and an error for each of the others."""
        asked = check_schedule(body)
        start, end = instant(asked["startTime"]), instant(asked["endTime"])
        interval = asked.get("availabilityViewInterval", 30) * 60
        return [self._of(name, start, end, interval, zone) for name in asked["schedules"]]

    def _of(self, name: str, start: float, end: float, interval: int, zone: str) -> Json:
        owner = self._state.mailboxes.get(name.lower())
        if owner is None or not owner.exists:
            message = f"Unable to resolve e-mail address {name} to an Active Directory object."
            return {
                "scheduleId": name,
                "availabilityView": "",
                "error": {"message": message, "responseCode": "ErrorMailRecipientNotFound"},
            }
        items: list[Json] = []
        for stored in self._state.calendars.values():
            if stored.owner == owner.email and stored.is_default:
                for kept in stored.events.values():
                    items += [one for one, _, _ in within(kept, start, end)]
        view = "".join(
            _digit(items, at, min(at + interval, end)) for at in _steps(int(start), int(end), interval)
        )
        told = [
            {
                "isPrivate": one.get("sensitivity") == "private",
                "status": one["showAs"],
                "start": shown(one["start"], zone, all_day=False),
                "end": shown(one["end"], zone, all_day=False),
            }
            for one in items
        ]
        return {"scheduleId": name, "availabilityView": view, "scheduleItems": told}


def _steps(start: int, end: int, interval: int) -> range:
    return range(start, end, interval)


def _digit(items: list[Json], start: float, end: float) -> str:
    inside = [one for one in items if instant(one["start"]) < end and instant(one["end"]) > start]
    return max((STATUSES.get(one["showAs"], "2") for one in inside), default="0")
