"""The kinds of connectors: where their options and their factory stand; imported on first use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from connectors.context import ConnectorContext
from connectors.deferred import DeferredConnector
from connectors.options import ConnectorOptions
from engine.errors import GatherlyError, InputError
from engine.ports import Connector
from engine.trouble import ours


@dataclass(frozen=True, slots=True)
class Kind:
    """Dotted paths, `module:name`, of a kind's option type and its factory.

    `remarks` reads its tokens aloud; `budget` names the daily budget of requests that it spends;
    `reads` is false where it only sends. Of several calendars the one of the least `reliability` is written
    first: what fails does so before anything stands.
    """

    options: str
    factory: str
    remarks: str | None = None
    budget: str | None = None
    reads: bool = True
    reliability: int = 0

    def options_type(self) -> type[ConnectorOptions]:
        """Import the model that validates this kind's options."""
        found: type[ConnectorOptions] = _named(self.options)
        return found


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "google": Kind(
            "connectors.gcal.options:GoogleOptions",
            "connectors.gcal.connector:connect",
            budget="connectors.gcal.pace:daily_budget",
            reliability=60,
        ),
        "caldav": Kind(
            "connectors.ical.options:CalDavOptions",
            "connectors.ical.caldav.connector:connect",
            "connectors.ical.caldav.token:remarks",
            reliability=40,
        ),
        "ics": Kind("connectors.ical.options:FeedOptions", "connectors.ical.feed.connector:connect"),
        "folder": Kind(
            "connectors.ical.options:FolderOptions",
            "connectors.ical.folder.connector:connect",
            reliability=100,
        ),
        "email": Kind(
            "connectors.ical.options:EmailOptions", "connectors.ical.mail.connector:connect", reads=False
        ),
    }
)


def options_types() -> Mapping[str, type[ConnectorOptions]]:
    """Give every kind's option type, by kind."""
    return {name: kind.options_type() for name, kind in KINDS.items()}


def reliability(kind: str) -> int:
    """Tell how far a kind of calendar can be relied on, against others: a server least, a disk most."""
    return KINDS[kind].reliability if kind in KINDS else 0


def remarks(kind: str, token: str | None) -> tuple[str, ...]:
    """Say what a calendar's stored token tells of its server: what was found out when it was read."""
    path = KINDS[kind].remarks if kind in KINDS else None
    if path is None or token is None:
        return ()
    told: tuple[str, ...] = _named(path)(token)
    return told


def daily_budget(kind: str, options: object, base: Path) -> tuple[str, int] | None:
    """Name the daily budget of requests that a connector spends, and its size; None where there is none."""
    path = KINDS[kind].budget if kind in KINDS else None
    if path is None:
        return None
    told: tuple[str, int] = _named(path)(options, base)
    return told


def connect(kind: str, options: ConnectorOptions, context: ConnectorContext) -> Connector:
    """Make a connector of a kind; one that cannot be made now stands as one that does not answer.

    Raises:
        InputError: there is no such kind.
    """
    if kind not in KINDS:
        raise InputError(f"{kind!r} is not a kind of connector", f"Choose one of {', '.join(KINDS)}")
    make = partial(_made, kind, options, context)
    try:
        return make()
    except GatherlyError:
        return DeferredConnector(
            context.name, make, can_write=context.write is not None, can_read=KINDS[kind].reads
        )


def _made(kind: str, options: ConnectorOptions, context: ConnectorContext) -> Connector:
    try:
        factory: Callable[[ConnectorOptions, ConnectorContext], Connector] = _named(KINDS[kind].factory)
    except ModuleNotFoundError as error:
        raise InputError(
            f"kind {kind!r} needs {error.name}, which is not here",
            f"Install gatherly[{kind}], or take the connector out of the configuration",
        ) from error
    return ours(InputError, f"kind {kind!r}", partial(factory, options, context))


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
