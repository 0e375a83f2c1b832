"""Sessions in plain words at the command line: asked for, answered, asked back."""

import json
from pathlib import Path

import pytest

from daemon.runtime.clock import SystemClock
from engine.time.instant import format_instant
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"), Somebody(name="carol"))


def test_a_session_is_begun_and_gone_on_with_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, gatherly = FolderWorld(tmp_path, PEOPLE, format_instant(SystemClock().now())), Line(capsys)
    at = ("-c", world.file)
    sentence = "Schedule a 30 minute review with bob in the next 6 days"
    made = gatherly.asked("session", "create", "--message", sentence, "--as", "alice", *at)
    assert (made["title"], made["duration"], made["inviteeIds"]) == ("review", 30, ["bob"])
    world.run_once()

    unclear = gatherly("say", made["id"], "not Friday afternoon", "--as", "alice", *at)
    assert (unclear.returncode, "?" in unclear.stdout) == (0, True)
    taken = gatherly("say", made["id"], "the last one please", "--as", "alice", *at)
    assert (taken.returncode, "into the calendars" in taken.stdout) == (0, True)
    stranger = gatherly("say", made["id"], "the last one please", "--as", "carol", *at)
    assert (stranger.returncode, stranger.stdout) == (1, "")
    nobody = gatherly("session", "create", "--message", "Coffee with Zebediah tomorrow", "--as", "alice", *at)
    assert (nobody.returncode, "Who is Zebediah?" in nobody.stderr) == (1, True)
    both = gatherly("session", "create", "--message", sentence, "--title", "x", "--as", "alice", *at)
    assert both.returncode == 2


def test_messages_are_read_without_daemon_and_store_one_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "messages.jsonl"
    fields = '"now": "2026-03-04T08:00:00Z", "tz": "Europe/Berlin"'
    lines.write_text(
        f'{{"id": 1, "text": "Lunch with Bo tomorrow", {fields}}}\n'
        '{"id": 2, "text": 7}\n{"id": 3, "text": "x", "tz": "Mars/Olympus"}\nnot JSON\n'
        f'{{"id": 5, "text": "not Friday afternoon", {fields}, "context": {{"offered": [{{"start": 1}}]}}}}\n'
        f'{{"id": 6, "text": "Thanks!", {fields}, "context": null}}\n'
    )
    answered = Line(capsys)("understand", lines, "--jsonl")
    rows = [json.loads(line) for line in answered.stdout.splitlines()]
    assert answered.returncode == 1
    assert [row["id"] for row in rows] == [1, 2, 3, None, 5, 6]
    assert [sorted(row) == ["error", "id"] for row in rows] == [False, True, True, True, True, False]
    assert rows[0]["dates"] == {"from": "2026-03-05", "to": "2026-03-05"}
    assert rows[5]["intent"] == "unknown"
