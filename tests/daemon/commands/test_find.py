"""`gatherly find` as a program sees it: documents in, documents out, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from daemon.commands.sessions.find import run
from engine.errors import InputError
from tests.standins.odd_files import ODD
from tests.worlds.command_line import printed

NOW = "2026-11-16T08:00:00Z"
REQUEST: dict[str, Any] = {
    "now": NOW,
    "session": {"title": "Sync", "hostUserId": "ada", "inviteeIds": ["bo"], "duration": 60},
    "users": [{"id": "ada"}, {"id": "bo"}],
    "busy": {"ada": [], "bo": [["2026-11-16T08:00:00Z", "2026-11-16T10:00:00Z", "Dentist"]]},
}


def gatherly_find(
    *lines: str | dict[str, Any],
    file: Path | None = None,
    as_json: bool = False,
    jsonl: bool = False,
    shared: Path | None = None,
) -> tuple[int, str]:
    stdin = "\n".join(line if isinstance(line, str) else json.dumps({"now": NOW} | line) for line in lines)
    return printed(lambda: run(file, as_json=as_json, jsonl=jsonl, shared=shared), stdin.encode())


def test_one_request_gives_one_document_with_its_id() -> None:
    code, out = gatherly_find(REQUEST | {"id": 7}, as_json=True)
    answer = json.loads(out)
    assert code == 0
    assert (answer["id"], answer["status"], answer["failure"]) == (7, "pending", None)
    assert "starts" not in answer
    assert len(answer["proposedTimes"]) == 3


def test_a_request_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text(json.dumps(REQUEST, indent=2))
    assert gatherly_find(file=tmp_path / "request.json", as_json=True)[0] == 0


def test_people_get_a_table_of_80_columns_without_labels() -> None:
    window = {"start": "2026-11-16T08:00:00Z", "end": "2026-11-16T11:00:00Z"}
    code, out = gatherly_find(REQUEST | {"window": window})
    assert code == 0
    assert "Mon 16 Nov 2026  10:00-11:00" in out
    assert "! bo: Back-to-back meetings" in out
    assert "Dentist" not in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_people_are_told_why_there_is_no_time_and_what_would_help() -> None:
    full = [["2026-11-16T00:00:00Z", "2026-11-24T00:00:00Z"]]
    code, out = gatherly_find(REQUEST | {"busy": {"ada": full, "bo": []}})
    assert code == 0
    assert "No availability found: No mutual availability in next 7 days." in out
    assert "100%  ada: busy" in out
    assert "Extend search window by 1 day" in out


def test_many_requests_are_answered_in_order_and_a_broken_one_stops_nothing() -> None:
    broken = REQUEST | {"id": "b", "step": "often"}
    code, out = gatherly_find(
        REQUEST | {"id": "a"}, broken, "{no json", "", REQUEST | {"id": "c"}, jsonl=True
    )
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [answer["id"] for answer in answers] == ["a", "b", None, "c"]
    assert set(answers[1]) == {"id", "error"}
    assert answers[1]["error"].startswith("step is 'often'")
    assert "is not JSON" in answers[2]["error"]


def test_finding_nothing_is_no_error() -> None:
    code, out = gatherly_find(REQUEST | {"busy": {}}, jsonl=True)
    assert (code, json.loads(out)["status"]) == (0, "failed")


def test_lines_share_users_busy_times_and_defaults_and_win_with_their_own(tmp_path: Path) -> None:
    shared = tmp_path / "shared.json"
    shared.write_text(json.dumps({key: REQUEST[key] for key in ("users", "busy")} | {"limit": 1, "step": 60}))
    own = {"session": REQUEST["session"], "busy": {"bo": []}, "limit": 2}
    code, out = gatherly_find({"session": REQUEST["session"]}, own, jsonl=True, shared=shared)
    shared_answer, own_answer = (json.loads(line)["proposedTimes"] for line in out.splitlines())
    assert code == 0
    assert [len(shared_answer), len(own_answer)] == [1, 2]
    assert own_answer[0]["start"] == "2026-11-16T08:00:00Z"
    assert shared_answer[0]["start"] > "2026-11-16T09:00:00Z"


def test_a_single_broken_request_is_exit_1_with_the_field() -> None:
    code, out = gatherly_find(REQUEST | {"limit": 0}, as_json=True)
    assert code == 1
    assert json.loads(out)["error"].startswith("limit is 0")
    with pytest.raises(InputError, match="limit is 0"):
        gatherly_find(REQUEST | {"limit": 0})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json cannot be read"):
        gatherly_find(file=tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"now": "today"}, "now"),
        ({"window": {"start": "2026-11-17T00:00:00Z", "end": "2026-11-16T00:00:00Z"}}, "window"),
        ({"window": {"start": "2026-11-17T00:00:00Z"}}, "window.end"),
        ({"busy": {"bo": [["2026-11-17T00:00:00Z", "2026-11-16T00:00:00Z"]]}}, "busy.bo[0]"),
        ({"busy": {"bo": [["2026-11-17T00:00:00Z"]]}}, "busy.bo[0]"),
        ({"busy": {"bo": [{"start": "2026-11-17T00:00:00Z", "end": "x"}]}}, "busy.bo[0]"),
        ({"busy": []}, "busy"),
        ({"users": {}}, "users"),
        ({"session": None}, "session"),
        ({"session": REQUEST["session"] | {"duration": 0}}, "session.duration"),
        ({"session": REQUEST["session"] | {"duration": True}}, "session.duration"),
        ({"session": REQUEST["session"] | {"inviteeIds": ["ada"]}}, "ada"),
        ({"session": REQUEST["session"] | {"optionalIds": ["cy"]}}, "optionalIds"),
        ({"session": REQUEST["session"] | {"groups": [{"anyOf": ["cy"], "count": 2}]}}, "groups[0].count"),
        ({"session": REQUEST["session"] | {"constraints": {"daysOfWeek": []}}}, "daysOfWeek"),
        ({"session": REQUEST["session"] | {"constraints": {"excludeDates": ["20.11."]}}}, "excludeDates[0]"),
        ({"session": REQUEST["session"] | {"constraints": {"weather": "fine"}}}, "constraints.weather"),
    ],
)
def test_what_breaks_the_schema_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    code, out = gatherly_find(REQUEST | change, as_json=True)
    assert code == 1
    assert field in json.loads(out)["error"]


def test_odd_fractions_of_a_second_round_outward() -> None:
    busy = [["2026-11-16T08:30:00.5Z", "2026-11-16T09:59:59.5Z"]]
    window = {"start": "2026-11-16T08:00:00Z", "end": "2026-11-16T11:00:00Z"}
    request = REQUEST | {"busy": {"ada": [], "bo": busy}, "window": window, "all": True}
    answer = json.loads(gatherly_find(request, as_json=True)[1])
    assert answer["starts"] == ["2026-11-16T10:00:00Z"]


ODD_USES = [(use, odd) for use in ("request", "shared") for odd in sorted(set(ODD) - {"huge", "sparse"})]


@pytest.mark.parametrize(("use", "odd"), [*ODD_USES, ("request", "sparse")])
def test_what_is_no_plain_file_is_told_of_and_never_waited_for(tmp_path: Path, use: str, odd: str) -> None:
    file = tmp_path / "odd.json"
    ODD[odd](file)
    with pytest.raises(InputError, match=r"cannot be read: (?!None)|a line of more than 128 MiB"):
        gatherly_find(
            REQUEST,
            file=None if use == "shared" else file,
            jsonl=True,
            shared=file if use == "shared" else None,
        )


TOO_MUCH = ["9" * 5_000, "[" * 100_000, '{"a":' * 50_000, '{"duration": -' + "1" * 4_400 + "}"]


@pytest.mark.parametrize("text", TOO_MUCH)
def test_too_deep_a_nest_and_too_long_a_number_are_told_in_a_line(text: str) -> None:
    code, out = gatherly_find(text, REQUEST | {"id": 1}, jsonl=True)
    bad, good = map(json.loads, out.splitlines())
    assert code == 1
    assert "nested too deeply, or holds too long a number" in bad["error"]
    assert good["status"] == "pending"
    with pytest.raises(InputError):
        gatherly_find(text)
