"""A new master key; only the users' data keys are wrapped anew."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.app.principal import Principal
from daemon.runtime import keys
from engine.ports.custody import Custody

AT_A_TIME = 100


def rotate_key(
    principal: Principal,
    configuration: Configuration,
    opened: Callable[[], AbstractContextManager[Custody]],
    to_go: Callable[[int], object],
    at_a_time: int = AT_A_TIME,
) -> tuple[Path, Path]:
    """Change the key while no daemon runs, and tell again and again how many data keys are to go.

    `opened` opens the store anew, with the keys as they are then. Killed anywhere, the next call goes on
    where this one ended. Gives the new key's file, and the old one's.
    """
    principal.must_be_operator("change the master key")
    places = SecretPlaces.of(configuration.file, os.environ)
    with opened():
        path = keys.begin_rotation(configuration, places)
    with opened() as custody:
        _rewrap(custody, to_go, at_a_time)
    return path, keys.finish_rotation(path)


def rotate_to(
    principal: Principal,
    opened: Callable[[], AbstractContextManager[Custody]],
    to_go: Callable[[int], object],
    at_a_time: int = AT_A_TIME,
) -> None:
    """Seal everything with the key that leads the ring that `opened` opens the store with."""
    principal.must_be_operator("change the master key")
    with opened() as custody:
        _rewrap(custody, to_go, at_a_time)


def _rewrap(custody: Custody, to_go: Callable[[int], object], at_a_time: int) -> None:
    while left := custody.rewrap(at_a_time):
        to_go(left)
