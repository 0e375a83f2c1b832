"""What a connector is handed when it is made: everything it needs of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.owner import OwnerAddresses
from connectors.sandbox.task import Runner, run_here
from engine.ids import ConnectorName, InstallId, RemoteCalendarId
from engine.time.span import DAY

if TYPE_CHECKING:
    from connectors.web.http import Http
    from connectors.web.trust import Trust
    from engine.ports.budgets import Budgets
    from engine.ports.grants import GrantKeeper
    from engine.ports.world import Clock, Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorContext:
    """One connector's surroundings.

    `base` is where relative paths in the options begin. `secret` gives a secret option (`url`, `password`),
    wherever the operator keeps it. `http` opens the guarded way out; its arguments allow private networks,
    and say whose certificates are good.
    `owner_email` is where the owner is written to, `owner` every address by which events may know them.
    `zone` is read where a calendar names none. `read` is what makes the owner busy (None = the kind's
    default), `write` where confirmed events go. `run` is where what strangers wrote is read: here, or in
    children that can be killed. `budgets` says how often providers may be asked; `grants` keeps what was
    consented to, for kinds that need it; `horizon` is how far ahead, in seconds, busy times are wanted.
    """

    name: ConnectorName
    base: Path
    clock: Clock
    randomness: Randomness
    install: InstallId
    owner_email: str
    zone: str
    owner: OwnerAddresses
    secret: Callable[[str], str] = field(repr=False)
    budgets: Budgets = field(repr=False)
    http: Callable[[bool, Trust], Http] = field(repr=False)
    read: tuple[RemoteCalendarId, ...] | None = None
    write: RemoteCalendarId | None = None
    run: Runner = field(default=run_here, repr=False)
    grants: GrantKeeper | None = field(default=None, repr=False)
    horizon: int = 60 * DAY
