"""`gatherly keys rotate`: a new master key."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from daemon.app.principal import OPERATOR
from daemon.app.rotate_key import rotate_key
from daemon.store_access import load_configuration
from daemon.terminal.parameters import Config
from daemon.wire import open_daemon
from engine.operations.custody import Custody


def rotate(config: Config) -> int:
    """Change the key while no daemon runs, and say where both are."""
    configuration, opened = load_configuration(config), partial(custody_of, config)
    new, old = rotate_key(OPERATOR, configuration, opened, lambda left: print(f"{left} data keys to go"))
    print(f"The new key is in {new}. The old one, {old}, opens older backups only: keep it apart.")
    return 0


@contextmanager
def custody_of(config: Path) -> Iterator[Custody]:
    """Open the store as the one who works on it."""
    with open_daemon(config) as services:
        yield services.custody
