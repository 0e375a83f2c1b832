"""A new master key; only the users' data keys are wrapped anew."""

import os
from collections.abc import Callable
from pathlib import Path

from config.secrets import SecretPlaces
from daemon.runtime import keys
from daemon.store_access import load_configuration
from daemon.wire import open_daemon


def rotate_key(file: Path, to_go: Callable[[int], object], at_a_time: int) -> tuple[Path, Path]:
    """Change the key while no daemon runs, and tell again and again how many data keys are to go.

    Killed anywhere, the next call goes on where this one ended. Gives the new key's file, and the old one's.
    """
    configuration = load_configuration(file)
    places = SecretPlaces.of(configuration.file, os.environ)
    with open_daemon(file):
        path = keys.begin_rotation(configuration, places)
    with open_daemon(file) as services:
        while left := services.custody.rewrap(at_a_time):
            to_go(left)
    return path, keys.finish_rotation(path)
