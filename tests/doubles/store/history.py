"""Preference profiles and how sessions ended, in memory."""

from collections.abc import Sequence

from engine.ids import SessionId, UserId
from engine.model.history import PreferenceProfile, SchedulingEvent
from engine.model.learning import LearningNote
from engine.ports.history import LEAST_RATE, LEAST_SAMPLE
from tests.doubles.store.repository import MemoryRepository


class MemoryProfiles(MemoryRepository[PreferenceProfile]):
    """`engine.ports.history.Profiles`."""

    word = "Profile"
    key = "user_id"

    def for_training(
        self, sample_size: int = LEAST_SAMPLE, acceptance_rate: float = LEAST_RATE, limit: int = 1000
    ) -> Sequence[PreferenceProfile]:
        """Give the profiles that are worth training on, the largest sample first."""

        def worth(one: PreferenceProfile) -> bool:
            return one.sample_size >= sample_size and one.acceptance_rate >= acceptance_rate

        return self._some(worth, lambda one: (-one.sample_size, one.user_id))[:limit]

    def _check(self, entity: PreferenceProfile) -> None:
        self._need(entity, 0 <= entity.acceptance_rate <= 100, "its acceptance rate is no percentage")


class MemoryAnalytics(MemoryRepository[SchedulingEvent]):
    """`engine.ports.history.Analytics`."""

    word = "Scheduling event"

    def of_session(self, session: SessionId) -> Sequence[SchedulingEvent]:
        """Give a session's ends, oldest first."""
        return self._some(lambda one: one.session_id == session, lambda one: (one.created_at, one.id))

    def newest(self, limit: int) -> Sequence[SchedulingEvent]:
        """Give the newest ends that still tell whose they were, oldest first."""
        known = self._some(lambda one: one.anonymised_at is None, lambda one: (-one.created_at, one.id))
        return known[:limit][::-1]

    def marks(self, limit: int) -> Sequence[tuple[str, int]]:
        """Give the id and the version of the same ends in the same order, without reading them."""
        return [(one.id, one.version) for one in self.newest(limit)]

    def of_host(self, user: UserId, limit: int = 1000) -> Sequence[SchedulingEvent]:
        """Give the ends of a host's sessions, newest first."""
        theirs = self._some(lambda one: one.host_user_id == user, lambda one: (-one.created_at, one.id))
        return theirs[:limit]


class MemoryLearningNotes(MemoryRepository[LearningNote]):
    """`engine.ports.history.LearningNotes`."""

    word = "Learning note"
