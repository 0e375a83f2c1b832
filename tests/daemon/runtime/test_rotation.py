"""A new master key while secrets lie in the store: killed at any step, all of them stay readable."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.secrets import SecretPlaces
from daemon.app.principal import OPERATOR
from daemon.app.upkeep.rotate_key import rotate_key, rotate_to
from daemon.commands.store.keys import custody_of
from daemon.runtime.keys import keyring_of, keys_from_to
from daemon.store_access import load_configuration, store_url
from engine.errors import VaultError
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from store.keys import Keyring, load_key_file
from store.open import open_store
from store.vault import KeyVault
from tests.chaos.processes import End, spawn
from tests.contracts.stores.samples import user
from tests.worlds.command_line import Line

CONFIGURATION = '[store]\nurl = "sqlite:///gatherly.db"\n'
CHANGING = frozenset({"os.link", "os.rename", "os.remove"})
"""What the runtime tells of before the files of the keys change."""


@dataclass(frozen=True, slots=True)
class Safe:
    """A store with one secret each of many people, and its key file."""

    folder: Path
    secrets: int

    @property
    def file(self) -> Path:
        return self.folder / "gatherly.toml"

    @property
    def key(self) -> Path:
        return self.folder / "gatherly.key"

    def copy_to(self, folder: Path) -> "Safe":
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Safe(folder, self.secrets)

    def opened(self, keyring: Keyring, each: int = 1) -> int:
        """Give how many of the secrets can be read with these keys, looking at every n-th.

        Raises:
            VaultError: one cannot.
        """
        url = store_url(load_configuration(self.file))
        store = open_store(url, KeyVault(keyring))
        try:
            with store.reading() as tx:
                found = [tx.repositories.grants.get(f"c{number}") for number in range(0, self.secrets, each)]
        finally:
            store.close()
        return sum(one is not None and one.refresh_token == f"secret-{one.connector}" for one in found)

    def keyring(self) -> Keyring:
        """Give the keys that any command would work with now."""
        configuration = load_configuration(self.file)
        return keyring_of(configuration, SecretPlaces.of(self.file, {}), False, lambda line: None)

    def rotate(self, batch: int) -> None:
        opened = partial(custody_of, self.file)
        rotate_key(OPERATOR, load_configuration(self.file), opened, lambda _: None, batch)


def furnished(folder: Path, secrets: int) -> Safe:
    """Make a store in which everybody has a secret, sealed under a data key of their own."""
    folder.mkdir()
    safe = Safe(folder, secrets)
    safe.file.write_text(CONFIGURATION)
    key = load_key_file(safe.key, may_create=True).key
    store = open_store(store_url(load_configuration(safe.file)), KeyVault(Keyring(key)))
    with store.writing() as tx:
        for number in range(secrets):
            person = user(f"u{number}")
            tx.users.put(person)
            tx.repositories.grants.put(grant_of(person.id, f"c{number}"))
    store.close()
    return safe


def grant_of(person: UserId, name: str) -> Grant:
    return Grant(
        connector=ConnectorName(name),
        user_id=person,
        provider="google",
        refresh_token=f"secret-{name}",
        status=GrantStatus.CONNECTED,
        created_at=0,
        updated_at=0,
    )


def die_at(step: int) -> Callable[..., None]:
    """Give what counts durable steps and dies at one of them."""
    count = 0

    def noticed(*_: object) -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return noticed


def rotate_and_die(safe: Safe, batch: int, step: int) -> None:
    """Rotate in a process that is killed before its n-th step: a transaction, or a change of files."""
    noticed = die_at(step)

    def heard(name: str, words: tuple[object, ...]) -> None:
        if name in CHANGING or (name == "open" and isinstance(words[2], int) and words[2] & os.O_CREAT):
            noticed()

    sys.addaudithook(heard)
    sa.event.listen(sa.Engine, "commit", noticed)
    safe.rotate(batch)


def killed_at(safe: Safe, batch: int, step: int) -> bool:
    """Tell whether the rotation got as far as the step, and was killed there."""
    ended = spawn(lambda: rotate_and_die(safe, batch, step)).wait()
    assert ended in (End.KILLED, End.DONE)
    return ended is End.KILLED


def rotate_under_fire(folder: Path, secrets: int, batch: int, each: int, stride: int) -> int:
    """Kill a rotation at every n-th step in turn, and finish it; gives the number of kills."""
    fresh = furnished(folder / "fresh", secrets)
    old = fresh.key.read_bytes()
    step, kills = 1, 0
    while True:
        safe = fresh.copy_to(folder / "tried")
        if not killed_at(safe, batch, step):
            break
        assert safe.opened(safe.keyring(), each) == len(range(0, secrets, each))
        safe.rotate(batch)
        assert safe.key.read_bytes() != old
        assert safe.opened(Keyring(safe.key.read_bytes()), 10 * each) == len(range(0, secrets, 10 * each))
        step, kills = step + stride, kills + 1
    assert safe.opened(Keyring(safe.key.read_bytes())) == secrets
    with pytest.raises(VaultError):
        safe.opened(Keyring(old))
    return kills


WHOLE = [pytest.mark.long, pytest.mark.upload, pytest.mark.chaos]


@pytest.mark.parametrize(
    ("secrets", "stride"), [(4, 6), pytest.param(20, 1, marks=WHOLE), pytest.param(200, 1, marks=WHOLE)]
)
def test_all_secrets_survive_a_kill_at_every_step_of_a_rotation(
    tmp_path: Path, secrets: int, stride: int
) -> None:
    kills = rotate_under_fire(tmp_path, secrets, batch=secrets // 2, each=1, stride=stride)
    print(f"{kills} kills")
    assert kills >= 15 // stride


@pytest.mark.long
@pytest.mark.chaos
def test_ten_thousand_secrets_survive_a_rotation_that_is_killed_again_and_again(tmp_path: Path) -> None:
    """Each run goes on where the last one died, a few steps further."""
    safe = furnished(tmp_path / "store", 10_000)
    old = safe.key.read_bytes()
    kills = 0
    while killed_at(safe, batch=250, step=8 + kills % 30):
        kills += 1
        assert safe.opened(safe.keyring(), 500) == 20
    print(f"{kills} kills")
    assert kills > 10
    assert safe.key.read_bytes() != old
    assert safe.opened(Keyring(safe.key.read_bytes())) == 10_000
    with pytest.raises(VaultError):
        safe.opened(Keyring(old))


def test_a_key_that_another_hands_out_is_changed_by_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a credential of systemd's: gatherly makes the new key, the operator puts it in the place."""
    safe, gatherly = furnished(tmp_path / "store", 7), Line(capsys)
    handed = tmp_path / "credentials"
    handed.mkdir()
    shutil.move(safe.key, handed / "gatherly.key")
    safe.file.write_text(f'{CONFIGURATION}[secrets]\ncredential = "gatherly.key"\n')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    old, new = handed / "gatherly.key", tmp_path / "new.key"
    told = gatherly("keys", "rotate", "-c", safe.file)
    assert (told.returncode, "keys rotate --to FILE" in told.stderr) == (1, True)
    assert gatherly("keys", "rotate", "--to", new, "-c", safe.file).returncode == 0
    assert new.stat().st_mode & 0o777 == 0o600
    refused = gatherly("status", "-c", safe.file)
    assert (refused.returncode, "does not fit" in refused.stderr) == (1, True)
    new.replace(old)
    assert gatherly("status", "-c", safe.file).returncode == 0
    assert safe.opened(Keyring(old.read_bytes())) == 7


@pytest.mark.parametrize("step", [2, 4, 6])
def test_a_change_by_files_that_was_killed_goes_on_where_it_ended(tmp_path: Path, step: int) -> None:
    safe = furnished(tmp_path / "store", 6)
    new = tmp_path / "new.key"

    def changed() -> None:
        keyring = keys_from_to(safe.key, new)
        rotate_to(OPERATOR, partial(custody_of, safe.file, keyring), lambda _: None, 2)

    def dying() -> None:
        sa.event.listen(sa.Engine, "commit", die_at(step))
        changed()

    assert spawn(dying).wait() is End.KILLED
    assert safe.opened(keys_from_to(safe.key, new)) == 6
    changed()
    changed()
    assert safe.opened(Keyring(new.read_bytes())) == 6


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "gatherly.key"), "--to"),
        (("--from", "missing.key", "--to", "new.key"), "missing"),
        (("--from", "gatherly.toml", "--to", "new.key"), "read by others"),
        (("--from", "other.key", "--to", "new.key"), "does not fit"),
        (("--to", "folder/new.key"), "cannot be made"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: str,
) -> None:
    safe = furnished(tmp_path / "store", 2)
    monkeypatch.chdir(safe.folder)
    load_key_file(safe.folder / "other.key", may_create=True)
    done = Line(capsys)("keys", "rotate", *words, "-c", safe.file)
    assert (done.returncode in (1, 2), told in done.stderr) == (True, True), done
    assert safe.opened(Keyring(safe.key.read_bytes())) == 2
