"""The master key, from where the configuration says it is."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

from config.configuration import Configuration
from config.files.plainfile import is_absent
from config.secrets import SecretPlaces, read_credential, run_secret_command
from daemon.runtime.secrecy import SECRETS
from engine.errors import InputError
from store.keys import Keyring, load_key_file, parse_key

DEFAULT_FILE = "gatherly.key"
COMING = ".new"
"""The ending of a key file that takes over: while it is there, a change of keys is under way."""
RETIRED = ".old"


def keyring_of(
    configuration: Configuration, places: SecretPlaces, may_create: bool, say: Callable[[str], None]
) -> Keyring:
    """Fetch the master key; a missing key file is made, and said, only while no secret is stored.

    Raises:
        VaultError: missing, exposed to others, or no key.
        InputError: the credential or the command does not give it.
    """
    secrets = configuration.settings.secrets
    if secrets.credential is not None:
        return _ring(parse_key(read_credential(secrets.credential, places), secrets.credential))
    if secrets.command is not None:
        return _ring(parse_key(run_secret_command(secrets.command), secrets.command[0]))
    path = key_file_of(configuration, places)
    loaded = load_key_file(path, may_create)
    if loaded.made:
        say(f"The key file {path} was made. Keep a copy of it apart from the store's backups.")
    coming = path.with_name(path.name + COMING)
    if coming.exists():
        return _ring(load_key_file(coming, may_create=False).key, loaded.key)
    return _ring(loaded.key)


def _ring(*keys: bytes) -> Keyring:
    """Make the keyring, and have its keys masked wherever they would be told."""
    for key in keys:
        _mask(key)
    return Keyring(*keys)


def _mask(key: bytes) -> None:
    SECRETS.add(key.hex())
    SECRETS.add(base64.b64encode(key).decode().rstrip("="))
    SECRETS.add(base64.urlsafe_b64encode(key).decode().rstrip("="))


def is_missing(configuration: Configuration, places: SecretPlaces) -> bool:
    """Tell whether the key is to be in a file that is not there."""
    secrets = configuration.settings.secrets
    elsewhere = secrets.credential is not None or secrets.command is not None
    return not elsewhere and is_absent(key_file_of(configuration, places))


def key_file_of(configuration: Configuration, places: SecretPlaces) -> Path:
    """Give the place of the key file."""
    return places.base / (configuration.settings.secrets.key_file or Path(DEFAULT_FILE))


def begin_rotation(configuration: Configuration, places: SecretPlaces) -> Path:
    """Make the key that takes over, beside the one in use; one that is there already goes on.

    Raises:
        InputError: the key does not come from a file, so only who hands it out can change it.
        VaultError: it cannot be made.
    """
    secrets = configuration.settings.secrets
    if secrets.credential is not None or secrets.command is not None:
        raise InputError(
            "The master key does not come from a key file, so gatherly cannot put another in its place",
            "Run gatherly keys rotate --to FILE, then hand out that file in the place of the old one",
        )
    path = key_file_of(configuration, places)
    load_key_file(path.with_name(path.name + COMING), may_create=True)
    return path


def keys_from_to(old: Path | Keyring, new: Path) -> Keyring:
    """Give the ring that reads with the old key, from a file or as it is in use, and writes with a new one.

    A new key's file that is missing is made; one that is there goes on with a rotation that was interrupted.

    Raises:
        VaultError: a file is missing, exposed to others, or no key.
    """
    before = _ring(load_key_file(old, may_create=False).key) if isinstance(old, Path) else old
    coming = load_key_file(new, may_create=True).key
    _mask(coming)
    return before.led_by(coming)


def finish_rotation(path: Path) -> Path:
    """Put the new key in the place of the old one, which is kept beside it; give the old one's place."""
    retired = path.with_name(path.name + RETIRED)
    if not path.with_name(path.name + COMING).exists():
        return retired
    retired.unlink(missing_ok=True)
    os.link(path, retired)
    os.replace(path.with_name(path.name + COMING), path)
    return retired
