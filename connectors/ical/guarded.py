"""Calendars read under guard: in a child with limits, and what kills it is found and quarantined alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.ical.observe import known_again
from connectors.ical.split import references
from connectors.ical.tasks import (
    INTERPRET,
    INTERPRET_BODY,
    SPLIT,
    Order,
    interpretation_of,
    objects_of,
)
from connectors.isolation import Runner, UnfinishedError
from engine.errors import SourceIncompleteError
from engine.ids import InstallId
from engine.model.calendar import Interpretation, Occurrence, Quarantined, RawObject
from engine.ports import Clock
from engine.timespan import Span

FEED_SECONDS = 4.5
"""For everything that is read of one feed at once; a feed has an answer within five seconds."""
SPLIT_CPU = 2.0
STAGES = ((2000, 1.0), (50, 0.4), (1, 0.4))
"""Objects at once and seconds of processor for them: what kills a stage is halved in the next."""
LARGEST_STAGE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GuardedReader:
    """Reads calendars through a runner of tasks; ours are the events of `install`, or any marked one's."""

    run: Runner
    clock: Clock
    install: InstallId | None = None

    def split(self, body: bytes, place: str) -> tuple[RawObject, ...]:
        """Cut a whole calendar into objects.

        Raises:
            SourceIncompleteError: that alone takes too long.
        """
        try:
            return objects_of(self.run(SPLIT, body, cpu=SPLIT_CPU, seconds=FEED_SECONDS))
        except UnfinishedError as error:
            raise SourceIncompleteError(
                f"{place} cannot be read: {error}", "Look at what it publishes"
            ) from error

    def interpret(self, objects: Iterable[RawObject], window: Span, zone: str, owner: str) -> Interpretation:
        """Interpret objects; those that cannot be finished are quarantined."""
        work = _Work(self.run, self.clock, Order(window, zone, owner), FEED_SECONDS)
        known = list(objects)
        work.shared = {one.content_hash.encode(): one for one in known if one.shared}
        work.stage([one for one in known if not one.shared], 0)
        read = work.result()
        return read if self.install is None else known_again(read, self.install)

    def interpret_body(self, body: bytes, window: Span, zone: str) -> Interpretation:
        """Interpret a whole calendar; where that cannot be finished, object by object."""
        order = Order(window, zone, "")
        try:
            answer = self.run(INTERPRET_BODY, order.before(body), cpu=SPLIT_CPU, seconds=FEED_SECONDS / 2)
            return interpretation_of(answer)
        except UnfinishedError:
            return self.interpret(self.split(body, "the calendar"), window, zone, "")


class _Work:
    """One interpretation: what was found so far, and how long there still is."""

    def __init__(self, run: Runner, clock: Clock, order: Order, seconds: float) -> None:
        self._run = run
        self._clock = clock
        self._order = order
        self._until = clock.monotonic() + seconds
        self._occurrences: list[Occurrence] = []
        self._quarantined: list[Quarantined] = []
        self.shared: Mapping[bytes, RawObject] = {}

    def result(self) -> Interpretation:
        self._occurrences.sort(key=lambda one: (one.span.start, one.span.end, one.uid))
        return Interpretation(tuple(self._occurrences), tuple(self._quarantined))

    def stage(self, objects: Sequence[RawObject], number: int) -> None:
        """Interpret so many at a time; what kills its child goes to the next stage, or to quarantine."""
        most, cpu = STAGES[number]
        for batch in _batches(objects, most):
            left = self._until - self._clock.monotonic()
            if left <= 0:
                self._hold(batch, "it was not read: the calendar takes too long")
                continue
            try:
                answer = self._run(
                    INTERPRET, self._order.objects(self._with_shared(batch)), cpu=cpu, seconds=left
                )
            except UnfinishedError as error:
                if number + 1 < len(STAGES) and len(batch) > 1:
                    self.stage(batch, number + 1)
                else:
                    self._hold(batch, str(error))
            else:
                self._take(interpretation_of(answer))

    def _with_shared(self, batch: Sequence[RawObject]) -> Iterator[RawObject]:
        """Send what a batch shares once with it."""
        names = dict.fromkeys(name for one in batch for name in references(one.raw))
        yield from (self.shared[name] for name in names if name in self.shared)
        yield from batch

    def _hold(self, batch: Sequence[RawObject], reason: str) -> None:
        self._quarantined += [Quarantined(one.uid, reason) for one in batch]

    def _take(self, read: Interpretation) -> None:
        self._occurrences += read.occurrences
        self._quarantined += read.quarantined


def _batches(objects: Sequence[RawObject], most: int) -> Iterator[Sequence[RawObject]]:
    """Give at most so many objects, and so many bytes, at a time."""
    start = size = 0
    for at, one in enumerate(objects):
        if at > start and (at - start == most or size + len(one.raw) > LARGEST_STAGE):
            yield objects[start:at]
            start, size = at, 0
        size += len(one.raw)
    if start < len(objects):
        yield objects[start:]
