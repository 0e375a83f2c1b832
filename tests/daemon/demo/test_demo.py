"""The demonstration: the whole cycle, as a newcomer sees it."""

import json

import pytest

from daemon.demo.report import tell
from tests.worlds.command_line import gatherly


def test_the_demo_goes_full_circle_and_a_second_run_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = gatherly("demo", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert set(facts) == {"sources", "session", "booking", "readBack", "secondRun"}
    assert sorted(one["kind"] for one in facts["sources"]) == ["folder", "folder", "folder", "ics"]
    assert all(one["events"] and one["busy"] for one in facts["sources"])
    assert facts["session"]["status"] == "scheduled"
    assert facts["session"]["finalTime"] == facts["session"]["proposedTimes"][0]
    assert facts["booking"]["allOrNone"] == "all"
    assert {"user": "carol@example.com", "outcome": "notified"} in facts["booking"]["outcomes"]
    assert len(facts["readBack"]) == 3
    final = facts["session"]["finalTime"]
    assert all(
        one["found"] and (one["start"], one["end"]) == (final["start"], final["end"])
        for one in facts["readBack"]
    )
    assert facts["secondRun"] == {"changed": 0, "writes": 0}
    tell(facts, {one["user"]: "UTC" for one in facts["booking"]["outcomes"]}, "there", as_json=False)
    told = capsys.readouterr().out
    assert "notified" in told
    assert "\x1b" not in told, "a pipe has no colour, whichever demonstration writes to it"


@pytest.mark.long
@pytest.mark.upload
def test_the_demo_reads_well_in_80_columns_and_says_where_the_files_are() -> None:
    done = gatherly("demo")
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "notified" in done.stdout
    assert "Open the .ics files there" in done.stdout
    assert "\x1b" not in done.stdout
