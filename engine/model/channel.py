"""Push channels: by which a provider tells of changes unasked, for as long as they live."""

from dataclasses import dataclass

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
