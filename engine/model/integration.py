"""How a connector stands as an integration, in F4's words; they are told, not set."""

from enum import StrEnum

from engine.model.calendar import ConnectorState
from engine.time.span import HOUR


class SyncFrequency(StrEnum):
    """How often a connector is read (F4)."""

    REALTIME = "realtime"
    HOURLY = "hourly"
    DAILY = "daily"


class GrantStatus(StrEnum):
    """F4's four words for what a connector's access is worth."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    ERROR = "error"
    EXPIRED = "expired"


_STATUS = {
    ConnectorState.EXPIRED: GrantStatus.EXPIRED,
    ConnectorState.DISABLED: GrantStatus.DISCONNECTED,
    ConnectorState.ERROR: GrantStatus.ERROR,
}


def sync_frequency(every: int, *, pushed: bool = False) -> SyncFrequency:
    """Tell how often a connector is read, by the seconds between two reads or because its provider pushes."""
    if pushed:
        return SyncFrequency.REALTIME
    return SyncFrequency.HOURLY if every <= HOUR else SyncFrequency.DAILY


def integration_status(state: ConnectorState) -> GrantStatus:
    """Give F4's word for a connector's state: one that is read late or in part is connected all the same."""
    return _STATUS.get(state, GrantStatus.CONNECTED)
