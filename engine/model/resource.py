"""What people share and reserve (F2 Resource)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.time.span import Instant


class ResourceType(StrEnum):
    """F2's three."""

    VEHICLE = "vehicle"
    ROOM = "room"
    EQUIPMENT = "equipment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A thing that so many can use at once; one that is no longer there is inactive, never deleted."""

    id: str
    name: str
    type: ResourceType
    capacity: int = 1
    attributes: Mapping[str, Any] = field(default_factory=dict)
    location: str | None = None
    active: bool = True
    created_at: Instant
    updated_at: Instant
    version: int = 0
