"""Objects interpreted in children, many at a time; what kills a child is found, and quarantined alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from connectors.sandbox.frames import MOST_OCCURRENCES, framed, interpretation_of, ordered
from connectors.sandbox.task import Allowance, Runner, UnfinishedError
from engine.errors import SourceIncompleteError
from engine.model.calendar import Quarantined
from engine.model.calendar_object import Interpretation, Judgement, Occurrence, RawObject, Verdict

INTERPRET_CPU = 2.5
"""Seconds of processor for all that is interpreted of one calendar at once; both together stay below five."""
STAGES = ((2000, 1.0), (50, 0.4), (1, 0.4))
"""Objects at once and seconds of processor for them: what kills a stage is halved in the next."""
LARGEST_STAGE = 8 * 1024 * 1024
MOST_TRAFFIC = 64 * 1024 * 1024
"""Bytes that one interpretation may send, what is sent again included."""


class StagedWork:
    """One interpretation: what was found so far, and what it may still cost.

    `sent` gives what a batch needs besides itself, and the batch.
    """

    def __init__(
        self,
        run: Runner,
        task: str,
        order: Sequence[object],
        sent: Callable[[Sequence[RawObject]], Iterable[RawObject]],
    ) -> None:
        self._run = run
        self._task = task
        self._order = order
        self._sent = sent
        self._allowance = Allowance(INTERPRET_CPU)
        self._traffic = MOST_TRAFFIC
        self._occurrences: list[Occurrence] = []
        self._quarantined: list[Quarantined] = []
        self._verdicts: list[Verdict] = []

    def result(self) -> Interpretation:
        """Give all that was found, sorted by start."""
        self._occurrences.sort(key=lambda one: (one.span.start, one.span.end, one.uid))
        return Interpretation(tuple(self._occurrences), tuple(self._quarantined), tuple(self._verdicts))

    def stage(self, objects: Sequence[RawObject], number: int) -> None:
        """Interpret so many at a time; what kills its child goes to the next stage, or to quarantine."""
        most, cpu = STAGES[number]
        for batch in _batches(objects, most):
            payload = ordered(self._order, framed(self._sent(batch)))
            self._traffic -= len(payload)
            if self._traffic < 0 or self._allowance.left <= 0:
                self._hold(batch, "it was not read: the calendar takes too long")
                continue
            try:
                answer = self._run(self._task, payload, cpu=cpu, allowance=self._allowance)
            except UnfinishedError as error:
                if number + 1 < len(STAGES) and len(batch) > 1:
                    self.stage(batch, number + 1)
                else:
                    self._hold(batch, str(error))
            else:
                self._take(interpretation_of(answer))

    def _hold(self, batch: Sequence[RawObject], reason: str) -> None:
        self._quarantined += [Quarantined(one.uid, reason) for one in batch]
        self._verdicts += [Verdict(one.uid, None, Judgement.QUARANTINED, reason) for one in batch]

    def _take(self, read: Interpretation) -> None:
        self._occurrences += read.occurrences
        if len(self._occurrences) > MOST_OCCURRENCES:
            raise SourceIncompleteError(
                f"the calendar has more than {MOST_OCCURRENCES} busy times in the coming weeks",
                "Look for events that repeat too often",
            )
        self._quarantined += read.quarantined
        self._verdicts += read.why


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
