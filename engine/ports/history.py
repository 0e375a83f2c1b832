"""The store's ports for what was shown and taken, and what was learned from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import SessionId, UserId
from engine.ports.repository import Repository

if TYPE_CHECKING:
    from engine.model.history import PreferenceProfile, SchedulingEvent
    from engine.model.learning import LearningNote  # noqa: F401 # named by a base alone

LEAST_SAMPLE = 10
"""How many resolved sessions make a profile worth training on (F0)."""

LEAST_RATE = 70.0
"""Which acceptance rate, in percent, does (F0)."""


class Profiles(Repository["PreferenceProfile"], Protocol):
    """How people schedule, by user."""

    def for_training(
        self, sample_size: int = LEAST_SAMPLE, acceptance_rate: float = LEAST_RATE, limit: int = 1000
    ) -> Sequence[PreferenceProfile]:
        """Give the profiles that are worth training on, the largest sample first (F0)."""


class Analytics(Repository["SchedulingEvent"], Protocol):
    """How sessions ended."""

    def of_session(self, session: SessionId) -> Sequence[SchedulingEvent]:
        """Give a session's ends, oldest first."""

    def newest(self, limit: int) -> Sequence[SchedulingEvent]:
        """Give the newest ends that still tell whose they were, oldest first."""

    def marks(self, limit: int) -> Sequence[tuple[str, int]]:
        """Give the id and the version of the same ends in the same order, without reading them."""

    def some(self, names: Collection[str]) -> Sequence[SchedulingEvent]:
        """Give those of these ids that there are, by id."""

    def of_host(self, user: UserId, limit: int = 1000) -> Sequence[SchedulingEvent]:
        """Give the ends of a host's sessions, newest first."""


class LearningNotes(Repository["LearningNote"], Protocol):
    """The fitted model, what sessions were shown, and what people had forgotten, by id."""
