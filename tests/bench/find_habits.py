"""What a model costs a search: `python -m tests.bench.find_habits` prints the table.

A thousand sessions of five, by fixed weights and by habits in turns; medians of the CPU time. As in `gatherly
find`, garbage is not looked for.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.learning.model import LearnedModel
from engine.learning.ranking import LearnedRanking
from tests.bench.find_workloads import habits_of, workload_a

ROUNDS = 7
KNOWN = (1, 20)
"""Everybody has habits of their own, or one person in so many."""


def turns(requests: Sequence[FindRequest], model: LearnedModel | None) -> tuple[float, float]:
    """Give the CPU seconds of all answers, first of people nothing is known of yet, then once more."""
    ranking = None if model is None else LearnedRanking(model, discreet=True)
    asked = requests if ranking is None else [replace(one, ranking=ranking) for one in requests]
    backend = Bitmaps()

    def answered() -> None:
        for request in asked:
            find(request, backend)

    return _cpu(answered), _cpu(answered)


def _cpu(work: Callable[[], None]) -> float:
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print a line for each model: how many times the fixed weights, cold and warm."""
    requests = list(workload_a().requests())
    gc.collect()
    gc.freeze()
    gc.disable()
    for each in KNOWN:
        for around in (False, True):
            model = habits_of(sorted(requests[0].users)[::each], around=around)
            rounds = [(*turns(requests, None), *turns(requests, model)) for _ in range(ROUNDS)]
            cold, warm, learned_cold, learned_warm = (
                statistics.median(one) for one in zip(*rounds, strict=True)
            )
            what = "with what lies around" if around else "by clock and wait"
            print(
                f"| 1 in {each} | {what} | {learned_cold / cold:.2f} | {learned_warm / warm:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
