"""Whose turn it was: what one daemon does for all of them, every so often."""

from dataclasses import dataclass

from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a job was last begun, and by which daemon; `id` is the job's name."""

    id: str
    taken_at: Instant
    taken_by: str
    version: int = 0
