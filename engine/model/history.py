"""What is learnt from (F0 PreferenceProfile, SchedulingEvent)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import SessionId, UserId
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a bucket was shown and accepted."""

    accepted: float = 0
    shown: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceProfile:
    """How somebody schedules: patterns by lower-case weekday, two-digit hour and minutes, each 0 to 1.

    They are derived from `counts` (feature, then bucket); `acceptance_rate` is a percentage,
    `avg_response_time` in minutes.
    """

    user_id: UserId
    day_of_week_patterns: Mapping[str, float] = field(default_factory=dict)
    time_of_day_patterns: Mapping[str, float] = field(default_factory=dict)
    duration_preferences: Mapping[str, float] = field(default_factory=dict)
    acceptance_rate: float = 0.0
    avg_response_time: int = 0
    sample_size: int = 0
    counts: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    last_updated: Instant
    created_at: Instant
    version: int = 0


class Outcome(StrEnum):
    """How a session ended."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulingEvent:
    """One session's end, for analytics: slots are documents as they were shown; times in minutes.

    `shown` holds everything that was shown with its features and propensity. `anonymised_at` says since when
    it no longer tells whose it was.
    """

    id: str
    session_id: SessionId
    host_user_id: UserId
    num_invitees: int
    proposed_slots: tuple[Mapping[str, Any], ...] = ()
    selected_slot: Mapping[str, Any] | None = None
    rejected_slots: tuple[Mapping[str, Any], ...] = ()
    shown: tuple[Mapping[str, Any], ...] = ()
    outcome: Outcome
    time_to_schedule: int | None = None
    num_messages: int = 0
    created_at: Instant
    anonymised_at: Instant | None = None
    version: int = 0
