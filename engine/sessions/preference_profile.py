"""How a session's end changes the profiles of those who took part (F0 PreferenceProfile).

What is kept are counts, how often a bucket was shown and accepted; the document's columns are derived from
them: days and hours as accepted per shown, lengths as their share of what was accepted. Days and hours are
read on the person's own clock. A profile that came without counts keeps its columns, and goes on from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.model.history import Outcome, PreferenceProfile, SchedulingEvent, Tally
from engine.model.session import Answer, EventSession, Message, MessageRole, Response, TimeSlot
from engine.model.user import User
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import MINUTE
from engine.time.weekday import Weekday

DAY, HOUR, DURATION = "day", "hour", "duration"
"""Features whose buckets are weekdays, two-digit hours, and minutes."""
SESSION, RESPONSE, ALL = "session", "response", "all"
"""Features of one bucket: sessions accepted of those resolved; minutes taken for how many answers."""

Counts = Mapping[str, Mapping[str, Tally]]


def counted(
    profile: PreferenceProfile | None,
    user: User,
    session: EventSession,
    end: SchedulingEvent,
    messages: Sequence[Message],
) -> PreferenceProfile:
    """Give somebody's profile with one more resolved session in it, in which they were host or invitee."""
    known = profile or PreferenceProfile(
        user_id=user.id, last_updated=end.created_at, created_at=end.created_at
    )
    counts = _with_session(_begun(known), user, session, end, messages)
    return _derived(replace(known, counts=counts, last_updated=end.created_at))


def _begun(profile: PreferenceProfile) -> dict[str, dict[str, Tally]]:
    counts = {feature: dict(buckets) for feature, buckets in profile.counts.items()}
    if SESSION not in counts and profile.sample_size:
        accepted = profile.acceptance_rate * profile.sample_size / 100
        counts[SESSION] = {ALL: Tally(accepted, profile.sample_size)}
        counts[RESPONSE] = {ALL: Tally(profile.avg_response_time * profile.sample_size, profile.sample_size)}
    return counts


def _with_session(
    counts: dict[str, dict[str, Tally]],
    user: User,
    session: EventSession,
    end: SchedulingEvent,
    messages: Sequence[Message],
) -> Counts:
    answer = next((each for each in reversed(session.responses) if each.user_id == user.id), None)
    declined = answer is not None and answer.answer is Answer.DECLINED
    accepted = session.final_time if end.outcome is Outcome.SCHEDULED and not declined else None
    for slot in _shown(session):
        took = accepted is not None and slot.span == accepted.span
        wall = to_datetime(slot.start).astimezone(zone_info(user.timezone))
        for feature, bucket in _buckets(wall):
            _count(counts, feature, bucket, took, 1)
    _count(counts, DURATION, str(session.duration), accepted is not None, 1)
    _count(counts, SESSION, ALL, accepted is not None, 1)
    minutes = _response_minutes(answer, messages)
    if minutes is not None:
        _count(counts, RESPONSE, ALL, minutes, 1)
    return counts


def _shown(session: EventSession) -> Iterable[TimeSlot]:
    final = () if session.final_time is None else (session.final_time,)
    slots = (*session.proposed_times, *session.withheld, *session.rejected_slots, *final)
    return {slot.span: slot for slot in slots}.values()


def _buckets(wall: datetime) -> tuple[tuple[str, str], ...]:
    return ((DAY, Weekday(wall.weekday()).word), (HOUR, f"{wall.hour:02}"))


def _count(
    counts: dict[str, dict[str, Tally]], feature: str, bucket: str, accepted: float, shown: int
) -> None:
    buckets = counts.setdefault(feature, {})
    before = buckets.get(bucket, Tally())
    buckets[bucket] = Tally(before.accepted + accepted, before.shown + shown)


def _response_minutes(answer: Response | None, messages: Sequence[Message]) -> float | None:
    """Give the minutes from the last proposal before an answer to it."""
    if answer is None:
        return None
    said = [
        message.timestamp
        for message in messages
        if message.role is MessageRole.ASSISTANT and message.timestamp <= answer.at
    ]
    return (answer.at - max(said)) / MINUTE if said else None


def _derived(profile: PreferenceProfile) -> PreferenceProfile:
    counts = profile.counts
    sessions = counts[SESSION][ALL]
    answers = counts.get(RESPONSE, {}).get(ALL, Tally())
    return replace(
        profile,
        day_of_week_patterns={**profile.day_of_week_patterns, **_rates(counts.get(DAY, {}))},
        time_of_day_patterns={**profile.time_of_day_patterns, **_rates(counts.get(HOUR, {}))},
        duration_preferences={**profile.duration_preferences, **_shares(counts[DURATION])},
        acceptance_rate=round(100 * sessions.accepted / sessions.shown, 2),
        avg_response_time=round(answers.accepted / answers.shown) if answers.shown else 0,
        sample_size=round(sessions.shown),
    )


def _rates(buckets: Mapping[str, Tally]) -> dict[str, float]:
    return {name: tally.accepted / tally.shown for name, tally in buckets.items() if tally.shown}


def _shares(buckets: Mapping[str, Tally]) -> dict[str, float]:
    accepted = sum(tally.accepted for tally in buckets.values())
    return {name: tally.accepted / accepted for name, tally in buckets.items()} if accepted else {}
