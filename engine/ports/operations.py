"""The store's ports for the running of the service: its daemons, turns, sync jobs, budgets, channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import ConnectorName, SessionId, UserId
from engine.ports.repository import Repository

if TYPE_CHECKING:
    from engine.model.channel import KeptChannel
    from engine.model.daemon_life import DaemonLife
    from engine.model.operations import (
        Budget,
        SyncJob,
        SyncJobStatus,
    )
    from engine.model.set_aside import SetAside
    from engine.model.turn import Turn  # noqa: F401 # named by a base alone


class SyncJobs(Repository["SyncJob"], Protocol):
    """Runs of synchronising."""

    def of_user(self, user: UserId, limit: int = 100) -> Sequence[SyncJob]:
        """Give a user's, newest first."""

    def of_connector(self, connector: ConnectorName, limit: int = 100) -> Sequence[SyncJob]:
        """Give a connector's, newest first."""

    def with_status(self, status: SyncJobStatus) -> Sequence[SyncJob]:
        """Give those that stand so, oldest first."""


class BudgetRepository(Repository["Budget"], Protocol):
    """How far budgets of requests are spent, by name."""

    def refusing(self) -> Sequence[Budget]:
        """Give those that were refused and not served since, by name."""


class Daemons(Repository["DaemonLife"], Protocol):
    """What daemons tell of themselves, by id."""

    def all(self) -> Sequence[DaemonLife]:
        """Give them, the oldest first."""


class Turns(Repository["Turn"], Protocol):
    """Whose turn it was at what one daemon does for all, by the job's name."""


class KeptChannels(Repository["KeptChannel"], Protocol):
    """By which calendars' providers tell of changes."""

    def all(self) -> Sequence[KeptChannel]:
        """Give them, by connector and id."""

    def of_connector(self, connector: ConnectorName) -> Sequence[KeptChannel]:
        """Give a connector's, by id."""


class SetAsides(Repository["SetAside"], Protocol):
    """What is set aside, by id."""

    def all(self) -> Sequence[SetAside]:
        """Give everything, the longest set aside first."""

    def of_sessions(self, sessions: Collection[SessionId]) -> Sequence[SetAside]:
        """Give what is set aside of several sessions, the longest first."""
