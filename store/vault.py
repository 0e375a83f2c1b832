"""The vault: AES-256-GCM with a data key for each user, every record bound to its place and owner.

A record is `gk1.<data key id>.<96-bit nonce>.<ciphertext and tag>`, in unpadded
base64url. The data key itself lies once for each user, wrapped by the master key, in the store's `data_keys`
table: a record names it instead of carrying it. So dropping that one row makes all that was sealed for the
user unreadable, and a new master key has to wrap one key a user only. The key for ids lies there too, under a
name of its own: what it named is still found when the master key has changed.

Associated data is the canonical text of gatherly, the version, the place (`table.column/row`), the user and
the id of the key: a record that is moved to another row, column or user does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import VaultError
from engine.ids import UserId
from store.keys import KEY_BYTES, Keyring, sub_key

K = TypeVar("K")
V = TypeVar("V")

VERSION = "gk1"
_NONCE_BYTES = 12
_MOST_KEPT = 10_000
_WRAP = "data keys"
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/...")
"""Base64url in the alphabet of base64; what only the latter has, padding too, becomes what neither has."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A user's data key, sealed by the master key `master`."""

    id: str
    master: str
    wrapped: str


class DataKeys(Protocol):
    """Where the wrapped data keys lie."""

    def get(self, user: UserId) -> WrappedKey | None:
        """Look a user's key up."""

    def some(self, users: Collection[UserId]) -> Mapping[UserId, WrappedKey]:
        """Look the keys of several up at once."""

    def add(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Keep a user's first key; gives the one that is kept, which somebody else may have made."""


class UnwrappedKeys:
    """Data keys that a process has unwrapped, and what it drew of them: work that no transaction repeats.

    Whether a key still holds is not asked here: each transaction looks that up among the store's own.
    """

    def __init__(self) -> None:
        self._plain: dict[tuple[UserId, WrappedKey], bytes] = {}
        self._ciphers: dict[tuple[bytes, str], AESGCM] = {}

    def plain(self, user: UserId, key: WrappedKey, unwrap: Callable[[], bytes]) -> bytes:
        """Give a user's key in the clear, unwrapped once."""
        found = self._plain.get((user, key))
        if found is None:
            found = _bounded(self._plain)[user, key] = unwrap()
        return found

    def cipher(self, data_key: bytes, column: str) -> AESGCM:
        """Draw the key of one column, once: tokens and personal data never share one."""
        found = self._ciphers.get((data_key, column))
        if found is None:
            found = _bounded(self._ciphers)[data_key, column] = AESGCM(sub_key(data_key, column))
        return found


def _bounded(kept: dict[K, V]) -> dict[K, V]:
    """Give what is kept with room for one more; where there is none, all of it is made anew."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    return kept


class NoDataKeys:
    """The data keys of a vault that stands outside a store: none, so nothing can be sealed by mistake."""

    def get(self, user: UserId) -> WrappedKey | None:
        """Refuse: there is no store."""
        raise VaultError("Only a store's own vault can seal", "Seal inside a transaction of the store")

    def some(self, users: Collection[UserId]) -> Mapping[UserId, WrappedKey]:
        """Refuse: there is no store."""
        raise VaultError("Only a store's own vault can seal", "Seal inside a transaction of the store")

    def add(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Refuse: there is no store."""
        raise VaultError("Only a store's own vault can seal", "Seal inside a transaction of the store")


class KeyVault:
    """`engine.ports.vault.Vault` over a keyring; a store opens it over its own data keys."""

    def __init__(
        self,
        keyring: Keyring,
        data_keys: DataKeys | None = None,
        naming: bytes | None = None,
        unwrapped: UnwrappedKeys | None = None,
    ) -> None:
        self.keyring = keyring
        self._naming = naming
        self._data_keys = NoDataKeys() if data_keys is None else data_keys
        self._opened: dict[UserId, tuple[WrappedKey, bytes]] = {}
        self._unwrapped = UnwrappedKeys() if unwrapped is None else unwrapped

    def over(self, data_keys: DataKeys) -> "KeyVault":
        """Give a vault with the same keyring whose data keys lie elsewhere."""
        return KeyVault(self.keyring, data_keys, self._naming, self._unwrapped)

    def named_by(self, key: bytes) -> "KeyVault":
        """Give a vault that makes identifiers with a key of its own, whatever the master key is."""
        return KeyVault(self.keyring, self._data_keys, key, self._unwrapped)

    def seal(self, user: UserId, place: str, plain: bytes) -> str:
        """Seal for one place; a user's data key is made with their first secret."""
        held = self._held(user) or self._new(user)
        about = _associated(user, place, held[0].id)
        return _sealed(self._for_column(held[1], place), held[0].id, about, plain)

    def prepare(self, user: UserId) -> None:
        """Make a user's data key before it is needed: two transactions that make one wait for each other."""
        if self._held(user) is None:
            self._new(user)

    def open(self, user: UserId, place: str, sealed: str) -> bytes:
        """Open what was sealed for just this user and place."""
        held = self._held(user)
        if held is None:
            raise VaultError(f"{place} cannot be opened: the data key of {user} was erased")
        about = _associated(user, place, held[0].id)
        return _opened(self._for_column(held[1], place), held[0].id, about, sealed)

    def look_up(self, users: Iterable[UserId]) -> None:
        """Look the data keys of several up at once, for what is opened next; a spoilt one is met then."""
        unknown = set(users) - self._opened.keys()
        for user, found in (self._data_keys.some(unknown) if unknown else {}).items():
            with suppress(VaultError):
                self._opened[user] = (found, self._unwrap(user, found))

    def opens(self, user: UserId) -> str | None:
        """Name the key that opens what was sealed for a user; None where it was erased, or there is none."""
        held = self._held(user)
        return None if held is None else held[0].id

    def identifier(self, text: str) -> bytes:
        """Give HMAC-SHA256 of a text under the key for ids: the store's own, else the master key's."""
        if self._naming is None:
            return self.keyring.identifier(text)
        return hmac.digest(self._naming, text.encode(), hashlib.sha256)

    def wrap(self, user: UserId, plain: bytes) -> WrappedKey:
        """Wrap a key that is to be kept, under the primary master key."""
        return self._wrap(user, os.urandom(8).hex(), plain)

    def unwrap(self, user: UserId, key: WrappedKey) -> bytes:
        """Give a kept key back.

        Raises:
            VaultError: its master key is not in the keyring, or it is another user's.
        """
        return self._unwrap(user, key)

    def rewrap(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Wrap a data key anew under the primary master key; what it sealed stays as it is."""
        return self._wrap(user, key.id, self._unwrap(user, key))

    def _for_column(self, data_key: bytes, place: str) -> AESGCM:
        return self._unwrapped.cipher(data_key, place.partition("/")[0])

    def _held(self, user: UserId) -> tuple[WrappedKey, bytes] | None:
        if user not in self._opened:
            found = self._data_keys.get(user)
            if found is None:
                return None
            self._opened[user] = (found, self._unwrap(user, found))
        return self._opened[user]

    def _new(self, user: UserId) -> tuple[WrappedKey, bytes]:
        plain = os.urandom(KEY_BYTES)
        made = self._wrap(user, os.urandom(8).hex(), plain)
        kept = self._data_keys.add(user, made)
        self._opened[user] = (kept, plain if kept == made else self._unwrap(user, kept))
        return self._opened[user]

    def _wrap(self, user: UserId, name: str, plain: bytes) -> WrappedKey:
        master = self.keyring.primary
        about = _associated(user, f"data_keys.wrapped/{name}", master)
        return WrappedKey(name, master, _seal(self.keyring.draw(master, _WRAP), master, about, plain))

    def _unwrap(self, user: UserId, key: WrappedKey) -> bytes:
        def unwrap() -> bytes:
            about = _associated(user, f"data_keys.wrapped/{key.id}", key.master)
            return _open(self.keyring.draw(key.master, _WRAP), key.master, about, key.wrapped)

        return self._unwrapped.plain(user, key, unwrap)


def _associated(user: UserId, place: str, key: str) -> bytes:
    """Give what a value is bound to, as a JSON list; texts that are encoded one by one take half the time."""
    told = ",".join(map(encode_basestring, (place, user, key)))
    return f'["gatherly","v1",{told}]'.encode()


def _seal(key: bytes, name: str, about: bytes, plain: bytes) -> str:
    return _sealed(AESGCM(key), name, about, plain)


def _open(key: bytes, name: str, about: bytes, sealed: str) -> bytes:
    return _opened(AESGCM(key), name, about, sealed)


def _sealed(cipher: AESGCM, name: str, about: bytes, plain: bytes) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    return ".".join((VERSION, name, _text(nonce), _text(cipher.encrypt(nonce, plain, about))))


def _opened(cipher: AESGCM, name: str, about: bytes, sealed: str) -> bytes:
    version, _, rest = sealed.partition(".")
    parts = rest.split(".")
    if version != VERSION or len(parts) != 3:
        raise VaultError("A sealed value is not whole, or of a later version")
    if parts[0] != name:
        raise VaultError(f"A sealed value was made with the key {parts[0]}, which is no longer there")
    try:
        return cipher.decrypt(_bytes(parts[1]), _bytes(parts[2]), about)
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise VaultError(
            "A sealed value does not open: it was changed, moved, or sealed with another key"
        ) from error


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Read unpadded base64url strictly: one text for each value, so that no bit can be changed unseen."""
    whole = len(text) // 4 * 4
    padded = text.encode("ascii").translate(_TO_STANDARD) + b"=" * (-len(text) % 4)
    data = binascii.a2b_base64(padded, strict_mode=True)
    if _text(data[whole // 4 * 3 :]) != text[whole:]:
        raise ValueError("not canonical")
    return data
