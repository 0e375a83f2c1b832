"""Every case of the common set, exactly: starts, blockers, relaxations, and what proposals have to hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.errors import InputError
from engine.find.search import find
from engine.time.instant import parse_instant

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "find" / "cases.jsonl").read_text().splitlines()
]
SESSIONS_OWN = {"past", "outside_days", "outside_time_range", "excluded_date"}
FREE_TO_DIFFER = {"window", "duration", "excludeDates"}
"""Relaxations for which the cases give no number."""


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


def answered(case: dict[str, Any]) -> dict[str, Any]:
    request = parse_request(case["request"], now=0)
    return answer_document(find(request), all_starts=True)


def blamed(pairs: list[Any]) -> set[tuple[str, str | None]]:
    return {(code, None if code in SESSIONS_OWN else user) for code, user in pairs}


@pytest.mark.parametrize("case", [case for case in CASES if "error" not in case["expect"]], ids=named)
def test_the_answer_is_exact(case: dict[str, Any]) -> None:
    answer, expected = answered(case), case["expect"]
    assert answer["status"] == expected["status"]
    assert answer["starts"] == expected["starts"]
    if expected["status"] == "pending":
        assert answer["failure"] is None
        check_proposals(answer["proposedTimes"], case["request"], set(expected["starts"]))
    else:
        assert answer["proposedTimes"] == []
        check_failure(answer["failure"], expected)


def check_failure(failure: dict[str, Any], expected: dict[str, Any]) -> None:
    found = blamed([(blocker["code"], blocker["user"]) for blocker in failure["blockers"]])
    assert blamed(expected["mustBlock"]) <= found <= blamed(expected["mayBlock"])
    assert all(0 < blocker["share"] <= 1 for blocker in failure["blockers"])
    listed = {
        relaxation["code"]: {"slots": relaxation["slots"], "first": relaxation["first"]}
        for relaxation in failure["relaxations"]
    }
    helping = {code: told for code, told in expected["relaxations"].items() if told["slots"]}
    assert {code: told for code, told in listed.items() if code not in FREE_TO_DIFFER} == helping
    assert failure["failureReason"] == expected.get("failureReason", failure["failureReason"])
    assert set(expected.get("suggestionsInclude", [])) <= set(failure["suggestions"])


def check_proposals(slots: list[dict[str, Any]], request: dict[str, Any], starts: set[str]) -> None:
    session, busy = request["session"], request["busy"]
    assert 1 <= len(slots) <= request.get("limit", 3)
    assert len({slot["start"] for slot in slots}) == len(slots)
    assert {slot["start"] for slot in slots} <= starts
    assert [slot["confidence"] for slot in slots] == sorted(
        (slot["confidence"] for slot in slots), reverse=True
    )
    for slot in slots:
        assert 0 <= slot["confidence"] <= 1
        assert parse_instant(slot["end"]) - parse_instant(slot["start"]) == session["duration"] * 60
        assert slot["score"] == pytest.approx(sum(reason["points"] for reason in slot["reasons"]), abs=1e-9)
        states = {attendee["user"]: attendee["availability"] for attendee in slot["attendees"]}
        assert all(states[user] == "free" for user in (session["hostUserId"], *session["inviteeIds"]))
        for user in session.get("optionalIds", []):
            if busy.get(user) is None:
                assert states[user] == "unknown"
            elif taken(busy[user], slot):
                assert states[user] in ("busy", "outside_hours")
            else:
                assert states[user] in ("free", "outside_hours")


def taken(entries: list[list[str]], slot: dict[str, Any]) -> bool:
    return any(start < slot["end"] and end > slot["start"] and start < end for start, end, *_ in entries)


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case["expect"]], ids=named)
def test_a_broken_request_is_refused_by_the_field(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        parse_request(case["request"], now=0)
    assert any(field.lower() in str(refused.value).lower() for field in case["expect"]["error"])
