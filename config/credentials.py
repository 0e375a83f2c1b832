"""The credentials of the service: handed over by systemd, or found from beside the service.

systemd tells only the service where its credentials lie. A command that an operator runs finds them by the
unit that runs gatherly with the same configuration: where systemd keeps them while it works, else where
`LoadCredential=` takes them from. See systemd.exec(5) and systemd.unit(5).
"""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from config.places import NAME, OF_THE_MACHINE
from config.unitfile import UnitFile, unit_path

VARIABLE = "CREDENTIALS_DIRECTORY"
"""The variable by which systemd tells a service where its credentials lie."""
KEPT = Path("/run/credentials")
_STORES = ("/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where each credential lies; `unit` names the service that they are of, where this process is not it."""

    folder: Path | None = None
    loaded: Mapping[str, Path] = field(default_factory=dict)
    unit: str | None = None

    @property
    def there_are(self) -> bool:
        """Tell whether this process is a service's, or beside one."""
        return self.folder is not None or self.unit is not None

    def place(self, name: str) -> Path | None:
        """Give where one lies, None where none of that name is known."""
        kept = None if self.folder is None else self.folder / name
        if kept is not None and (self.unit is None or os.path.lexists(kept)):
            return kept
        return self.loaded.get(name)

    def names(self) -> list[str]:
        """List those that there are.

        Raises:
            OSError: the folder cannot be looked into.
        """
        there = os.listdir(self.folder) if self.folder is not None and self.folder.is_dir() else ()
        return sorted({*there, *self.loaded})

    def remedy(self, name: str, error: OSError) -> str:
        """Say what to do about one that cannot be read."""
        if self.unit is not None and isinstance(error, PermissionError):
            return f"It is handed to {self.unit} alone; run the same command as root, with sudo before it"
        return f"Add LoadCredential={name}:/path/to/the/file to the unit, and restart it"


def find_credentials(file: Path, env: Mapping[str, str]) -> Credentials:
    """Find the credentials of the service that runs with this configuration, or of none."""
    if env.get(VARIABLE):
        return Credentials(folder=Path(env[VARIABLE]))
    for unit in _units(env):
        if _runs_with(unit, file):
            kept = _kept(env) / unit.name
            return Credentials(kept if os.access(kept, os.R_OK | os.X_OK) else None, _loaded(unit), unit.name)
    return Credentials()


def _kept(env: Mapping[str, str]) -> Path:
    """Give the folder in which systemd keeps them; the one of a person's own services for a person."""
    own = env.get("XDG_RUNTIME_DIR")
    return KEPT if os.geteuid() == 0 or not own else Path(own) / "credentials"


def _units(env: Mapping[str, str]) -> Iterator[UnitFile]:
    folders = unit_path(env)
    names = {name for folder in folders for name in _listed(folder) if fnmatchcase(name, "gatherly*.service")}
    for name in sorted(names):
        with suppress(OSError, UnicodeDecodeError):  # what cannot be read tells nothing
            yield UnitFile.read(name, folders)


def _listed(folder: Path) -> Sequence[str]:
    try:
        return os.listdir(folder)
    except OSError:  # what is not there, or cannot be looked into, holds no unit for us
        return ()


def _runs_with(unit: UnitFile, file: Path) -> bool:
    """Tell whether a unit starts gatherly with this configuration."""
    for command in unit.values("ExecStart"):
        try:
            words = shlex.split(command)
        except ValueError:
            continue
        if "run" in words and os.path.realpath(_configuration(words)) == os.path.realpath(file):
            return True
    return False


def _configuration(words: list[str]) -> str:
    for number, word in enumerate(words):
        if word in ("-c", "--config") and number + 1 < len(words):
            return words[number + 1]
        if word.startswith("--config="):
            return word.removeprefix("--config=")
    return str(OF_THE_MACHINE / NAME)


def _loaded(unit: UnitFile) -> dict[str, Path]:
    """Tell where the unit takes each credential from; one that is sealed is known only while it works."""
    found = {}
    for value in unit.values("LoadCredential"):
        name, _, source = value.partition(":")
        found[name] = _source(source or name)
    return found


def _source(source: str) -> Path:
    places = [Path(source)] if source.startswith("/") else [Path(store, source) for store in _STORES]
    return next((place for place in places if os.path.lexists(place)), places[0])
