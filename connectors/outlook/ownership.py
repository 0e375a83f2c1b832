"""Which events are this installation's, though deltas tell no mark and searches for one lag.

Only what may be ours is asked about: by its `transactionId`, where answers tell it. What a search does not
find, and was made under such an id or a moment ago, is looked up. Of many that are new at once only some are:
the others are searched for once more when searches have caught up, by one request.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors.outlook.api import GraphApi
from connectors.outlook.directory import Place
from connectors.outlook.marks import INSTALL, may_be_ours
from connectors.outlook.tasks import Told, told
from engine.ids import InstallId
from engine.time.instant import parse_instant
from engine.time.span import MINUTE, Instant

LATE = 2 * MINUTE
"""Seconds by which a search for marks may lag behind what was written."""
MOST_LOOKED_UP = 20
"""New events of one read that are looked up one by one: a mailbox's requests are few."""


class Found(NamedTuple):
    """The marks that were found, by event; `again` is when they are to be searched for once more, or 0."""

    marks: Mapping[str, Told]
    again: Instant = 0


class Ownership:
    """Tells one installation's events from others'."""

    def __init__(self, api: GraphApi, install: InstallId) -> None:
        self._api = api
        self._install = install

    def among(self, place: Place, events: Sequence[Told], now: Instant, *, search: bool = False) -> Found:
        """Find the marks of what a listing told; `search` for them though nothing of that may be ours."""
        untold = [one for one in events if one.transaction is None]
        candidates = [
            one for one in events if one.transaction and may_be_ours(one.transaction, self._install)
        ]
        if not untold and not candidates and not search:
            return Found({})
        found = self._searched(place)
        recent = [one for one in untold if _is_recent(one, now) and one.id not in found]
        recent.sort(key=lambda one: one.created, reverse=True)
        for one in (*candidates, *recent[:MOST_LOOKED_UP]):
            if one.id not in found:
                event = self._api.event(place.mailbox, one.id)
                looked = None if event is None else told(event)
                if looked is not None and looked.install == self._install:
                    found[one.id] = looked
        return Found(found, now + LATE if recent[MOST_LOOKED_UP:] else 0)

    def missed(self, place: Place, known_as: Mapping[str, str]) -> list[Told]:
        """Give what is stored as somebody else's, though a search shows by now that it is ours.

        `known_as` are the UIDs of what is stored, by Graph's id: of a series by that of its master.
        """
        wrong = [
            name
            for name, one in self._searched(place).items()
            if known_as.get(name, str(one.event_id)) != str(one.event_id)
        ]
        events = (self._api.event(place.mailbox, name) for name in wrong)
        return [told(event) for event in events if event is not None]

    def _searched(self, place: Place) -> dict[str, Told]:
        pages = self._api.with_mark(place.mailbox, INSTALL, str(self._install))
        return {one.id: one for page in pages for one in page.events if one.event_id is not None}


def _is_recent(one: Told, now: Instant) -> bool:
    try:
        return not one.created or parse_instant(one.created[:19] + "Z") > now - LATE
    except ValueError:
        return True
