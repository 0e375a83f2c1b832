"""A kind whose library is not here is told of wherever somebody meets it, with how it is added."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import PATIENCE, ROOT

WITHOUT_GOOGLE = (
    "import sys; names = ('google.auth', 'google_auth_oauthlib', 'googleapiclient'); "
    "sys.modules.update(dict.fromkeys(names)); "
    "from daemon.cli import answer; sys.exit(answer(sys.argv[1:]))"
)
"""A process of its own: who takes modules out of this one leaves two of each to the tests that follow."""

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


@pytest.mark.parametrize(
    "words", [("connect", "ann-work"), ("check",), ("check", "--offline"), ("calendars", "ann-work")]
)
def test_it_is_told_with_the_command_that_adds_it(file: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_GOOGLE, *words, "-c", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "kind 'google' needs google" in told
    assert "requirements-extras.lock" in told
    assert "Traceback" not in told
    assert "unforeseen" not in told
