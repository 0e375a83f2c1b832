"""Messages: how much of them is read right beside three parsers of dates, and what a hostile text costs."""

import json
import os
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.time.instant import parse_instant, to_datetime
from engine.time.local_time import zone_info
from tests.engine.understand.hostile import texts
from tests.engine.understand.scoring import Case, cases, differences, read, score
from tests.engine.understand.test_hostile import heard

pytestmark = pytest.mark.bench
WANTED = ("dateparser==1.5.0", "recurrent==0.4.1", "timefhuman==0.1.5")
LIMIT = timedelta(milliseconds=20).total_seconds()
"""Of CPU, for any text."""
TOOLS = tuple(one.partition("==")[0] for one in WANTED)
WHEN = frozenset({"days", "timeRange", "at", "question", "unsure"})
"""What the tools know of a message; people, subject and intent are given to them."""


def interpreter() -> Path:
    """Give an environment that has the tools; made once, beside what tests leave."""
    place = Path(tempfile.gettempdir()) / f"gatherly-message-tools-{os.getuid()}"
    python = place / "bin" / "python"
    if not (place / "made").exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *WANTED], check=True)
        (place / "made").touch()
    return python


def rows() -> Iterator[Case]:
    """Give the messages that name a day or a time, and are clear."""
    for name in ("given.jsonl", "own.jsonl", "own_kept.jsonl"):
        for case in cases(name):
            expect = case["expect"]
            says = any(expect.get(key) for key in ("dates", "daysOfWeek", "timeRange", "at"))
            if says and not expect.get("unsure") and expect["intent"] in ("request", "refine", "reschedule"):
                yield case


def local(case: Case) -> datetime:
    return to_datetime(parse_instant(case["now"])).astimezone(zone_info(case["tz"])).replace(tzinfo=None)


def fits(case: Case, at: datetime | None) -> bool:
    """Whether a moment is one that the message asks for: on a day and at a time of it."""
    expect: Mapping[str, Any] = case["expect"]
    if at is None:
        return False
    dates = expect.get("dates")
    if dates:
        last = date.fromisoformat(dates["to"]) if dates["to"] else date.max
        if not date.fromisoformat(dates["from"]) <= at.date() <= last:
            return False
    if expect.get("daysOfWeek") and f"{at:%A}".lower() not in expect["daysOfWeek"]:
        return False
    clock = f"{at:%H:%M}"
    if expect.get("at"):
        return bool(clock == expect["at"][-5:])
    named = expect.get("timeRange")
    return not named or named["start"] <= clock < named["end"]


def found_by(python: Path, tool: str, asked: list[Case]) -> list[datetime | None]:
    lines = "".join(json.dumps({"text": one["text"], "now": local(one).isoformat()}) + "\n" for one in asked)
    command = [str(python), str(Path(__file__).with_name("message_tools.py")), tool]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=600)
    found = [json.loads(line)["at"] for line in done.stdout.splitlines()]
    return [None if at is None else datetime.fromisoformat(at) for at in found]


def right_of(asked: list[Case], found: list[datetime | None]) -> int:
    return sum(fits(case, at) for case, at in zip(asked, found, strict=True))


def test_days_and_times_are_read_better_than_by_dateparser_recurrent_and_timefhuman(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = list(rows())
    ours = sum(WHEN.isdisjoint(differences(case, read(case))) for case in asked)
    python = interpreter()
    theirs = {tool: right_of(asked, found_by(python, tool, asked)) for tool in TOOLS}
    with capsys.disabled():
        print(f"\nof {len(asked)} messages that name a day or a time, the days and times of:")
        for tool, right in {"gatherly (all fields exact)": ours, **theirs}.items():
            print(f"  {tool:<28} {right:4}  {100 * right / len(asked):5.1f} %")
        for name in ("given.jsonl", "own.jsonl", "own_kept.jsonl"):
            _tell(name)
    assert ours > 1.2 * max(theirs.values())


def _tell(name: str) -> None:
    """Print how much of a file is read whole, and the recall of each intent, the worst first."""
    every = cases(name)
    wrong = score(every)
    confident = sum(one.confidently for one in wrong)
    print(f"{name}: {len(every) - len(wrong)}/{len(every)} whole, {confident} confidently wrong")
    recall = {}
    for intent in sorted({_meant(one) for one in every}):
        of_it = [one for one in every if _meant(one) == intent]
        answers = [_taken(read(one)) for one in of_it]
        right = sum(one == intent or (intent, one) == ("unsure", "unknown") for one in answers)
        recall[intent] = (right / len(of_it), right, len(of_it))
    for intent, (_, right, count) in sorted(recall.items(), key=lambda one: one[1]):
        print(f"  {intent:<11} {right}/{count}")


def _meant(case: Case) -> str:
    return "unsure" if case["expect"].get("unsure") else str(case["expect"]["intent"])


def _taken(got: Mapping[str, Any]) -> str:
    return "unsure" if got["question"] and got["intent"] != "unknown" else str(got["intent"])


def cost_of(text: str, number: int) -> float:
    """Give seconds of CPU; what is over the limit is read twice more, lest a neighbour's work be counted."""
    tries = []
    for _ in range(3):
        began = time.process_time()
        heard(text, number)
        tries.append(time.process_time() - began)
        if tries[-1] < LIMIT:
            break
    return min(tries)


def test_no_hostile_text_takes_twenty_milliseconds(capsys: pytest.CaptureFixture[str]) -> None:
    took = []
    heard("warm", 0)
    for number, text in enumerate(texts(10_000, seed=20)):
        took.append((cost_of(text, number), text))
    worst, text = max(took)
    with capsys.disabled():
        middle = sorted(took)[len(took) // 2][0]
        print(f"\n10,000 texts: median {middle * 1000:.2f} ms, worst {worst * 1000:.2f} ms of CPU")
    assert worst < LIMIT, text
