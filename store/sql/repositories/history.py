"""Preference profiles and how sessions ended, in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId, UserId
from engine.model.history import PreferenceProfile, SchedulingEvent, Tally
from engine.model.learning import LearningNote
from engine.ports.history import LEAST_RATE, LEAST_SAMPLE
from store.sql.repositories.repository import TUPLE, Kind, SqlRepository
from store.sql.tables.history import learning_notes, preference_profiles, scheduling_events

Counts = Mapping[str, Mapping[str, Tally]]


def _newest(*what: Any) -> sa.Select[Any]:
    return (
        sa.select(*what)
        .where(scheduling_events.c.anonymised_at.is_(None))
        .order_by(scheduling_events.c.created_at.desc(), scheduling_events.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


_NEWEST = _newest(scheduling_events)
_MARKS = _newest(scheduling_events.c.id, scheduling_events.c.version)


def _counts_document(counts: Counts) -> dict[str, dict[str, list[float]]]:
    return {
        feature: {bucket: [tally.accepted, tally.shown] for bucket, tally in buckets.items()}
        for feature, buckets in counts.items()
    }


def _parse_counts(document: Mapping[str, Mapping[str, Sequence[float]]]) -> Counts:
    return {
        feature: {bucket: Tally(*pair) for bucket, pair in buckets.items()}
        for feature, buckets in document.items()
    }


class SqlProfiles(SqlRepository[PreferenceProfile]):
    """`engine.ports.history.Profiles`."""

    kind = Kind(
        entity=PreferenceProfile,
        table=preference_profiles,
        word="Profile",
        key="user_id",
        converted={"counts": (_counts_document, _parse_counts)},
    )

    def for_training(
        self, sample_size: int = LEAST_SAMPLE, acceptance_rate: float = LEAST_RATE, limit: int = 1000
    ) -> Sequence[PreferenceProfile]:
        """Give the profiles that are worth training on, the largest sample first."""
        table = preference_profiles.c
        worth = (table.sample_size >= sample_size, table.acceptance_rate >= acceptance_rate)
        largest = self._select().where(*worth).order_by(table.sample_size.desc(), table.user_id)
        return self._some(largest.limit(limit))


class SqlAnalytics(SqlRepository[SchedulingEvent]):
    """`engine.ports.history.Analytics`."""

    kind = Kind(
        entity=SchedulingEvent,
        table=scheduling_events,
        word="Scheduling event",
        converted={"proposed_slots": TUPLE, "rejected_slots": TUPLE, "shown": TUPLE},
    )

    def of_session(self, session: SessionId) -> Sequence[SchedulingEvent]:
        """Give a session's ends, oldest first."""
        table = scheduling_events.c
        return self._some(
            self._select().where(table.session_id == session).order_by(table.created_at, table.id)
        )

    def newest(self, limit: int) -> Sequence[SchedulingEvent]:
        """Give the newest ends that still tell whose they were, oldest first."""
        return self._some(_NEWEST, values={"most": limit})[::-1]

    def marks(self, limit: int) -> Sequence[tuple[str, int]]:
        """Give the id and the version of the same ends in the same order, without reading them."""
        found = self._connection.execute(_MARKS, {"most": limit})
        return [(id_, version) for id_, version in found][::-1]

    def of_host(self, user: UserId, limit: int = 1000) -> Sequence[SchedulingEvent]:
        """Give the ends of a host's sessions, newest first."""
        table = scheduling_events.c
        newest = self._select().where(table.host_user_id == user).order_by(table.created_at.desc(), table.id)
        return self._some(newest.limit(limit))


class SqlLearningNotes(SqlRepository[LearningNote]):
    """`engine.ports.history.LearningNotes`."""

    kind = Kind(entity=LearningNote, table=learning_notes, word="Learning note")
