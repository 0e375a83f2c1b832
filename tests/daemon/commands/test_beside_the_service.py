"""What an operator's commands make beside the service belongs to the service, whoever runs them."""

import os
from pathlib import Path

import pytest

from tests.standins.dav_hand import PASSWORD
from tests.standins.radicale import radicale
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

UNIT = """[Service]
ExecStart=/opt/gatherly/venv/bin/gatherly run -c {file}
LoadCredential=gatherly.key:{folder}/key
LoadCredential=bob.password:{folder}/password
"""
NOW = "2025-11-12T09:58:00Z"
CONFIGURATION = """
[store]
url = "sqlite:///{folder}/gatherly.db"
[secrets]
credential = "gatherly.key"
[users."bob@example.com"]
timezone = "Europe/Berlin"
[connectors.bob]
kind = "caldav"
user = "bob@example.com"
url = "{url}"
username = "bob"
password_credential = "bob.password"
allow_private_network = true
read = ["Home"]
write = "Home"
"""
SERVICE = 61_234
"""A user of systemd's for a service (`DynamicUser=yes`)."""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The service's folder: another user's where the tests run as root, else everything is one's own."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, SERVICE, SERVICE)
    return folder


def strangers(state: Path) -> list[str]:
    """List what in the folder is not its owner's."""
    owner = state.stat()
    here = [*state.rglob("*")]
    return [
        str(one) for one in here if (one.stat().st_uid, one.stat().st_gid) != (owner.st_uid, owner.st_gid)
    ]


def test_whatever_a_command_makes_in_the_services_folder_is_the_services(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Store, lock, journal, key, copies, and a store that a backup has become."""
    settings = (
        f'[store]\nurl = "sqlite:///{state}/gatherly.db"\n[secrets]\nkey_file = "{state}/gatherly.key"\n'
    )
    world = FolderWorld(tmp_path, (Somebody(name="alice"),), NOW, settings=settings)
    gatherly = Line(capsys)
    for words in (
        ("run", "--once"),
        ("status",),
        ("backup", state / "copy.db"),
        ("restore", state / "copy.db"),
        ("db", "upgrade"),
        ("keys", "rotate"),
    ):
        assert gatherly(*words, "-c", world.file).returncode in (0, 1), words
        assert strangers(state) == []
    there = {path.name.partition(".before")[0] for path in state.iterdir()}
    assert there >= {"gatherly.db", "gatherly.db.lock", "gatherly.key", "gatherly.key.old", "copy.db"}


def test_commands_beside_the_service_use_its_key_and_its_passwords(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEMD_UNIT_PATH", f"{tmp_path}/units")
    file = tmp_path / "gatherly.toml"
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "gatherly.service").write_text(UNIT.format(file=file, folder=tmp_path))
    (tmp_path / "key").write_bytes(bytes(range(32)))
    (tmp_path / "password").write_text(PASSWORD)
    gatherly = Line(capsys)
    with radicale(tmp_path / "radicale", ("bob",)) as server:
        server.calendar("bob", "Home")
        file.write_text(CONFIGURATION.format(folder=tmp_path, url=server.url))
        for words in (("check",), ("run", "--once"), ("status",), ("calendars", "bob"), ("fsck",)):
            done = gatherly(*words, "-c", file)
            assert (done.returncode, done.stderr.count("Something unforeseen")) == (0, 0), (words, done)


@pytest.mark.parametrize("serves", [True, False])
def test_before_the_service_s_first_start_its_folder_is_systemd_s_to_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, serves: bool
) -> None:
    monkeypatch.setenv("SYSTEMD_UNIT_PATH", f"{tmp_path}/units")
    file, state = tmp_path / "gatherly.toml", tmp_path / "var/lib/gatherly"
    file.write_text(
        f'[store]\nurl = "sqlite:///{state}/gatherly.db"\n[secrets]\ncredential = "gatherly.key"\n'
    )
    (tmp_path / "units").mkdir()
    if serves:
        (tmp_path / "units" / "gatherly.service").write_text(UNIT.format(file=file, folder=tmp_path))
    done = Line(capsys)("check", "--offline", "-c", file)
    assert (done.returncode, f"its folder {state} is missing" in done.stdout) == (not serves, not serves)
