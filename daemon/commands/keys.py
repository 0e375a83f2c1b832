"""`gatherly keys rotate`: a new master key; only the users' data keys are wrapped anew."""

import os
from pathlib import Path
from typing import TextIO

from config.secrets import SecretPlaces
from daemon.runtime import keys
from daemon.wire import load_configuration, open_daemon

AT_A_TIME = 100


def rotate(file: Path, *, stdout: TextIO, at_a_time: int = AT_A_TIME) -> int:
    """Change the key while no daemon runs; killed anywhere, the next call goes on where this one ended."""
    configuration = load_configuration(file)
    places = SecretPlaces.of(configuration.file, os.environ)
    with open_daemon(file):
        path = keys.begin_rotation(configuration, places)
    with open_daemon(file) as services:
        while left := services.custody.rewrap(at_a_time):
            print(f"{left} data keys to go", file=stdout)
    retired = keys.finish_rotation(path)
    print(
        f"The new key is in {path}. The old one, {retired}, opens older backups only: keep it apart.",
        file=stdout,
    )
    return 0
