"""Surroundings of a connector under test: a scratch folder, a still clock, the guarded way out."""

from collections.abc import Mapping
from pathlib import Path

from connectors.budgets import HeldBudgets
from connectors.context import ConnectorContext
from connectors.owner import OwnerAddresses
from connectors.web.http import Http
from engine.ids import ConnectorName, InstallId, RemoteCalendarId
from tests.standins.time import Numbered, StillClock

INSTALL = InstallId("install-1")
OWNER = "dave@example.com"
ZONE = "Europe/Berlin"


def surroundings(
    base: Path, *, secrets: Mapping[str, str] | None = None, write: str | None = ".", zone: str = ZONE
) -> ConnectorContext:
    clock = StillClock()
    known = dict(secrets or {})
    return ConnectorContext(
        name=ConnectorName("under-test"),
        base=base,
        clock=clock,
        randomness=Numbered(),
        install=INSTALL,
        owner_email=OWNER,
        zone=zone,
        owner=OwnerAddresses([OWNER]),
        secret=lambda name: known[name],
        budgets=HeldBudgets(clock),
        http=lambda private, trust: Http(clock, allow_private=private, trust=trust),
        write=None if write is None else RemoteCalendarId(write),
    )
