"""The machine's own zone, by which a terminal tells times and a beginning is written."""

from pathlib import Path

import pytest

from daemon.terminal.times import machine_zone

LINKED = "/usr/share/zoneinfo/Asia/Kathmandu"


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Give a link to a zone, as most systems have it."""
    link = tmp_path / "localtime"
    link.symlink_to(LINKED)
    return link


@pytest.mark.parametrize("named", ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"])
def test_what_the_surroundings_name_comes_first(
    linked: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", named)
    assert machine_zone(linked) == "Europe/Berlin"


def test_else_it_is_where_the_link_leads(linked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert machine_zone(linked) == "Asia/Kathmandu"


def test_a_copy_of_a_zone_tells_no_name_and_other_files_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/Atlantis")
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Pacific/Chatham")
    (tmp_path / "localtime").write_bytes(Path(LINKED).read_bytes())
    assert machine_zone(tmp_path / "localtime") == "Pacific/Chatham"


@pytest.mark.parametrize("named", [None, "Nowhere/Atlantis"])
def test_where_nothing_tells_it_is_utc(
    tmp_path: Path, named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/Atlantis")
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: named)
    assert machine_zone(tmp_path / "localtime") == "UTC"
