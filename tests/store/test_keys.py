"""The master key's file: made once, private, and nothing else is taken for a key."""

import base64
from pathlib import Path

import pytest

from engine.errors import VaultError
from store.keys import Keyring, key_id, load_key_file, parse_key, sub_key

KEY = bytes(range(32))


def test_a_missing_key_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "gatherly.key"
    made = load_key_file(path, may_create=True)
    assert made.made
    assert len(made.key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    again = load_key_file(path, may_create=True)
    assert (again.key, again.made) == (made.key, False)
    assert [each.name for each in tmp_path.iterdir()] == ["gatherly.key"]


def test_a_missing_key_file_is_not_made_where_secrets_are_stored(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="Put it back from a backup"):
        load_key_file(tmp_path / "gatherly.key", may_create=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "gatherly.key"
    path.write_bytes(KEY)
    path.chmod(mode)
    with pytest.raises(VaultError, match="chmod 600"):
        load_key_file(path, may_create=True)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="Make its folder"):
        load_key_file(tmp_path / "none" / "gatherly.key", may_create=True)


def test_a_folder_in_the_keys_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="cannot be read"):
        load_key_file(tmp_path, may_create=True)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        KEY.hex().encode() + b"\n",
        KEY.hex().upper().encode(),
        base64.b64encode(KEY),
        base64.urlsafe_b64encode(bytes([255] * 32)) + b"\n",
    ],
)
def test_a_key_is_read_plain_as_hex_and_as_base64(text: bytes) -> None:
    assert parse_key(text, "The key") in (KEY, bytes([255] * 32))


@pytest.mark.parametrize("text", [b"", b"secret", KEY + b"\n", KEY[:31], b"zz" * 32, b"\xff" * 64])
def test_anything_else_is_no_key(text: bytes) -> None:
    with pytest.raises(VaultError, match="The key holds no key"):
        parse_key(text, "The key")


def test_each_purpose_has_a_key_of_its_own() -> None:
    drawn = {sub_key(KEY, purpose) for purpose in ("ids", "data keys", "key id", "links")}
    assert len(drawn) == 4
    assert KEY not in drawn


def test_a_keyring_shows_ids_and_never_keys() -> None:
    ring = Keyring(KEY, bytes(32))
    assert repr(ring) == f"Keyring({key_id(KEY)}, {key_id(bytes(32))})"
    assert ring.knows(key_id(bytes(32)))
    with pytest.raises(VaultError, match="not in the keyring"):
        Keyring(KEY).draw(key_id(bytes(32)), "ids")
