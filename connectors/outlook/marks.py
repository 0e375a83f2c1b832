"""How gatherly knows its own events at Microsoft, whose ids the server chooses.

The mark is a set of extended properties under one fixed name, found by a filter without store or key; what
the event would be called anywhere else stands in it. They are in no answer unless `$expand` asks for them:
https://learn.microsoft.com/graph/api/resources/extended-properties-overview

`transactionId` keeps a repeated request from making a second event. It is made of the event's own id, which
holds the epoch, so that a new try after a deletion is a new event.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import EventDraft, Mark

_SET = "{8f2d3f6e-5c1b-4a57-9d0e-6b7a3c94e2a1}"
_BEGINNING = "6a746c79"
"""Begins every `transactionId`, so that most events need not be asked for their mark."""


def _property(name: str) -> str:
    return f"String {_SET} Name gatherly{name}"


MARKED = _property("")
INSTALL, SESSION, EPOCH, EVENT, SEQUENCE, CALENDAR, UNFINISHED = (
    _property(name) for name in ("Install", "Session", "Epoch", "Event", "Sequence", "Calendar", "Unfinished")
)
ALL = (MARKED, INSTALL, SESSION, EPOCH, EVENT, SEQUENCE, CALENDAR, UNFINISHED)
_ANY = " or ".join(f"id eq '{name}'" for name in ALL)
EXPAND = f"singleValueExtendedProperties($filter={_ANY})"


def having(name: str, value: str) -> str:
    """Write the filter that finds the events with a property's value."""
    quoted = value.replace("'", "''")
    return f"singleValueExtendedProperties/any(ep: ep/id eq '{name}' and ep/value eq '{quoted}')"


def properties(draft: EventDraft, calendar: str) -> list[dict[str, str]]:
    """Give the properties that mark an event as ours."""
    values = {
        MARKED: "1",
        INSTALL: str(draft.mark.install),
        SESSION: str(draft.mark.session),
        EPOCH: str(draft.mark.epoch),
        EVENT: str(draft.event_id),
        SEQUENCE: str(draft.sequence),
        CALENDAR: calendar,
    }
    return [{"id": name, "value": value} for name, value in values.items()]


def finished(is_whole: bool) -> dict[str, str]:
    """Give the property that says whether a series was written to its end."""
    return {"id": UNFINISHED, "value": "0" if is_whole else "1"}


def transaction_id(install: InstallId, event_id: EventId) -> str:
    """Give the `transactionId` under which an event is made, in the form of a GUID."""
    whose, which = _digest(str(install))[:4], _digest(str(event_id))
    return f"{_BEGINNING}-{whose}-{which[:4]}-{which[4:8]}-{which[8:20]}"


def may_be_ours(transaction: str, install: InstallId) -> bool:
    """Whether an event was made under a `transactionId` of this installation's."""
    return transaction.lower().startswith(f"{_BEGINNING}-{_digest(str(install))[:4]}-")


def values_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Read an event's extended properties, as far as they are ours, by name."""
    names = {name.lower(): name for name in ALL}
    found: dict[str, str] = {}
    for one in event.get("singleValueExtendedProperties") or ():
        name = names.get(str(one.get("id")).lower())
        if name is not None:
            found[name] = str(one.get("value"))
    return found


def mark_of(event: Mapping[str, Any]) -> Mark | None:
    """Read the mark that gatherly leaves on its events."""
    values = values_of(event)
    try:
        return Mark(
            install=InstallId(values[INSTALL]),
            session=SessionId(values[SESSION]),
            epoch=int(values[EPOCH]),
        )
    except (KeyError, ValueError):
        return None


def event_id_of(event: Mapping[str, Any]) -> EventId | None:
    """Give the id under which an event of ours is known in the ledger."""
    found = values_of(event).get(EVENT)
    return None if found is None else EventId(found)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
