"""How an extra is added is said by the way in which gatherly was installed."""

from pathlib import Path

import pytest

from config.installation import LOCK, PACKAGED, adding, adding_to


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("/opt/gatherly/venv", "Run /opt/gatherly/venv/bin/pip install '{origin}[google]'"),
        ("/home/w/.local/share/pipx/venvs/gatherly", "Run pipx install --force '{origin}[google]'"),
        ("/home/w/.local/share/uv/tools/gatherly", "Run uv tool install --force '{origin}[google]'"),
        (PACKAGED, "Install the package anew"),
        ("/opt/with space/venv", "Run '/opt/with space/venv/bin/pip' install '{origin}[google]'"),
    ],
)
def test_the_command_is_that_of_the_installation(tmp_path: Path, prefix: str, said: str) -> None:
    assert adding_to("google", prefix, tmp_path).startswith(said.format(origin=tmp_path))


def test_a_checkout_has_a_lock_file_that_names_the_contents(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    told = adding_to("google", "/opt/gatherly/venv", tmp_path)
    assert told == f"Run /opt/gatherly/venv/bin/pip install --require-hashes --requirement {tmp_path}/{LOCK}"


def test_from_an_index_it_goes_by_its_name() -> None:
    assert adding_to("postgres", "/venv", None) == "Run /venv/bin/pip install 'gatherly[postgres]'"


def test_here_it_is_the_checkout() -> None:
    assert LOCK in adding("google")
