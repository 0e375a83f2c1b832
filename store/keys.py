"""The master key: where it lies, and the keys that are drawn from it (RFC 5869), one for each purpose.

A keyring reads with any of its keys and writes with the first, so that a key can be replaced while in use.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.files.plainfile import give_to_owner_of, open_plain, sync_folder
from engine.errors import VaultError

KEY_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class LoadedKey:
    """A master key from a file, and whether it was made just now (which is to be said)."""

    key: bytes = field(repr=False)
    made: bool


def load_key_file(path: Path, may_create: bool) -> LoadedKey:
    """Read the master key; a missing file is made (0600) only on request, that is, while no secret is stored.

    Raises:
        VaultError: missing, readable by others than its owner, or not a key.
    """
    try:
        return LoadedKey(_read(path), made=False)
    except FileNotFoundError:
        if not may_create:
            raise VaultError(
                f"The key file {path} is missing, and the store holds secrets that only it opens",
                "Put it back from a backup",
            ) from None
    except OSError as error:
        raise VaultError(f"The key file {path} cannot be read: {error.strerror}") from error
    return LoadedKey(_make(path), made=True)


def _read(path: Path) -> bytes:
    with os.fdopen(open_plain(path), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & _OTHERS:
            raise VaultError(
                f"The key file {path} can be read by others (mode {stat.S_IMODE(mode):04o})",
                f"Run chmod 600 {path}",
            )
        return parse_key(file.read(4096), f"The key file {path}")


def _make(path: Path) -> bytes:
    """Write a new key beside the place and link it there whole, so that two makers end with one key."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            give_to_owner_of(path.parent, file)
            os.write(file, os.urandom(KEY_BYTES))
            os.fsync(file)
        finally:
            os.close(file)
        _link(draft, path)
        return _read(path)
    except OSError as error:
        raise VaultError(
            f"The key file {path} cannot be made: {error.strerror}", "Make its folder, writable for gatherly"
        ) from error


def _link(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody else made it meanwhile: theirs is the key
    finally:
        draft.unlink()
    sync_folder(path.parent)


def parse_key(data: bytes, source: str) -> bytes:
    """Read a key of 32 bytes: as they are, in hexadecimal, or in base64; `source` names it in the error.

    Raises:
        VaultError: it is none of these.
    """
    if len(data) == KEY_BYTES:
        return data
    text = data.strip()
    try:
        key = bytes.fromhex(text.decode()) if len(text) == 2 * KEY_BYTES else _base64(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultError(f"{source} holds no key", "A key is 32 random bytes, plain, as hex or as base64")
    return key


def _base64(text: bytes) -> bytes:
    return base64.b64decode(text, altchars=b"-_" if b"-" in text or b"_" in text else None, validate=True)


def sub_key(key: bytes, purpose: str) -> bytes:
    """Draw the key for one purpose (HKDF-SHA256)."""
    return HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"gatherly|v1|{purpose}".encode()
    ).derive(key)


class Keyring:
    """Master keys by their ids; the first one writes."""

    def __init__(self, primary: bytes, *older: bytes) -> None:
        self._keys = {key_id(key): key for key in (primary, *older)}
        self.primary = key_id(primary)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._keys)})"

    def led_by(self, primary: bytes) -> "Keyring":
        """Give a ring that reads what this one does, and writes with another key."""
        return Keyring(primary, *self._keys.values())

    @classmethod
    def passing(cls) -> "Keyring":
        """Make a ring with a key that nothing outlasting this process is to be sealed with."""
        return cls(os.urandom(KEY_BYTES))

    def draw(self, key: str, purpose: str) -> bytes:
        """Draw a sub-key of the master key with that id.

        Raises:
            VaultError: the keyring has no such key.
        """
        master = self._keys.get(key)
        if master is None:
            raise VaultError(
                f"The master key {key} is not in the keyring", "Add the key file that was in use then"
            )
        return sub_key(master, purpose)

    def identifier(self, text: str) -> bytes:
        """Give HMAC-SHA256 of a text under the key for ids."""
        return hmac.digest(self.draw(self.primary, "ids"), text.encode(), hashlib.sha256)

    def knows(self, key: str) -> bool:
        """Tell whether a key with that id is in the ring."""
        return key in self._keys


def key_id(key: bytes) -> str:
    """Name a master key without telling it: 16 hex digits."""
    return sub_key(key, "key id")[:8].hex()
