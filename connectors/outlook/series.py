"""A series as Graph keeps it: one master, and instances that were deleted or moved, each by a request.

There is no request that writes all of it. So the master says that it is unfinished until its instances stand
as they are meant to; whoever finds one so knows that its write broke off, and writes it again.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from connectors.outlook.times import span_of, written
from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant, Span

LONGEST = 2 * 366 * DAY
"""Seconds from the first instance within which those lie that are touched: no series is longer."""
KEPT = ("recurrence", "start", "end")
"""What is not written again where it stands: Exchange then forgets every instance that differs."""


class Wanted(NamedTuple):
    """Where instances are to lie, by their starts by the rule: None = nowhere; those not named as ruled."""

    places: Mapping[Instant, Instant | None]

    @property
    def differs(self) -> bool:
        """Whether any does."""
        return bool(self.places)


class Edit(NamedTuple):
    """One instance to be changed, by Graph's id; without a `body` it is deleted."""

    name: str
    body: dict[str, Any] | None


def wanted_of(draft: EventDraft) -> Wanted:
    """Give where a draft's instances are to lie that differ, its owner's own changes among them."""
    moved = {start: at for start, at in (*draft.own_moved, *draft.moved)}
    removed = dict.fromkeys((*draft.removed, *draft.own_removed))
    return Wanted({**moved, **removed})


def window_of(draft: EventDraft, wanted: Wanted) -> Span:
    """Give in which time a series' instances are looked at."""
    last = max((*wanted.places, draft.lasts or 0, draft.span.start))
    return Span(draft.span.start - 2 * DAY, min(last, draft.span.start + LONGEST) + 2 * DAY)


def edits_of(
    draft: EventDraft, wanted: Wanted, instances: Iterable[Mapping[str, Any]], zone: str
) -> list[Edit]:
    """Give what has to be done so that instances lie as they are meant to; those that stand are let be.

    Raises:
        WriteRefusedError: one is to take place that its owner deleted: Graph brings none back.
    """
    length, there = draft.span.seconds, {_original(one, zone): one for one in instances}
    found = []
    for start, one in there.items():
        place = wanted.places.get(start, start)
        lies = span_of(one, zone).start
        if place is None:
            found.append(Edit(str(one["id"]), None))
        elif place != lies:
            times = {"start": written(place), "end": written(place + length)}
            found.append(Edit(str(one["id"]), times))
    lost = [start for start, place in wanted.places.items() if place is not None and start not in there]
    if lost:
        raise WriteRefusedError(
            "An occurrence that was deleted in Outlook is to take place again; Microsoft brings none back",
            "Delete the series there, and ask for it anew",
            code="series",
        )
    return _outward(found)


def _outward(edits: list[Edit]) -> list[Edit]:
    """Delete first: no instance may be moved to where another lies."""
    return sorted(edits, key=lambda one: one.body is not None)


def _original(one: Mapping[str, Any], zone: str) -> Instant:
    """Give the start that the rule gives an instance, which Graph tells of those that differ."""
    told = one.get("originalStart")
    if isinstance(told, str) and told:
        return parse_instant(f"{told[:19]}Z")
    return span_of(one, zone).start


def is_same(there: object, meant: Mapping[str, Any]) -> bool:
    """Tell whether a recurrence stands as it is meant to; an answer holds a pattern's defaults, too."""
    if not isinstance(there, dict):
        return False
    return all(
        _plain((there.get(part) or {}).get(name)) == _plain(value)
        for part in ("pattern", "range")
        for name, value in meant[part].items()
        if name != "recurrenceTimeZone"
    )


def _plain(value: object) -> object:
    return sorted(str(one).lower() for one in value) if isinstance(value, list) else value
