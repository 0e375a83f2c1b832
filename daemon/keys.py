"""The master key, from where the configuration says it is."""

from collections.abc import Callable
from pathlib import Path

from config.configuration import Configuration
from config.secrets import SecretPlaces, read_credential, run_secret_command
from store.keys import Keyring, load_key_file, parse_key

DEFAULT_FILE = "gatherly.key"


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
        return Keyring(parse_key(read_credential(secrets.credential, places), secrets.credential))
    if secrets.command is not None:
        return Keyring(parse_key(run_secret_command(secrets.command), secrets.command[0]))
    path = places.base / (secrets.key_file or Path(DEFAULT_FILE))
    loaded = load_key_file(path, may_create)
    if loaded.made:
        say(f"The key file {path} was made. Keep a copy of it apart from the store's backups.")
    return Keyring(loaded.key)
