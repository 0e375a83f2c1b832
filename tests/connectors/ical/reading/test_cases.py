"""Real shapes of calendars and their busy times; damaged ones and what they still say."""

import json
from typing import Any

import pytest

from engine.errors import SourceIncompleteError
from tests.connectors.ical.reading.busy_times import DATA, busy, meaning, window

CASES = [json.loads(line) for line in (DATA / "busy_cases.jsonl").read_text().splitlines()]
BROKEN = json.loads((DATA / "broken" / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_busy_times_of_a_real_shape(case: dict[str, Any]) -> None:
    span = window(case["from"], case["to"])
    read = meaning(case["ics"].encode(), case["tz"], span)
    assert busy(read, span) == case["busy"]
    assert read.quarantined == ()


@pytest.mark.parametrize("case", BROKEN, ids=[case["file"] for case in BROKEN])
def test_a_damaged_calendar_still_says_what_it_can(case: dict[str, Any]) -> None:
    span = window(case["from"], case["to"])
    body = (DATA / "broken" / case["file"]).read_bytes()
    if case["busy"] is None:
        with pytest.raises(SourceIncompleteError):
            meaning(body, case["tz"], span)
        return
    read = meaning(body, case["tz"], span)
    answer = (busy(read, span), bool(read.quarantined))
    allowed = [case, *case["also_acceptable"]]
    assert any(answer[0] == one["busy"] and one["quarantined"] in (None, answer[1]) for one in allowed), (
        answer
    )
