"""Calendars read under guard: in a child with limits, and what kills it is found and quarantined alone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from connectors.context import ConnectorContext
from connectors.ical.feed.body import FeedBody
from connectors.ical.reading.own_events import known_again
from connectors.ical.reading.tasks import (
    EDIT,
    FEED,
    FILES,
    INTERPRET,
    INTERPRET_BODY,
    OBSERVE,
    OBSERVE_FILES,
)
from connectors.ical.reading.vevent import NOBODY, Owner
from connectors.ical.text.objects import references
from connectors.sandbox.frames import framed, interpretation_of, objects_of, observations_of, ordered, taken
from connectors.sandbox.stages import StagedWork
from connectors.sandbox.task import Allowance, RefusedError, Runner, UnfinishedError
from engine.errors import SourceIncompleteError
from engine.ids import InstallId
from engine.model.booking import Observed
from engine.model.calendar_object import Interpretation, RawObject
from engine.time.span import Span

T = TypeVar("T")

CUT_CPU = 2.0
"""Seconds of processor for cutting one body."""
SMALL_BATCH = 512 * 1024
MOST_OBJECTS = 50_000
"""Events of one calendar."""


@dataclass(frozen=True, slots=True)
class SandboxedReader:
    """Reads calendars through a runner of tasks; ours are the events of `install`, or any marked one's."""

    run: Runner
    install: InstallId | None = None

    def feed(self, body: bytes, place: str, known: str) -> FeedBody:
        """Read a feed's body; `known` is the hash of the content that was read last.

        Raises:
            SourceIncompleteError: it is no whole calendar, or grows beyond the limits.
        """
        head, frames = taken(self._done(FEED, ordered([place, known], body), place))
        content, zone, floor = head
        objects = objects_of(frames)
        _bound(len(objects), place)
        return FeedBody(content=content, zone=zone, floor=floor, objects=objects)

    def files(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, tuple[RawObject, ...]]]:
        """Cut files, many at a time, into objects: gives each one's place, and its objects.

        Raises:
            SourceIncompleteError: one is no whole calendar, or they take too much together.
        """
        allowance = Allowance(CUT_CPU)
        total = 0
        for batch in _batches(files, lambda one: len(one[1])):
            order = ordered(_lengths(batch), _joined(batch))
            place = batch[0][0] if len(batch) == 1 else str(Path(batch[0][0]).parent)
            counts, frames = taken(self._done(FILES, order, place, allowance))
            objects = iter(objects_of(frames))
            total += sum(counts)
            _bound(total, batch[0][0])
            for (place, _body), count in zip(batch, counts, strict=True):
                yield place, tuple(islice(objects, count))

    def observe(
        self, objects: Sequence[RawObject], zone: str, owner: Collection[str]
    ) -> list[Observed | None]:
        """Read what objects show of events; None of one that cannot be read.

        Raises:
            SourceIncompleteError: they take too much together.
        """
        found: list[Observed | None] = []
        for batch in _batches(objects, lambda one: len(one.raw)):
            order = ordered([zone, sorted(owner)], framed(batch))
            found += observations_of(self._done(OBSERVE, order, "the calendar"))
        return [seen and replace(seen, etag=one.etag) for one, seen in zip(objects, found, strict=True)]

    def observe_files(
        self, files: Iterable[tuple[str, bytes]], uid: str | None, zone: str, owner: Collection[str]
    ) -> Iterator[tuple[str, list[Observed | None]]]:
        """Read what files show of one UID's events, or of all that have a mark, many files at a time.

        Of one that has the UID and cannot be read it is None.

        Raises:
            SourceIncompleteError: one is no whole calendar, or takes too much.
        """
        for batch in _batches(files, lambda one: len(one[1])):
            try:
                yield from self._observed(batch, uid, zone, owner)
            except SourceIncompleteError:
                if len(batch) == 1:
                    raise
                for one in batch:  # each has its own time, and is named if it is the one
                    yield from self._observed([one], uid, zone, owner)

    def _observed(
        self, batch: Sequence[tuple[str, bytes]], uid: str | None, zone: str, owner: Collection[str]
    ) -> list[tuple[str, list[Observed | None]]]:
        order = ordered([_lengths(batch), uid, zone, sorted(owner)], _joined(batch))
        counts, rows = taken(self._done(OBSERVE_FILES, order, batch[0][0]))
        shown = iter(observations_of(rows))
        return [
            (place, list(islice(shown, count))) for (place, _body), count in zip(batch, counts, strict=True)
        ]

    def edited(self, body: bytes, place: str, uid: str | None, calendar: bytes) -> bytes:
        """Take a UID's events out of a file, and put a calendar's in; every other byte stays.

        Raises:
            SourceIncompleteError: it is no whole calendar, or takes too much.
        """
        return self._done(EDIT, ordered([place, uid, len(calendar)], calendar + body), place)

    def interpret(
        self,
        objects: Iterable[RawObject],
        window: Span,
        zone: str,
        owner: Owner = NOBODY,
        *,
        why: bool = False,
    ) -> Interpretation:
        """Interpret objects; those that cannot be finished are quarantined.

        Raises:
            SourceIncompleteError: they take more of the window than any calendar does.
        """
        known = list(objects)
        shared = {one.content_hash.encode(): one for one in known if one.shared}
        whose = [sorted(owner.addresses), owner.transparent_is_busy]
        work = StagedWork(
            self.run,
            INTERPRET,
            [window.start, window.end, zone, whose, why],
            lambda batch: [*_named_by(batch, shared), *batch],
        )
        work.stage(sorted((one for one in known if not one.shared), key=lambda one: len(one.raw)), 0)
        read = work.result()
        return read if self.install is None else known_again(read, self.install)

    def interpret_body(
        self, body: bytes, place: str, window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Interpret a whole calendar; where that cannot be finished, object by object.

        Raises:
            SourceIncompleteError: it is no whole calendar, or grows beyond the limits.
        """
        order = ordered([place, window.start, window.end, zone, why], body)
        try:
            return interpretation_of(self.run(INTERPRET_BODY, order, cpu=CUT_CPU))
        except RefusedError as error:
            raise SourceIncompleteError(error.what, error.remedy) from error
        except UnfinishedError:
            ((_place, objects),) = self.files([(place, body)])
            return self.interpret(objects, window, zone, why=why)

    def _done(self, task: str, payload: bytes, place: str, allowance: Allowance | None = None) -> bytes:
        try:
            return self.run(task, payload, cpu=CUT_CPU, allowance=allowance)
        except RefusedError as error:
            what = error.what if error.what.startswith(place) else f"{place} cannot be read: {error.what}"
            raise SourceIncompleteError(what, error.remedy) from error
        except UnfinishedError as error:
            raise SourceIncompleteError(
                f"{place} cannot be read: {error}", "Look at what it publishes"
            ) from error


def _bound(objects: int, place: str) -> None:
    if objects > MOST_OBJECTS:
        raise SourceIncompleteError(
            f"{place} holds more than {MOST_OBJECTS} events", "Publish a shorter stretch of the calendar"
        )


def _named_by(batch: Sequence[RawObject], shared: Mapping[bytes, RawObject]) -> Iterator[RawObject]:
    """Give what a batch shares, once."""
    names = dict.fromkeys(name for one in batch for name in references(one.raw))
    yield from (shared[name] for name in names if name in shared)


def _batches(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Gather what is read until it is no small work any more; what errors name is the first of a batch."""
    batch: list[T] = []
    total = 0
    for item in items:
        more = size(item)
        if batch and total + more > SMALL_BATCH:
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += more
    if batch:
        yield batch


def _lengths(batch: Iterable[tuple[str, bytes]]) -> list[tuple[str, int]]:
    return [(place, len(body)) for place, body in batch]


def _joined(batch: Iterable[tuple[str, bytes]]) -> bytes:
    return b"".join(body for _, body in batch)


def owner_of(context: ConnectorContext, transparent: str) -> Owner:
    """Give a connector's owner: every address known by now, and what `transparent` makes them."""
    return Owner(context.owner.known, transparent_is_busy=transparent == "busy")
