"""What a model costs a search: `python -m tests.bench.find_habits` prints the table.

A thousand sessions of five, by fixed weights and by habits in turns; medians of the CPU time: while nothing
is known of people, once more, and while nothing is known with every answer written out as JSON. As in
`gatherly find`, garbage is not looked for.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.documents.answers import answer_document
from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.learning.model import LearnedModel
from engine.learning.ranking import LearnedRanking
from tests.bench.find_workloads import habits_of, workload_a

ROUNDS = 7
KNOWN = (1, 20)
"""Everybody has habits of their own, or one person in so many."""


def turns(requests: Sequence[FindRequest], model: LearnedModel | None) -> tuple[float, float, float]:
    """Give the CPU seconds of all answers: first, once more, and first with all their words."""
    ranking = None if model is None else LearnedRanking(model, discreet=True)
    asked = requests if ranking is None else [replace(one, ranking=ranking) for one in requests]
    backend = Bitmaps()

    def answered() -> None:
        for request in asked:
            find(request, backend)

    def written() -> None:
        anew = Bitmaps()
        for request in asked:
            json.dumps(answer_document(find(request, anew)))

    first, again = _cpu(answered), _cpu(answered)
    if model is not None:
        ranking = LearnedRanking(model, discreet=True)
        asked = [replace(one, ranking=ranking) for one in requests]
    return first, again, _cpu(written)


def _cpu(work: Callable[[], None]) -> float:
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print a line for each model: how many times the fixed weights, cold, warm, and cold in words."""
    requests = list(workload_a().requests())
    gc.collect()
    gc.freeze()
    gc.disable()
    for each in KNOWN:
        for around in (False, True):
            model = habits_of(sorted(requests[0].users)[::each], around=around)
            rounds = [(*turns(requests, None), *turns(requests, model)) for _ in range(ROUNDS)]
            columns = [statistics.median(one) for one in zip(*rounds, strict=True)]
            ratios = [with_it / without for without, with_it in zip(columns[:3], columns[3:], strict=True)]
            what = "with what lies around" if around else "by clock and wait"
            print(f"| 1 in {each} | {what} | {' | '.join(f'{one:.2f}' for one in ratios)} |", flush=True)


if __name__ == "__main__":
    main()
