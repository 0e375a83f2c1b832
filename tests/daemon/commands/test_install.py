"""`gatherly install`: what a machine needs beside the program, put where it belongs or only named."""

import stat
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import Answered, Line

MACHINES = {
    "etc/systemd/system/gatherly.service",
    "etc/systemd/system/gatherly@.service",
    "etc/systemd/system/gatherly-backup.service",
    "etc/systemd/system/gatherly-backup.timer",
    "etc/sysusers.d/gatherly.conf",
    "etc/tmpfiles.d/gatherly.conf",
    "usr/local/share/bash-completion/completions/gatherly",
    "usr/local/share/zsh/site-functions/_gatherly",
    "usr/local/share/fish/vendor_completions.d/gatherly.fish",
    "usr/local/share/man/man1/gatherly.1",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESTDIR", str(tmp_path))
    monkeypatch.setenv("HOME", "/home/weaver")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def there(root: Path) -> set[str]:
    return {str(one.relative_to(root)) for one in root.rglob("*") if one.is_file()}


@pytest.fixture
def install(capsys: pytest.CaptureFixture[str]) -> "Install":
    return Install(Line(capsys))


class Install:
    def __init__(self, line: Line) -> None:
        self._line = line

    def __call__(self, *words: str) -> Answered:
        return self._line("install", *words)


def test_everything_is_put_in_place_for_everybody_to_read(root: Path, install: Install) -> None:
    done = install()
    assert (done.returncode, there(root)) == (0, MACHINES)
    assert {stat.S_IMODE((root / one).stat().st_mode) for one in MACHINES} == {0o644}
    assert "systemctl enable --now gatherly.service" in done.stdout


def test_the_units_call_the_program_that_is_installed(root: Path, install: Install) -> None:
    install()
    for unit in (root / "etc/systemd/system").glob("*.service"):
        assert f"{sys.prefix}/bin/gatherly" in unit.read_text()
        assert "/opt/gatherly/venv" not in unit.read_text()


def test_for_oneself_alone_nothing_lies_outside_one_s_home(root: Path, install: Install) -> None:
    assert install("--user").returncode == 0
    assert all(one.startswith("home/weaver/.") for one in there(root))
    unit = (root / "home/weaver/.config/systemd/user/gatherly.service").read_text()
    assert "%h/.config/gatherly/gatherly.toml" in unit
    assert "DynamicUser" not in unit
    assert "/opt/gatherly/venv" not in unit


@pytest.mark.parametrize("words", [("--print",), ("--print", "--user")])
def test_what_would_be_put_where_is_only_said(root: Path, install: Install, words: tuple[str, ...]) -> None:
    done = install(*words)
    assert (done.returncode, there(root)) == (0, set())
    assert "gatherly.service" in done.stdout
    assert "man/man1/gatherly.1" in done.stdout


def test_a_second_time_nothing_changes(root: Path, install: Install) -> None:
    install()
    before = {one: (root / one).stat().st_mtime_ns for one in there(root)}
    done = install()
    assert done.stdout.count(": as it is") == len(MACHINES)
    assert {one: (root / one).stat().st_mtime_ns for one in there(root)} == before


@pytest.mark.parametrize("stands", ["changed", "link", "dangling link"])
def test_what_stood_there_is_kept_beside_it_and_no_link_is_followed(
    root: Path, install: Install, stands: str
) -> None:
    unit, mine = root / "etc/systemd/system/gatherly.service", root / "mine"
    unit.parent.mkdir(parents=True)
    if stands == "changed":
        unit.write_text("[Service]\nNice=5\n")
    else:
        unit.symlink_to(mine)
        if stands == "link":
            mine.write_text("mine")
    done = install()
    assert (done.returncode, "kept as gatherly.service.old" in done.stdout or stands != "changed") == (
        0,
        True,
    )
    assert not unit.is_symlink()
    assert "Type=notify" in unit.read_text()
    kept = unit.with_name("gatherly.service.old")
    assert kept.is_symlink() if stands != "changed" else kept.read_text() == "[Service]\nNice=5\n"
    assert not mine.exists() or mine.read_text() == "mine"


def test_where_nothing_can_be_written_the_remedy_is_said(root: Path, install: Install) -> None:
    (root / "etc").write_text("no folder")
    done = install()
    assert done.returncode == 1
    assert "gatherly install --user" in done.stderr
