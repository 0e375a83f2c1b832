"""Where a configuration is looked for while none is named."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.errors import ConfigurationError, Problem

NAME = "gatherly.toml"
VARIABLE = "GATHERLY_CONFIG"
OF_THE_MACHINE = Path("/etc/gatherly")


class NoConfigurationError(ConfigurationError):
    """There is no configuration at any of the usual places."""

    def __init__(self) -> None:
        self.places = f"${VARIABLE}, ./{NAME}, ~/.config/gatherly/, {OF_THE_MACHINE}/"
        wrong = f"is nowhere: looked at {self.places}"
        right = "make one with gatherly init, or name one with -c"
        super().__init__([Problem(NAME, None, "the configuration", wrong, right)])

    def __str__(self) -> str:
        return (
            f"gatherly: There is no configuration: looked at {self.places}. "
            "Make one with gatherly init, or name one with -c"
        )


def find_configuration(env: Mapping[str, str], folder: Path, home: Path) -> Path:
    """Give the configuration's file: what `$GATHERLY_CONFIG` names, else the first that there is.

    Raises:
        NoConfigurationError: there is none.
    """
    if env.get(VARIABLE):
        return Path(env[VARIABLE])
    found = next((file for file in _usual(env, folder, home) if _stands(file)), None)
    if found is None:
        raise NoConfigurationError
    return found


def _usual(env: Mapping[str, str], folder: Path, home: Path) -> Iterator[Path]:
    yield folder / NAME
    own = env.get("XDG_CONFIG_HOME", "")
    yield (Path(own) if own.startswith("/") else home / ".config") / "gatherly" / NAME
    yield OF_THE_MACHINE / NAME


def _stands(file: Path) -> bool:
    """Tell whether something stands there: one that may not be looked at is no reason to take another."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True
