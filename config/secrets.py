"""Secrets: given in place, or by the file, the systemd credential or the command that has them.

A connector's options declare a secret X by fields `X_file`, `X_credential` and `X_command`, and `X` itself
where it may stand in the configuration. Nothing here is read before it is needed, nor kept.
"""

import os
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from config.credentials import VARIABLE, Credentials, find_credentials
from config.files.plainfile import NotPlainError, open_plain, read_plain
from engine.errors import InputError

_WAYS = ("", "_file", "_credential", "_command")
_LARGEST = 64 * 1024
_PATIENCE = 30
"""Seconds that a command may take; a password manager may ask its agent."""


@dataclass(frozen=True, slots=True)
class SecretPlaces:
    """From where relative paths count, and where the service's credentials lie."""

    base: Path
    credentials: Credentials = field(default_factory=Credentials)

    @classmethod
    def of(cls, file: Path, env: Mapping[str, str]) -> "SecretPlaces":
        """Take them from the configuration's place and the environment."""
        return cls(file.absolute().parent, find_credentials(file, env))


def secrets_of(model: type[BaseModel]) -> list[str]:
    """List the secrets that a type of options declares."""
    fields = model.model_fields
    stems = [name.removesuffix("_file") for name in fields if name.endswith("_file")]
    return [stem for stem in stems if f"{stem}_credential" in fields and f"{stem}_command" in fields]


def given_ways(secret: str, table: Mapping[str, Any]) -> list[str]:
    """List the keys by which a table gives a secret; more than one is a mistake."""
    return [f"{secret}{way}" for way in _WAYS if table.get(f"{secret}{way}") is not None]


def resolve_secret(options: BaseModel, secret: str, places: SecretPlaces) -> str | None:
    """Fetch a secret of a connector's options; None where it is not given at all.

    Raises:
        InputError: it is given, but cannot be had.
    """
    given = given_ways(secret, dict(options))
    if not given:
        return None
    value = getattr(options, given[0])
    match given[0].removeprefix(secret):
        case "":
            return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        case "_file":
            return _text(read_secret_file(places.base / value), f"the file {value}")
        case "_credential":
            return _text(read_credential(value, places), f"the credential {value}")
    return _text(run_secret_command(value), f"the command {value[0]}")


def read_secret_file(file: Path) -> bytes:
    """Read a secret from a file that nobody else may change.

    Raises:
        InputError: it cannot be read, is no plain file, is too large, or everybody may write to it.
    """
    try:
        with os.fdopen(open_plain(file), "rb") as opened:
            if os.fstat(opened.fileno()).st_mode & stat.S_IWOTH:
                raise InputError(f"{file} can be changed by everybody", f"Run: chmod 600 {file}")
            return _bounded(opened.read(_LARGEST + 1), str(file))
    except NotPlainError as error:
        raise InputError(f"{file} holds no secret: {error.strerror}", "Name the file itself") from error
    except OSError as error:
        remedy = "Give the path of a file that the user gatherly runs as may read"
        raise InputError(f"{file} cannot be read: {error.strerror}", remedy) from error


def exposed_files(options: BaseModel, places: SecretPlaces) -> list[Path]:
    """List the files with a connector's secrets that others than their owner may read."""
    given = (getattr(options, f"{secret}_file") for secret in secrets_of(type(options)))
    files = [places.base / name for name in given if name is not None]
    return [file for file in files if is_exposed(file)]


def is_exposed(file: Path) -> bool:
    """Tell whether others than its owner may read a file."""
    return file.is_file() and bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def read_credential(name: str, places: SecretPlaces) -> bytes:
    """Read one of the credentials that systemd hands to the service.

    Raises:
        InputError: there is none of that name, or this process neither is a service nor stands beside one.
    """
    credentials = places.credentials
    if not credentials.there_are:
        what = f"There are no credentials: ${VARIABLE} is not set, and no unit runs with this configuration"
        raise InputError(
            what, f"Start gatherly by its unit with LoadCredential={name}:…, or name a file instead"
        )
    if "/" in name or name in ("", ".", ".."):
        raise InputError(f"{name!r} is not the name of a credential", "Write the name without a path")
    place = credentials.place(name)
    if place is None:
        remedy = f"Add LoadCredential={name}:/path/to/the/file to it; a sealed one is there while it works"
        raise InputError(f"{credentials.unit} hands out no credential {name}", remedy)
    try:
        return read_plain(place, _LARGEST)
    except OSError as error:
        what = f"The credential {name} cannot be read: {error.strerror}"
        raise InputError(what, credentials.remedy(name, error)) from error


def run_secret_command(command: Sequence[str]) -> bytes:
    """Run a program that prints a secret; no shell reads the arguments.

    Raises:
        InputError: it does not exist, fails, takes too long, or prints too much.
    """
    name = command[0]
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own command line, never anybody else's
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except OSError as error:
        raise InputError(f"{name} cannot be run: {error.strerror}", "Give the program's full path") from error
    except subprocess.TimeoutExpired as error:
        what = f"{name} has not answered within {_PATIENCE} s"
        raise InputError(what, "Give a command that asks nobody anything") from error
    if done.returncode != 0:
        remedy = "Run it by hand, as the user gatherly runs as; what it says is not kept or shown here"
        raise InputError(f"{name} ended with {done.returncode}", remedy)
    return _bounded(done.stdout, name)


def _bounded(secret: bytes, source: str) -> bytes:
    if len(secret) > _LARGEST:
        raise InputError(f"{source} is too large for a secret", f"At most {_LARGEST} bytes are read")
    return secret


def _text(secret: bytes, source: str) -> str:
    try:
        text = secret.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise InputError(f"{source} holds no text", "A secret is UTF-8 text on one line") from error
    if not text:
        raise InputError(f"{source} is empty", "A secret has at least one character")
    return text
