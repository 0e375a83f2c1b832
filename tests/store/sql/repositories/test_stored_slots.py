"""Slots read back from the store are the ones that were written, and those that the strict reading gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.slots import parse_slot
from engine.ids import UserId
from engine.model.session import Attendance, Availability, Occurrence, Reason, TimeSlot
from engine.time.span import DAY, Instant
from store.sql.repositories.stored_slots import slot_to_store, stored_slot

NOON = 1_800_000_000
MOMENTS = st.integers(NOON, NOON + 400 * DAY)
WORDS = st.text(max_size=20)
POINTS = st.floats(-1e6, 1e6)
USERS = st.sampled_from([UserId("ann"), UserId("bob@example.com")])
REASONS = st.builds(Reason, WORDS, st.none() | USERS, POINTS, WORDS)
ATTENDEES = st.builds(Attendance, USERS, st.sampled_from(Availability), st.booleans(), WORDS)
OCCURRENCES = st.builds(
    Occurrence,
    start=MOMENTS,
    available=st.none() | st.booleans(),
    conflicts=st.lists(WORDS, max_size=2).map(tuple),
    moved_to=st.none() | MOMENTS,
)


def lasting(start: Instant, minutes: int, **more: object) -> TimeSlot:
    return TimeSlot(start=start, end=start + 60 * minutes, **more)  # type: ignore[arg-type] # drawn by name


SLOTS = st.builds(
    lasting,
    MOMENTS,
    st.integers(1, 1440),
    confidence=st.floats(0, 1),
    conflicts=st.lists(WORDS, max_size=2).map(tuple),
    score=POINTS,
    reasons=st.lists(REASONS, max_size=3).map(tuple),
    attendees=st.lists(ATTENDEES, max_size=3).map(tuple),
    occurrences=st.lists(OCCURRENCES, max_size=3).map(tuple),
)


@given(SLOTS)
def test_a_slot_comes_back_as_it_was_written(slot: TimeSlot) -> None:
    written = json.loads(json.dumps(slot_to_store(slot)))
    assert stored_slot(written) == slot == parse_slot(written)


def test_what_a_release_before_did_not_write_is_as_it_was_then() -> None:
    plain = {"start": "2026-11-20T14:00:00Z", "end": "2026-11-20T15:00:00Z", "confidence": 1}
    assert stored_slot(plain) == parse_slot(plain)
    without = {
        **plain,
        "reasons": [{"code": "early", "points": 1}],
        "attendees": [{"user": "ann", "availability": "free", "localStart": "2026-11-20T14:00:00Z"}],
        "occurrences": [{"start": "2026-11-20T14:00:00Z"}],
    }
    assert stored_slot(without) == parse_slot(without)


@pytest.mark.parametrize("lacking", ["start", "end"])
def test_what_nobody_wrote_so_is_trouble(lacking: str) -> None:
    whole = {"start": "2026-11-20T14:00:00Z", "end": "2026-11-20T15:00:00Z"}
    with pytest.raises(KeyError):
        stored_slot({name: value for name, value in whole.items() if name != lacking})
