"""A kind whose library is not here is told of wherever somebody meets it, with how it is added."""

import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import Line

CONFIGURATION = """
[users.ann]
email = "ann@example.com"
[connectors.ann-work]
kind = "google"
user = "ann"
client_secret_file = "client.json"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with Google, on a machine without Google's libraries."""
    for name in [*sys.modules]:
        if name.startswith(("connectors.gcal.", "google.", "googleapiclient", "google_auth")):
            monkeypatch.delitem(sys.modules, name)
    for name in ("google.auth", "google_auth_oauthlib", "googleapiclient"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "gatherly.toml").write_text(CONFIGURATION)
    (tmp_path / "client.json").write_text("{}")
    return tmp_path / "gatherly.toml"


@pytest.mark.parametrize(
    "words", [("connect", "ann-work"), ("check",), ("check", "--offline"), ("calendars", "ann-work")]
)
def test_it_is_told_with_the_command_that_adds_it(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    done = Line(capsys)(*words, "-c", file)
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "kind 'google' needs google" in told
    assert "requirements-extras.lock" in told
    assert "Traceback" not in told
    assert "unforeseen" not in told
