"""Push channels: by which a provider tells of changes unasked, for as long as they live."""

from dataclasses import dataclass

from engine.ids import ConnectorName, RemoteCalendarId, UserId
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel of one calendar; `id` and `resource` are what the provider closes it by."""

    id: str
    resource: str
    opened: Instant
    expires: Instant

    @property
    def renewed_at(self) -> Instant:
        """When the next one is opened: after a fifth of its life, so that one that cannot be may wait."""
        return self.opened + (self.expires - self.opened) // 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChannel:
    """What is kept of one calendar's channel, so that it outlives the process that opened it.

    `place` is a digest of the address that it leads to. `former` is the one before, until it is closed.
    Until `claimed` a daemon opens the next, and no other does.
    """

    id: str
    user_id: UserId
    connector: ConnectorName
    calendar: RemoteCalendarId
    place: str = ""
    channel: Channel | None = None
    former: Channel | None = None
    claimed: Instant = 0
    version: int = 0
