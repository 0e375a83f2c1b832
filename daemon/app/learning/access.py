"""What learning's questions need of an installation: its configuration, its store and its clock."""

from typing import Protocol

from config.configuration import Configuration
from engine.ports.store import Store
from engine.ports.world import Clock


class StoreAccess(Protocol):
    """An installation whose store is open."""

    @property
    def configuration(self) -> Configuration:
        """Its files, read."""

    @property
    def store(self) -> Store:
        """Where it remembers."""

    @property
    def clock(self) -> Clock:
        """Its time."""
