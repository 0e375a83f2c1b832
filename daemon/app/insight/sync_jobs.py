"""How reads of connectors went and go, for those who may see it."""

from collections.abc import Collection, Sequence

from engine.errors import UnknownThingError
from engine.ids import ConnectorName
from engine.model.daemon_life import DaemonLife
from engine.model.operations import SyncJob, SyncJobStatus
from engine.ports.store import Transaction


def jobs_of(tx: Transaction, connector: str, configured: Collection[str], limit: int) -> Sequence[SyncJob]:
    """Give a connector's reads that changed something, failed or lasted, newest first.

    Raises:
        UnknownThingError: none of that name is configured, and nothing is known of one.
    """
    found = tx.repositories.sync_jobs.of_connector(ConnectorName(connector), limit)
    if not found and connector not in configured:
        raise UnknownThingError(f"There is no connector {connector!r}", "gatherly status shows them")
    return found


def under_way(tx: Transaction, living: Collection[DaemonLife]) -> Sequence[SyncJob]:
    """Give the reads that go on, oldest first: those of daemons that live."""
    if not living:
        return []
    first = min(life.since for life in living)
    return [
        one for one in tx.repositories.sync_jobs.with_status(SyncJobStatus.RUNNING) if one.created_at >= first
    ]
