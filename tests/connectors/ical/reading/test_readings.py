"""One meaning, whichever reading finds it: quick, careful, by the libraries, object by object or at once."""

from datetime import UTC

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.ical.reading.fallback_expander import expand_by_fallback
from connectors.ical.reading.full_reader import Expander, expand, read_in_full
from connectors.ical.reading.interpret import interpret, interpret_body
from connectors.ical.text.lines import decode
from connectors.ical.text.objects import cut, split
from connectors.ical.zones.file_zones import file_zones
from engine.ids import EventUid
from engine.model.calendar_object import Occurrence
from engine.time.span import DAY, Span
from tests.connectors.ical.reading.busy_times import window
from tests.connectors.ical.reading.calendars import bodies

OCTOBER = window("2026-10-01T00:00:00Z", "2026-11-15T00:00:00Z")
WINDOWS = st.builds(
    lambda start, days: Span(OCTOBER.start + start * DAY, OCTOBER.start + (start + days) * DAY),
    st.integers(-60, 200),
    st.integers(1, 60),
)


def carefully(body: bytes, span: Span, expander: Expander) -> list[Occurrence]:
    found: list[Occurrence] = []
    for segment in cut(body):
        zones = file_zones(segment.header, segment.zones, UTC, {})
        for uid, texts in segment.events.items():
            read = read_in_full(EventUid(decode(uid)), texts, zones, span, expander=expander)
            assert read.quarantined == []
            found += read.occurrences
    return sorted(found, key=lambda one: (one.span, one.uid, one.title))


@settings(max_examples=150, deadline=None)
@given(bodies(), WINDOWS)
def test_the_quick_reading_is_the_careful_one(body: bytes, span: Span) -> None:
    quick = interpret_body(body, span, "UTC")
    assert quick.quarantined == ()
    found = sorted(quick.occurrences, key=lambda one: (one.span, one.uid, one.title))
    assert found == carefully(body, span, expand)


@settings(max_examples=50, deadline=None)
@given(bodies(), WINDOWS)
def test_our_arithmetic_is_that_of_the_libraries(body: bytes, span: Span) -> None:
    assume(b"BYMONTH=2;BYMONTHDAY=30" not in body)  # the libraries never end on it, so it is kept from them
    assert carefully(body, span, expand) == carefully(body, span, expand_by_fallback)


@settings(max_examples=30, deadline=None)
@given(bodies(), WINDOWS)
def test_objects_mean_alone_what_they_mean_together(body: bytes, span: Span) -> None:
    assert interpret(split(body), span, "UTC") == interpret_body(body, span, "UTC")


@settings(max_examples=30, deadline=None)
@given(bodies(), st.integers(1, 40))
def test_a_window_that_slides_finds_only_what_the_whole_window_holds(body: bytes, days: int) -> None:
    middle = OCTOBER.start + days * DAY
    parts = [Span(OCTOBER.start, middle), Span(middle, OCTOBER.end)]
    together = {one for part in parts for one in interpret_body(body, part, "UTC").occurrences}
    assert together == set(interpret_body(body, OCTOBER, "UTC").occurrences)
