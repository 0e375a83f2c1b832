"""What the connector is asked to interpret, and what comes of its answers: both as values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.ids import CalendarKey, EventUid, Href
from engine.model.calendar import Calendar, Quarantined
from engine.model.calendar_object import BusySpan, Interpretation, Occurrence, RawObject
from engine.time.span import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """Objects to be interpreted for a window, in a zone where they name none; one answer a batch.

    Objects of one UID (two files with the same event) are in batches of their own, so that each keeps its own
    spans; what they share is in each.
    """

    calendar: CalendarKey
    window: Span
    zone: str
    batches: tuple[tuple[RawObject, ...], ...] = ()


def reading(calendar: Calendar, objects: Sequence[RawObject], window: Span, owner_zone: str) -> Reading:
    """Say how objects of a calendar are to be interpreted."""
    shared = [item for item in objects if item.shared]
    batches = _without_namesakes([item for item in objects if not item.shared])
    return Reading(
        calendar.key,
        window,
        calendar.zone or owner_zone,
        tuple((*shared, *batch) for batch in batches),
    )


def _without_namesakes(objects: Sequence[RawObject]) -> list[list[RawObject]]:
    batches: list[list[RawObject]] = []
    seen: Counter[EventUid] = Counter()
    for item in objects:
        if seen[item.uid] == len(batches):
            batches.append([])
        batches[seen[item.uid]].append(item)
        seen[item.uid] += 1
    return batches


@dataclass(frozen=True, slots=True)
class Derived:
    """The busy spans of each object that was interpreted, and what could not be read."""

    busy: Mapping[Href, tuple[BusySpan, ...]]
    bad: tuple[Quarantined, ...]


def derived(asked: Reading, answers: Sequence[Interpretation]) -> Derived:
    """Sort the answers to a reading by object."""
    spans: dict[Href, list[BusySpan]] = {}
    bad: list[Quarantined] = []
    for batch, answer in zip(asked.batches, answers, strict=True):
        homes = {item.uid: item.href for item in batch if not item.shared}
        spans |= {href: [] for href in homes.values()}
        bad.extend(answer.quarantined)
        for occurrence in answer.occurrences:
            href = homes[occurrence.uid]
            spans[href].append(busy_span(asked.calendar, href, occurrence))
    return Derived({href: tuple(found) for href, found in spans.items()}, tuple(bad))


def busy_span(key: CalendarKey, href: Href, occurrence: Occurrence) -> BusySpan:
    """Give what is stored of an occurrence: when, and of what kind; never its title."""
    return BusySpan(
        calendar=key,
        href=href,
        uid=occurrence.uid,
        span=occurrence.span,
        status=occurrence.status,
        ours=occurrence.ours,
    )
