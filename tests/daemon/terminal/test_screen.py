"""What others wrote steers no terminal and begins no line, whatever command shows it."""

import io
import json
import re
from pathlib import Path

import pytest

from daemon.terminal.paint import Role, paint
from daemon.terminal.screen import Screen, json_text
from daemon.terminal.table import table
from engine.model.calendar import Quarantined
from tests.worlds.command_line import Line

STEERING = "Lunch\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\x00\x85\u2028"
ESCAPED = STEERING.replace("\x00", "")
CONFIGURATION = """\
[store]
url = "sqlite:///gatherly.db"
[users."alice@example.com"]
timezone = "UTC"
[users."bob@example.com"]
timezone = "UTC"
[connectors.work]
kind = "folder"
user = "alice@example.com"
path = "calendars"
"""
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20300101T000000Z\r\n"
    "DTSTART:{start}\r\nDTEND:20300506T100000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gatherly.toml").write_text(CONFIGURATION)
    calendars = tmp_path / "calendars"
    calendars.mkdir()
    for uid, start in (("good", "20300506T080000Z"), ("bad\x1b[2J\u202e", "nonsense\x1b[31m")):
        title = f"{ESCAPED}\\nforged: all is well"
        (calendars / f"{uid[:4]}.ics").write_text(EVENT.format(uid=uid, start=start, title=title))
    return tmp_path


TITLE = f"{ESCAPED}\nforged: all is well"
COMMANDS = (
    ("run", "--once"),
    ("status",),
    ("check", "--offline"),
    ("plan",),
    ("explain", "--user", "alice@example.com", "--at", "2030-05-06T09:00:00Z"),
    ("session", "create", "--host", "alice@example.com", "--with", "bob@example.com", "--title", TITLE),
    ("session", "list"),
    ("session", "show", TITLE),
    (ESCAPED,),
    ("--" + ESCAPED,),
)


def test_no_command_lets_a_text_steer_the_terminal_or_begin_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(capsys)
    for words in COMMANDS:
        done = line(*words, "-c", folder / "gatherly.toml")
        said = done.stdout + done.stderr
        assert said, words
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", said), words
        assert not re.search("^forged", said, re.MULTILINE), words


def test_json_says_just_what_it_is_to_say_and_steers_nothing() -> None:
    text = json_text({"title": f"{STEERING}\ud800 Zoë"})
    assert json.loads(text) == {"title": f"{STEERING}\ud800 Zoë"}
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e\ud800]", text)
    assert "Zoë" in text


def test_a_screen_keeps_lines_tabs_and_scripts() -> None:
    stream = io.StringIO()
    Screen(stream).writelines(["a\tb\n", "Zoë שלום 👩\u200d👧\n", STEERING])
    assert stream.getvalue() == "a\tb\nZoë שלום 👩\u200d👧\nLunch[2J]0;owned31mgnp.exe"


def test_a_painted_table_is_plain_where_it_is_printed_as_a_text() -> None:
    stream = io.StringIO()
    Screen(stream).write(table(("who", "what"), [("alice", "\x1b[31mred\x1b[0m")]))
    assert stream.getvalue().splitlines()[0] == "who    what"
    assert "\x1b" not in stream.getvalue()
    Screen(stream).paint(paint(Role.QUIET, "quiet"))
    assert stream.getvalue().endswith("\x1b[2mquiet\x1b[0m")


def test_an_event_that_cannot_be_read_is_named_in_one_short_line() -> None:
    bad = Quarantined("x\r\ny\x1b[2J" + "z" * 5000, "why\n" * 1000)
    assert "\n" not in bad.uid + bad.reason
    assert len(bad.uid) <= 1000
    assert len(bad.reason) <= 300
