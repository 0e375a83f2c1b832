"""An answer as text says just what its document says, and as JSON writes it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from engine.bounds import LATEST
from engine.documents.answer_text import answer_text
from engine.documents.answers import answer_document
from engine.find.answer import BlockCode, Blocker, Failure, FindAnswer, Relaxation
from engine.ids import UserId
from engine.model.session import Attendance, Availability, Occurrence, Reason, SessionStatus, TimeSlot

INSTANTS = st.integers(0, LATEST - 1)
TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["", '"', "\\", "\x1b[31m", "\u2028", "\ud800", "Zoë 🗓"])
)
USERS = st.builds(UserId, TEXTS)
POINTS = st.one_of(st.integers(-99, 99), st.floats(-1e6, 1e6, allow_nan=False))
REASONS = st.builds(Reason, TEXTS, st.none() | USERS, POINTS, TEXTS)
ATTENDANCES = st.builds(
    Attendance, USERS, st.sampled_from(Availability), st.booleans(), st.just("2026-11-20T14:00:00+01:00")
)
OCCURRENCES = st.builds(
    Occurrence,
    start=INSTANTS,
    available=st.none() | st.booleans(),
    conflicts=st.lists(TEXTS, max_size=2).map(tuple),
    moved_to=st.none() | INSTANTS,
)
SLOTS = st.builds(
    TimeSlot,
    start=INSTANTS,
    end=INSTANTS,
    confidence=st.floats(0, 1),
    conflicts=st.lists(TEXTS, max_size=2).map(tuple),
    score=POINTS,
    reasons=st.lists(REASONS, max_size=3).map(tuple),
    attendees=st.lists(ATTENDANCES, max_size=3).map(tuple),
    occurrences=st.lists(OCCURRENCES, max_size=2).map(tuple),
)
FAILURES = st.builds(
    Failure,
    reason=TEXTS,
    suggestions=st.lists(TEXTS, max_size=2).map(tuple),
    blockers=st.lists(
        st.builds(Blocker, st.sampled_from(BlockCode), st.none() | USERS, st.floats(0, 1)), max_size=2
    ).map(tuple),
    relaxations=st.lists(st.builds(Relaxation, TEXTS, TEXTS, st.integers(0, 9), INSTANTS), max_size=2).map(
        tuple
    ),
)
ANSWERS = st.builds(
    FindAnswer,
    st.sampled_from(SessionStatus),
    st.lists(SLOTS, max_size=2).map(tuple),
    st.lists(INSTANTS, max_size=3).map(tuple),
    failure=st.none() | FAILURES,
)


@given(ANSWERS, st.booleans())
def test_it_is_what_the_library_writes_of_the_document(answer: FindAnswer, all_starts: bool) -> None:
    document = answer_document(answer, all_starts=all_starts)
    assert answer_text(answer, all_starts=all_starts) == json.dumps(document, ensure_ascii=False)
