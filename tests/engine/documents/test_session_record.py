"""A session's record in the metadata: what gatherly wrote is read again, anything else stays as it is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.session_record import parted, with_record
from engine.documents.sessions import parse_session, session_document
from engine.model.session_metadata import OURS, Key
from engine.model.session_record import OwnChange, Reopening, SessionRecord
from engine.time.span import Span
from tests.contracts.stores.samples import session

INSTANTS = st.integers(min_value=0, max_value=7_258_118_399)
TEXTS = st.text(max_size=8)
SPANS = st.tuples(INSTANTS, INSTANTS).map(lambda two: Span(min(two), max(two)))
RECORDS = st.builds(
    SessionRecord,
    history=st.lists(st.builds(Reopening, INSTANTS, TEXTS, TEXTS, st.none() | INSTANTS), max_size=3).map(
        tuple
    ),
    waiting_for=st.dictionaries(TEXTS, TEXTS, max_size=3),
    not_booked=st.none() | st.text(min_size=1, max_size=8),
    failed_bookings=st.integers(min_value=0, max_value=9),
    conflicts=st.lists(TEXTS, max_size=3).map(tuple),
    left=st.dictionaries(TEXTS, INSTANTS, max_size=3),
    zone=st.none() | st.just("Europe/Berlin"),
    change_requests=st.dictionaries(TEXTS, SPANS, max_size=3),
    relaxed=st.lists(TEXTS, max_size=3).map(tuple),
    own_changes=st.lists(st.builds(OwnChange, TEXTS, INSTANTS, st.none() | INSTANTS), max_size=3).map(tuple),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FREE = st.dictionaries(st.text(max_size=8).filter(lambda key: key not in OURS), JSON, max_size=3)


@given(FREE, RECORDS)
def test_what_gatherly_writes_it_reads_again(metadata: dict[str, Any], record: SessionRecord) -> None:
    assert parted(with_record(metadata, record)) == (metadata, record)


@given(st.dictionaries(st.sampled_from(sorted(OURS)) | TEXTS, JSON, max_size=5))
def test_whatever_an_app_writes_is_the_same_when_it_is_written_again(metadata: dict[str, Any]) -> None:
    rest, record = parted(metadata)
    assert with_record(rest, record) == metadata


@pytest.mark.parametrize(
    "value",
    [
        7,
        "x",
        [],
        {},
        None,
        True,
        [["deep", ["deeper"]]],
        [{"at": "yesterday", "what": "declined", "status": "scheduled"}],
        [{"at": "2027-01-16T08:00:00+01:00", "what": "declined", "status": "scheduled"}],
        [{"at": "2027-01-16T08:00:00Z", "what": 1, "status": "scheduled"}],
        [{"at": "2027-01-16T08:00:00Z", "what": "declined", "status": "scheduled", "more": 1}],
        {"bob": {"start": "2027-01-16T08:00:00Z", "end": "2027-01-16T07:00:00Z"}},
    ],
)
@pytest.mark.parametrize("key", sorted(OURS - {Key.REASON}))
def test_what_is_not_as_gatherly_writes_it_is_none_of_the_record(key: str, value: object) -> None:
    rest, record = parted({key: value, "colour": "red"})
    plain = record in (SessionRecord(), SessionRecord(not_booked="x"), SessionRecord(failed_bookings=7))
    counted = (SessionRecord(failed_bookings=1), SessionRecord(fresh=True), SessionRecord(round=7))
    others = (*counted, SessionRecord(invitation="x"))
    assert plain or record in others
    assert with_record(rest, record) == {key: value, "colour": "red"}


def test_a_document_shows_the_record_among_the_metadata() -> None:
    record = SessionRecord(
        history=(Reopening(1_800_000_000, "rescheduled", "scheduled", 1_800_003_600),),
        not_booked="bob came first",
        failed_bookings=2,
        conflicts=("bob: busy",),
        change_requests={"bob": Span(1_800_000_000, 1_800_003_600)},
        waiting_for={"bob": "unknown"},
    )
    known = replace(session(), metadata={"colour": "red"}, record=record)
    document = session_document(known)
    assert document["metadata"] == {
        "colour": "red",
        "history": [
            {
                "at": "2027-01-15T08:00:00Z",
                "what": "rescheduled",
                "status": "scheduled",
                "slot": "2027-01-15T09:00:00Z",
            }
        ],
        "waitingFor": {"bob": "unknown"},
        "notBooked": "bob came first",
        "failedBookings": 2,
        "conflicts": ["bob: busy"],
        "changeRequests": {"bob": {"start": "2027-01-15T08:00:00Z", "end": "2027-01-15T09:00:00Z"}},
    }
    assert parse_session(document).record == record
