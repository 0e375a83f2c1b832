"""A file that gatherly makes is readable for whom its neighbours are, whatever the service's umask says."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.ical.folder.atomic_file import put


@pytest.fixture(autouse=True)
def service() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def laid(folder: Path, *modes: int) -> None:
    for number, mode in enumerate(modes):
        file = folder / f"{number}.ics"
        file.touch()
        file.chmod(mode)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize(
    ("neighbours", "mode"),
    [
        ((), 0o600),
        ((0o644,), 0o644),
        ((0o640, 0o640, 0o600), 0o640),
        ((0o664, 0o664), 0o664),
        ((0o666,), 0o664),  # everybody's to write is nobody's wish
        ((0o444,), 0o644),  # gatherly's own has to be written again
        ((0o755,), 0o644),
        ((0o6644,), 0o644),
    ],
)
def test_a_new_file_has_the_mode_of_most_of_its_neighbours(
    tmp_path: Path, neighbours: tuple[int, ...], mode: int
) -> None:
    laid(tmp_path, *neighbours)
    put(tmp_path / "new.ics", b"x", new=True)
    assert mode_of(tmp_path / "new.ics") == mode


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660, 0o666])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    laid(tmp_path, mode, 0o640, 0o640)
    put(tmp_path / "0.ics", b"x", new=False)
    assert mode_of(tmp_path / "0.ics") == mode


def test_what_is_no_calendar_beside_it_and_links_have_no_say(tmp_path: Path) -> None:
    (tmp_path / "color").touch(mode=0o644)
    (tmp_path / "0.ics").symlink_to("/etc/passwd")
    (tmp_path / "1.ics").mkdir()
    put(tmp_path / "new.ics", b"x", new=True)
    assert mode_of(tmp_path / "new.ics") == 0o600
