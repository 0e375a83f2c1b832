"""The files read anew while the daemon works: what changed is applied as a whole, or not at all."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from config.configuration import Configuration
from daemon.app.accept_change import read_soon
from daemon.app.forgotten import without_forgotten
from daemon.services import Services
from daemon.sync.configured_users import sync_configured_users
from daemon.sync.source import Source
from daemon.sync.unconfigured import forget_unconfigured
from engine.errors import ConfigurationError, Problem
from engine.ids import ConnectorName
from engine.trouble import Trouble, attempt

FIXED = ("store", "secrets", "firestore", "api", "otel", "cluster")
"""Sections that are taken up at a start alone."""


@dataclass(frozen=True, slots=True)
class Reload:
    """Takes the place of the services at work; `read` reads the files, `wire` makes services by them."""

    read: Callable[[], Configuration]
    wire: Callable[[Configuration, Services], Services]

    def after(self, before: Services) -> Services:
        """Give services by the files as they are now; what has not changed is the same as before.

        Raises:
            ConfigurationError: the files are wrong, or change what only a start takes up. Nothing is changed.
            StoreError: the store does not take the change.
        """
        configuration = self.read()
        _refuse(before.configuration, configuration)
        configuration = without_forgotten(configuration, before.custody)
        after = self.wire(configuration, before)
        fresh = changed(before.sources, after.sources)
        taken = attempt(partial(_take_up, configuration, before, fresh))
        if isinstance(taken, Trouble):
            for name in fresh:
                after.sources[name].connector.close()
            raise taken.error from taken.raised
        return after


def _take_up(configuration: Configuration, before: Services, fresh: Collection[ConnectorName]) -> None:
    store, now = before.store, before.clock.now()
    sync_configured_users(store, before.custody, configuration.settings, now)
    forget_unconfigured(store, configuration, now)
    with store.writing() as tx:
        for name in fresh:
            read_soon(tx, name, now)


def changed(
    before: Mapping[ConnectorName, Source], after: Mapping[ConnectorName, Source]
) -> list[ConnectorName]:
    """Name the connectors that are new, or not made from the same as before."""
    return [name for name, one in after.items() if before.get(name) is not one]


def _refuse(before: Configuration, after: Configuration) -> None:
    """See that the new files can take the place of the old ones.

    A drop-in that was broken before may stay so; one that has broken since would switch off what works.
    """
    broken = [problem for problem in after.problems if problem not in before.problems]
    fixed = [
        Problem(
            str(after.file),
            None,
            section,
            "has changed, and is taken up at a start alone",
            "restart gatherly",
        )
        for section in FIXED
        if getattr(before.settings, section) != getattr(after.settings, section)
    ]
    if broken or fixed:
        raise ConfigurationError([*broken, *fixed])
