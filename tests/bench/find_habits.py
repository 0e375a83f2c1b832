"""What a model costs a search: `python -m tests.bench.find_habits` prints the table.

A thousand sessions of five, whose events lie on quarters of an hour or begin at any minute, by fixed weights
and by habits in turns; medians of the CPU time: while nothing is known of people, once more, and while
nothing is known with every answer written out as JSON. As in `gatherly find`, garbage is not looked for.
"""

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request, parse_shared
from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.learning.model import LearnedModel
from engine.learning.ranking import LearnedRanking
from tests.bench.find_documents import HARD
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


def at_any_minute() -> list[FindRequest]:
    """Give the sessions of people whose events begin at any minute, some at any second."""
    with tempfile.TemporaryDirectory() as made:
        HARD.write(Path(made))
        shared = parse_shared(json.loads((Path(made) / "shared.json").read_text()))
        lines = (Path(made) / "some").read_text().splitlines()
    return [parse_request(json.loads(line), 0, shared) for line in lines]


def main() -> None:
    """Print a line for each model: how many times the fixed weights, cold, warm, and cold in words."""
    workloads = {"on quarters": list(workload_a().requests()), "at any minute": at_any_minute()}
    gc.collect()
    gc.freeze()
    gc.disable()
    for name, requests in workloads.items():
        for each in KNOWN:
            for around in (False, True):
                model = habits_of(sorted(requests[0].users)[::each], around=around)
                rounds = [(*turns(requests, None), *turns(requests, model)) for _ in range(ROUNDS)]
                columns = [statistics.median(one) for one in zip(*rounds, strict=True)]
                ratios = [more / without for without, more in zip(columns[:3], columns[3:], strict=True)]
                what = "with what lies around" if around else "by clock and wait"
                told = " | ".join(f"{one:.2f}" for one in ratios)
                print(f"| {name} | 1 in {each} | {what} | {told} |", flush=True)


if __name__ == "__main__":
    main()
