"""How a changed event is kept: its version, its place in the order of changes, what lists still show."""

import copy
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.standins.outlook.refusals import Json
from tests.standins.outlook.state import Kept, State, StoredCalendar
from tests.standins.outlook.times import instant, stamp, starts, wall

INHERITED_NOT = ("recurrence", "id", "type", "iCalUId", "transactionId", "singleValueExtendedProperties")
FAR = 400 * 86400
"""Seconds ahead for which a series' instances are made."""


def versioned(state: State, event: Json) -> Json:
    """Give an event another version."""
    state.changes += 1
    key = urlsafe_b64encode(f"change-{state.changes}".encode()).decode()
    event["changeKey"] = key
    event["@odata.etag"] = f'W/"{key}"'
    event["lastModifiedDateTime"] = stamp(state.clock.now())
    return event


def keep(state: State, stored: StoredCalendar, event: Json) -> Kept:
    """Put an event in its place as the newest change; a lagging list shows the old one for a while."""
    there = stored.events.get(event["id"])
    versioned(state, event)
    kept = Kept(event, state.changes, state.clock.now(), copy.deepcopy(there.event) if there else None)
    if there is not None:
        kept.exceptions, kept.changes = there.exceptions, there.changes
    stored.events[event["id"]] = kept
    return kept


def settle(state: State, kept: Kept) -> None:
    """Give an event another version although nobody has changed it, as Exchange does while it settles."""
    if not state.settings.kindness.steady_etags:
        change = state.changes
        versioned(state, kept.event)
        state.changes = max(change, state.changes)


def drop(state: State, stored: StoredCalendar, name: str) -> None:
    """Take an event out; a lagging list shows it for a while."""
    there = stored.events.pop(name)
    state.changes += 1
    stored.gone[name] = Kept(there.event, state.changes, state.clock.now(), there.event, there.exceptions)
    for key, (event, _) in list(state.transactions.items()):
        if event == name:
            del state.transactions[key]


def occurrence_id(master: str, original: datetime) -> str:
    """Make an occurrence's id: the server's own, from which nothing can be told."""
    digest = hashlib.sha256(f"{master}|{original.isoformat()}".encode()).digest()
    return "AAkALgAA" + urlsafe_b64encode(digest).decode().rstrip("=")


def occurrences(kept: Kept, until: float) -> Iterator[tuple[Json, int, bool]]:
    """Give a series' instances as events, each with its last change and whether it is an exception."""
    master = kept.event
    length = wall(master["end"]) - wall(master["start"])
    shared = {name: value for name, value in master.items() if name not in INHERITED_NOT}
    for at in starts(master, until):
        key = at.isoformat()
        own = kept.exceptions.get(key, {})
        if own is None:
            continue
        zone = master["start"]["timeZone"]
        times = {
            "start": {"dateTime": at.isoformat(), "timeZone": zone},
            "end": {"dateTime": (at + length).isoformat(), "timeZone": zone},
        }
        name = occurrence_id(master["id"], at)
        kind = "exception" if own else "occurrence"
        made = {
            **shared,
            **times,
            "originalStart": stamp(instant(times["start"])),
            **own,
            "id": name,
            "type": kind,
            "seriesMasterId": master["id"],
            "iCalUId": f"{master['iCalUId']}-{at:%Y%m%dT%H%M}",
        }
        yield made, kept.changes.get(key, kept.change), bool(own)


def found(stored: StoredCalendar, name: str) -> tuple[Kept, Json] | None:
    """Find an event or an instance by its id; the series stands beside an instance."""
    if name in stored.events:
        return stored.events[name], stored.events[name].event
    for kept in stored.events.values():
        if kept.event.get("recurrence"):
            for one, _, _ in occurrences(kept, instant(kept.event["start"]) + FAR):
                if one["id"] == name:
                    return kept, one
    return None


def original_of(kept: Kept, occurrence: Json) -> str:
    """Tell by which start of the rule an instance is known."""
    at = datetime.fromisoformat(occurrence["originalStart"]).astimezone(UTC)
    for start in starts(kept.event, at.timestamp() + 2 * 86400):
        if occurrence_id(kept.event["id"], start) == occurrence["id"]:
            return start.isoformat()
    raise KeyError(occurrence["id"])


def overlaps(event: Json, start: float, end: float) -> bool:
    """Whether an event lies in a window."""
    return instant(event["start"]) < end and instant(event["end"]) > start
