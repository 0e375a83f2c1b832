"""What every connector promises, whatever it talks to.

A connector's test subclasses `ReadingContract` (and `WritingContract` where it writes) and gives a `source`:
the connector under test, and a way to change what lies behind it as somebody else would.
"""

from dataclasses import replace
from typing import Protocol

import pytest

from engine.errors import SourceError, WriteConflictError
from engine.ids import EventId, InstallId, RemoteCalendarId, SessionId
from engine.model.booking import EventDraft, Mark, Observed, Person, Written
from engine.model.calendar_object import Changes, RawObject
from engine.model.capabilities import IdForm
from engine.ports.connector import Connector
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span

INSTALL = InstallId("install-1")
START = parse_instant("2026-10-20T08:00:00Z")
WINDOW = Span(parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-11-01T00:00:00Z"))
ZONE = "Europe/Berlin"


class Source(Protocol):
    """A connector, and somebody else with a hand on the same calendar."""

    @property
    def connector(self) -> Connector:
        """The connector under test."""

    @property
    def calendar(self) -> RemoteCalendarId:
        """The calendar that both see."""

    def put(self, uid: str, start: str, title: str) -> None:
        """Put an event of one hour in, or in another's place; `start` as 20261020T100000Z."""

    def remove(self, uid: str) -> None:
        """Take an event out."""

    def fail(self) -> None:
        """Let every read fail from now on."""


def draft(event_id: str = "a1b2c3@install-1", *, install: InstallId = INSTALL, hours: int = 0) -> EventDraft:
    """Give an event as the booking engine would have it written."""
    start = START + hours * HOUR
    return EventDraft(
        event_id=EventId(event_id),
        mark=Mark(install=install, session=SessionId("s-1"), epoch=2),
        span=Span(start, start + HOUR),
        title="Planning; part 2, with Zoë",
        description="First line\nSecond line",
        location="Room 5",
        stamp=parse_instant("2026-10-14T12:00:00Z"),
        zone=ZONE,
        organizer=Person(name="Alice", email="alice@example.com"),
        attendees=(Person(name="Dave", email="dave@example.com"),),
    )


def form_of(source: Source) -> IdForm:
    """Tell in which form the source's provider wants ids; as in iCalendar unless it says otherwise."""
    return getattr(source, "id_form", IdForm.ICAL)


def draft_for(source: Source, *, hours: int = 0) -> EventDraft:
    """Give the same under an id of the form that the source's provider wants."""
    form = form_of(source)
    return draft("a1b2c3install1", hours=hours) if form is IdForm.GOOGLE else draft(hours=hours)


def everything(source: Source) -> Changes:
    return source.connector.changes(source.calendar, None, {})


def titles(source: Source, objects: tuple[RawObject, ...]) -> list[str]:
    read = source.connector.interpret(objects, WINDOW, ZONE)
    assert read.quarantined == ()
    return [one.title for one in read.occurrences]


class ReadingContract:
    """Reading: whole, cheap when nothing changed, and never empty by mistake."""

    def test_a_first_read_is_whole(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        source.put("two", "20261021T080000Z", "Second")
        read = everything(source)
        assert read.whole
        assert titles(source, read.objects) == ["First", "Second"]

    def test_a_second_read_of_the_same_tells_nothing_new(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        first = everything(source)
        second = source.connector.changes(source.calendar, first.token, {})
        assert (second.objects, second.gone) == ((), ())
        assert not second.whole

    def test_a_changed_event_differs_from_what_was_known_and_its_neighbour_does_not(
        self, source: Source
    ) -> None:
        source.put("one", "20261020T080000Z", "First")
        source.put("two", "20261021T080000Z", "Second")
        before = everything(source)
        source.put("two", "20261022T080000Z", "Later")
        after = source.connector.changes(source.calendar, before.token, {})
        known = {one.href: one.content_hash for one in before.objects}
        changed = [one for one in after.objects if known.get(one.href) != one.content_hash]
        assert titles(source, tuple(changed)) == ["Later"]

    def test_a_deleted_event_is_told_as_gone_or_missing_from_a_whole_read(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        source.put("two", "20261021T080000Z", "Second")
        before = everything(source)
        source.remove("two")
        after = source.connector.changes(source.calendar, before.token, {})
        (gone,) = (one.href for one in before.objects if one.uid == "two")
        assert gone in after.gone or (after.whole and gone not in {one.href for one in after.objects})

    def test_a_failed_read_never_looks_like_an_empty_calendar(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        before = everything(source)
        source.fail()
        with pytest.raises(SourceError):
            everything(source)
        with pytest.raises(SourceError):
            source.connector.changes(source.calendar, before.token, {})

    def test_interpreting_is_pure(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        objects = everything(source).objects
        once = source.connector.interpret(objects, WINDOW, ZONE)
        assert source.connector.interpret(objects, WINDOW, ZONE) == once
        assert once.occurrences[0].uid == objects[0].uid

    def test_it_lists_the_calendar_it_reads(self, source: Source) -> None:
        assert source.calendar in {one.calendar for one in source.connector.calendars()}

    def test_a_probe_tells_what_is_wrong_instead_of_raising(self, source: Source) -> None:
        source.put("one", "20261020T080000Z", "First")
        assert source.connector.probe().problems == ()
        source.fail()
        assert source.connector.probe().problems != ()


class WritingContract:
    """Writing: once, read back, found again, taken back; nobody else's event is touched."""

    def test_a_written_event_is_read_back_as_it_was_meant(self, source: Source) -> None:
        meant = replace(draft_for(source), sequence=2)
        written = source.connector.write(source.calendar, meant)
        found = source.connector.read(source.calendar, written.event_id)
        assert found is not None
        assert not found.rule, "it takes place once"
        assert replace(found, etag=None, rule=None) == Observed(
            event_id=meant.event_id,
            span=meant.span,
            mark=meant.mark,
            title=meant.title,
            sequence=meant.sequence,
        )
        assert written == Written(meant.event_id, written.etag)
        assert written.etag in (None, found.etag)

    def test_a_written_event_is_read_as_ours(self, source: Source) -> None:
        source.connector.write(source.calendar, draft_for(source))
        read = source.connector.interpret(everything(source).objects, WINDOW, ZONE)
        assert [(one.span, one.ours) for one in read.occurrences] == [(draft_for(source).span, True)]

    def test_another_installations_event_is_not_ours(self, source: Source) -> None:
        there = InstallId("install-2")
        form = form_of(source)
        theirs = draft("d4e5f6install2" if form is IdForm.GOOGLE else "d4e5f6@install-2", install=there)
        source.connector.write(source.calendar, theirs)
        read = source.connector.interpret(everything(source).objects, WINDOW, ZONE)
        assert [(one.span, one.ours) for one in read.occurrences] == [(theirs.span, False)]

    def test_what_was_never_written_is_not_there(self, source: Source) -> None:
        assert source.connector.read(source.calendar, draft_for(source).event_id) is None

    def test_a_taken_id_is_a_conflict_and_stays_as_it_is(self, source: Source) -> None:
        source.connector.write(source.calendar, draft_for(source))
        with pytest.raises(WriteConflictError):
            source.connector.write(source.calendar, draft_for(source, hours=3))
        found = source.connector.read(source.calendar, draft_for(source).event_id)
        assert found is not None
        assert found.span == draft_for(source).span

    def test_an_event_is_replaced_only_in_the_version_that_was_seen(self, source: Source) -> None:
        source.connector.write(source.calendar, draft_for(source))
        seen = source.connector.read(source.calendar, draft_for(source).event_id)
        assert seen is not None
        later = replace(draft_for(source, hours=2), sequence=1)
        source.connector.write(source.calendar, later, seen.etag)
        found = source.connector.read(source.calendar, draft_for(source).event_id)
        assert found is not None
        assert (found.span, found.sequence) == (later.span, 1)
        with pytest.raises(WriteConflictError):
            source.connector.write(source.calendar, draft_for(source, hours=4), seen.etag)

    def test_withdrawing_twice_is_withdrawing_once(self, source: Source) -> None:
        source.put("one", "20261021T080000Z", "Foreign")
        source.connector.write(source.calendar, draft_for(source))
        source.connector.withdraw(source.calendar, draft_for(source).event_id)
        source.connector.withdraw(source.calendar, draft_for(source).event_id)
        found = source.connector.read(source.calendar, draft_for(source).event_id)
        assert found is None or not found.live
        assert titles(source, everything(source).objects) == ["Foreign"]

    def test_somebody_elses_event_is_not_withdrawn(self, source: Source) -> None:
        source.put("theirs", "20261021T080000Z", "Foreign")
        source.connector.withdraw(source.calendar, EventId("theirs"))
        assert titles(source, everything(source).objects) == ["Foreign"]

    def test_marks_find_the_installations_own_events(self, source: Source) -> None:
        source.put("theirs", "20261021T080000Z", "Foreign")
        source.connector.write(source.calendar, draft_for(source))
        found = source.connector.marked(source.calendar, INSTALL)
        assert [(one.event_id, one.mark, one.rule) for one in found] == [
            (draft_for(source).event_id, draft_for(source).mark, "")
        ]
        assert source.connector.marked(source.calendar, InstallId("another")) == []
        assert len(source.connector.marked(source.calendar, None)) == 1

    def test_marks_find_what_was_not_over_by_a_moment(self, source: Source) -> None:
        span = draft_for(source).span
        source.connector.write(source.calendar, draft_for(source))
        for since in (span.start, span.end - 1):
            assert len(source.connector.marked(source.calendar, INSTALL, since)) == 1
