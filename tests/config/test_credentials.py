"""Commands beside the service: its credentials are found by its unit, or the way to them is told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config.configuration import Kinds
from config.credentials import Credentials, find_credentials
from config.loader import load
from config.secrets import SecretPlaces, read_credential
from engine.errors import ConfigurationError, InputError

UNIT = "[Service]\nExecStart=/opt/gatherly/venv/bin/gatherly run -c {file}\n"


class Machine:
    """A configuration, and folders in which units may lie; the first stands above the second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "gatherly.toml"
        self.file.write_text("")
        self.env = {"SYSTEMD_UNIT_PATH": f"{folder}/etc:{folder}/usr"}

    def put(self, place: str, text: str) -> Path:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{file}", str(self.file)).replace("{folder}", str(self.folder)))
        return path

    def read(self, name: str) -> bytes:
        return read_credential(name, SecretPlaces.of(self.file, self.env))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_command_beside_the_service_reads_what_its_unit_loads(machine: Machine) -> None:
    machine.put("key", "the key")
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=gatherly.key:{{folder}}/key\n")
    assert machine.read("gatherly.key") == b"the key"


@pytest.mark.parametrize(
    "lines",
    [
        "LoadCredential=bob:{folder}/bob",
        "LoadCredential=bob:/nowhere\nLoadCredential=\nLoadCredential=bob:{folder}/bob",
        "LoadCredential=bob:/nowhere\nLoadCredential=bob:{folder}/bob",
        "LoadCredential=\\\n  bob:{folder}/bob",
        "# LoadCredential=bob:/nowhere\n; no\n  LoadCredential = bob:{folder}/bob  ",
    ],
)
def test_a_unit_is_read_as_systemd_reads_it(machine: Machine, lines: str) -> None:
    machine.put("bob", "pw")
    machine.put("etc/gatherly.service", f"{UNIT}{lines}\n[Install]\nLoadCredential=bob:/nowhere\n")
    assert machine.read("bob") == b"pw"


def test_drop_ins_count_in_the_order_of_their_names_and_those_of_etc_stand_above(machine: Machine) -> None:
    machine.put("first", "first")
    machine.put("second", "second")
    machine.put("usr/gatherly.service", UNIT)
    machine.put("usr/gatherly.service.d/20-b.conf", "[Service]\nLoadCredential=a:/nowhere\n")
    machine.put("etc/gatherly.service.d/20-b.conf", "[Service]\nLoadCredential=a:{folder}/second\n")
    machine.put("etc/gatherly.service.d/10-a.conf", "[Service]\nLoadCredential=a:{folder}/first\n")
    assert machine.read("a") == b"second"


def test_a_unit_of_etc_stands_for_the_one_of_the_package(machine: Machine) -> None:
    machine.put("ours", "ours")
    machine.put("usr/gatherly.service", f"{UNIT}LoadCredential=a:/nowhere\n")
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=a:{{folder}}/ours\n")
    assert machine.read("a") == b"ours"


@pytest.mark.parametrize("named", ["--config {file}", "--config={file}", "-c {folder}/./gatherly.toml"])
def test_the_unit_is_known_by_its_configuration_however_it_names_it(machine: Machine, named: str) -> None:
    machine.put("key", "ours")
    machine.put("usr/gatherly-other.service", UNIT.replace("{file}", "/etc/other.toml"))
    machine.put("usr/gatherly-ours.service", f"[Service]\nExecStart=gatherly run {named}\n")
    machine.put("usr/gatherly-ours.service.d/key.conf", "[Service]\nLoadCredential=k:{folder}/key\n")
    assert machine.read("k") == b"ours"


def test_another_configuration_gets_nothing_of_the_service(machine: Machine) -> None:
    machine.put("key", "the key")
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=k:{{folder}}/key\n")
    other = machine.put("elsewhere/gatherly.toml", "")
    assert find_credentials(other, machine.env) == Credentials()


def test_inside_the_service_its_own_folder_counts_alone(machine: Machine) -> None:
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=k:{{folder}}/key\n")
    machine.put("key", "of the unit")
    machine.put("run/k", "of the service")
    machine.env["CREDENTIALS_DIRECTORY"] = str(machine.folder / "run")
    assert machine.read("k") == b"of the service"


def test_while_the_service_works_what_it_was_handed_counts(machine: Machine) -> None:
    """The key of a drop-in that was added since the start is not yet the service's, but can be found."""
    machine.put("run/k", "handed over")
    machine.put("key", "later")
    machine.put("more", "added since")
    loaded = {"k": machine.folder / "key", "new": machine.folder / "more"}
    found = Credentials(machine.folder / "run", loaded, "gatherly.service")
    places = SecretPlaces(machine.folder, found)
    assert (read_credential("k", places), read_credential("new", places)) == (b"handed over", b"added since")
    assert found.names() == ["k", "new"]


def test_what_the_unit_does_not_hand_out_is_told_with_its_name(machine: Machine) -> None:
    machine.put("etc/gatherly.service", UNIT)
    with pytest.raises(InputError, match=r"gatherly\.service hands out no credential bob") as caught:
        machine.read("bob")
    assert "LoadCredential=bob:" in str(caught.value)


def test_who_may_not_read_them_is_told_the_command_that_may(machine: Machine) -> None:
    error = PermissionError(13, "Permission denied")
    beside = Credentials(None, {}, "gatherly.service")
    assert "sudo" in beside.remedy("k", error)
    assert "sudo" not in Credentials(machine.folder).remedy("k", error)


@pytest.mark.parametrize("wrong", ["\x00\xff", "[Service\nExecStart='", "ExecStart=gatherly run -c {file}\n"])
def test_a_unit_that_is_none_is_no_trouble(machine: Machine, wrong: str) -> None:
    machine.put("etc/gatherly.service", wrong)
    os.mkfifo(machine.folder / "etc" / "gatherly-pipe.service")
    assert find_credentials(machine.file, machine.env) == Credentials()


def _store(machine: Machine) -> str:
    return load(machine.file, kinds=Kinds({}, frozenset()), env=machine.env).settings.store.url


def test_a_setting_that_is_a_credential_counts_beside_the_service_too(machine: Machine) -> None:
    machine.put("url", "sqlite:////srv/store.db\n")
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=GATHERLY_STORE__URL:{{folder}}/url\n")
    assert _store(machine) == "sqlite:////srv/store.db"


def _into_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("spoil", [Path.unlink, _into_a_pipe])
def test_a_setting_that_cannot_be_read_is_no_setting_left_out(
    machine: Machine, spoil: Callable[[Path], object]
) -> None:
    """Without it another store would be opened, without a word."""
    spoil(machine.put("url", "sqlite:////srv/store.db\n"))
    machine.put("etc/gatherly.service", f"{UNIT}LoadCredential=GATHERLY_STORE__URL:{{folder}}/url\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        _store(machine)
