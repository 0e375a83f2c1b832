"""What a model costs a search: `python -m tests.bench.find_habits` prints the table.

A thousand sessions of five, whose events lie on quarters of an hour or begin at any minute, by fixed weights
and by models in turns: while nothing is known of people, once more, and while nothing is known with every
answer written out as JSON. Of each answer the least CPU time of seven counts, so that other work on the
machine does not. As in `gatherly find`, garbage is not looked for.
"""

import gc
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request, parse_shared
from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.ids import UserId
from engine.learning.features import Feature
from engine.learning.model import LearnedModel, Weight
from engine.learning.ranking import LearnedRanking
from tests.bench.find_documents import HARD
from tests.bench.find_workloads import MONDAY, habits_of, workload_a

ROUNDS = 7
PARTS = ("new", "known", "in words")
Times: TypeAlias = tuple[list[float], ...]
"""The CPU seconds of each answer: at first, once more, and at first with all its words."""


def models(users: Sequence[UserId]) -> dict[str, LearnedModel | None]:
    """Give what sessions are ranked by."""
    lesson = {(Feature.WEEKDAY, "friday"): Weight(-6.0, 2, 20)}
    found: dict[str, LearnedModel | None] = {
        "none": None,
        "one lesson, the same for everybody": LearnedModel(fitted=MONDAY, sessions=50, population=lesson),
    }
    for who, each in (("one person in twenty", 20), ("everybody", 1)):
        for what, around in (("by clock and wait", False), ("with what lies around", True)):
            found[f"{who}, {what}"] = habits_of(users[::each], around=around)
    return found


def timed(requests: Sequence[FindRequest], model: LearnedModel | None) -> Times:
    """Take the times of all answers by one model."""
    first, again = _asked(requests, model), _asked(requests, model)
    known = Bitmaps()
    gc.collect()
    new, once_more = ([_cpu(lambda: find(one, known)) for one in first] for _ in range(2))  # noqa: B023 - called at once
    anew = Bitmaps()
    gc.collect()
    return new, once_more, [_cpu(lambda: json.dumps(answer_document(find(one, anew)))) for one in again]  # noqa: B023


def _asked(requests: Sequence[FindRequest], model: LearnedModel | None) -> list[FindRequest]:
    ranking = None if model is None else LearnedRanking(model, discreet=True)
    return [replace(one, ranking=ranking) for one in requests]


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def least(rounds: Sequence[Times]) -> list[float]:
    """Add up the least that each answer took."""
    return [sum(map(min, zip(*part, strict=True))) for part in zip(*rounds, strict=True)]


def at_any_minute() -> list[FindRequest]:
    """Give the sessions of people whose events begin at any minute, some at any second."""
    with tempfile.TemporaryDirectory() as made:
        HARD.write(Path(made))
        shared = parse_shared(json.loads((Path(made) / "shared.json").read_text()))
        lines = (Path(made) / "some").read_text().splitlines()
    return [parse_request(json.loads(line), 0, shared) for line in lines]


def main() -> None:
    """Print a line for each model: seconds, and how many times those of the fixed weights."""
    workloads = {"on quarters": list(workload_a().requests()), "at any minute": at_any_minute()}
    gc.collect()
    gc.freeze()
    gc.disable()
    print(f"| events | model | {' | '.join(PARTS)} |", flush=True)
    for name, requests in workloads.items():
        ways = models(sorted(requests[0].users))
        rounds = [{way: timed(requests, model) for way, model in ways.items()} for _ in range(ROUNDS)]
        spent = {way: least([one[way] for one in rounds]) for way in ways}
        for way, parts in spent.items():
            told = [
                f"{one:.3f} s, {one / plain:.2f}" for one, plain in zip(parts, spent["none"], strict=True)
            ]
            print(f"| {name} | {way} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
