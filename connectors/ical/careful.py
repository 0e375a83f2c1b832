"""The careful reading of one UID's events: every line, every oddity, one event at a time.

What cannot be read is quarantined alone; its neighbours count.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from connectors.ical.family import Family, settle
from connectors.ical.filezones import FileZones
from connectors.ical.library import Instance, expand_by_library
from connectors.ical.lines import content_lines
from connectors.ical.split import distinct
from connectors.ical.vevent import Vevent, read_vevent
from engine.errors import InputError
from engine.ids import EventUid
from engine.model.calendar import Occurrence, Quarantined
from engine.recurrence import instances
from engine.timespan import Span
from engine.vetting import vet

Expander: TypeAlias = Callable[[Family, Span], Sequence[Instance]]
"""Gives a family's instances near a window; raises `InputError` where it cannot."""

FAULTS = (InputError, ValueError, OverflowError)
"""How an event that cannot be read shows itself."""


def expand(family: Family, window: Span) -> Sequence[Instance]:
    """Expand a family by arithmetic; what a series cannot say goes to the libraries.

    Raises:
        InputError: a rule is refused or cannot be followed.
    """
    master, series = family.master, family.series
    if any(override.from_then_on for override in family.overrides):
        return expand_by_library(family, window)
    found = [Instance(one, one.span) for one in family.overrides]
    if master is None or series is None:
        return found
    if not master.recurs and not series.removed and not series.removed_days:
        return [Instance(master, master.span), *found]
    vet(series, window)
    return [*(Instance(master, span) for span in instances(series, window)), *found]


def read_carefully(
    uid: EventUid,
    texts: Sequence[bytes],
    zones: FileZones,
    window: Span,
    owner: str,
    expander: Expander = expand,
) -> tuple[list[Occurrence], list[Quarantined]]:
    """Read a UID's VEVENTs and give what they take of the window, and what could not be read."""
    quarantined: list[Quarantined] = []
    readable: list[Vevent] = []
    for text in distinct(texts):
        try:
            readable.append(read_vevent(content_lines(text), zones, owner))
        except FAULTS as error:
            quarantined.append(Quarantined(uid, str(error)))
    occurrences: list[Occurrence] = []
    for family in settle(readable):
        try:
            found = expander(family, window)
        except FAULTS as error:
            quarantined.append(Quarantined(uid, str(error)))
            found = [Instance(one, one.span) for one in family.overrides]
        occurrences += [occurrence(uid, one.event, one.span) for one in found if _counts(one, window)]
    return occurrences, quarantined


def _counts(one: Instance, window: Span) -> bool:
    return one.event.takes_time and one.span.seconds > 0 and one.span.overlaps(window)


def occurrence(uid: EventUid, event: Vevent, span: Span) -> Occurrence:
    """Say what one instance takes of its owner's time."""
    return Occurrence(
        span=span,
        uid=uid,
        status=event.status,
        title=event.title,
        all_day=event.start.is_date,
        ours=event.ours,
    )
