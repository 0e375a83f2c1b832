"""The edge of a connector: whatever its libraries raise is an error of ours, and one object's is its own."""

import errno
import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from connectors.edge import MOST_UNREADABLE, EdgedConnector
from engine.errors import (
    GatherlyError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
)
from engine.ids import ConnectorName, EventId, EventUid, Href, InstallId, RemoteCalendarId
from engine.model.calendar_object import Interpretation, Occurrence, RawObject
from engine.ports.connector import Connector
from engine.time.span import HOUR, Span
from engine.trouble import Trouble
from tests.contracts.connector import draft

CALENDAR, EVENT = RemoteCalendarId("home"), EventId("e1")
SECRET = "Bearer s3cret of Dinner with Eve"


class PanicError(BaseException):
    """What a library's native code raises when it gives up."""


FOREIGN: tuple[BaseException, ...] = (
    ValueError(SECRET),
    LookupError("unknown encoding: klingon"),
    UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"),
    UnicodeDecodeError("idna", b"\xff", 0, 1, "invalid start byte"),
    OverflowError("date value out of range"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    AttributeError("'NoneType' object has no attribute 'text'"),
    ZeroDivisionError(),
    SystemExit(1),
    PanicError(SECRET),
)
CALLS: dict[str, Callable[[Connector], object]] = {
    "calendars": lambda one: one.calendars(),
    "changes": lambda one: one.changes(CALENDAR, None, {}),
    "write": lambda one: one.write(CALENDAR, draft()),
    "read": lambda one: one.read(CALENDAR, EVENT),
    "withdraw": lambda one: one.withdraw(CALENDAR, EVENT),
    "marked": lambda one: one.marked(CALENDAR, InstallId("i")),
}


class Raising:
    """A connector whose every call raises the same."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error


class Heard:
    """What a witness was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def trouble(self, call: str, trouble: Trouble) -> None:
        self.calls.append((call, trouble.line))

    def expired(self, call: str, error: SourceExpiredError) -> None:
        self.calls.append((call, str(error)))

    def well(self, call: str) -> None:
        self.calls.append((call, "well"))


def edged(inner: Any, heard: Heard | None = None) -> EdgedConnector:
    return EdgedConnector(ConnectorName("alice"), lambda: inner, heard)


@pytest.mark.parametrize("error", FOREIGN, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("call", CALLS)
def test_whatever_a_call_raises_is_the_connectors_own_trouble(call: str, error: BaseException) -> None:
    heard = Heard()
    with pytest.raises(SourceError) as raised:
        CALLS[call](edged(Raising(error), heard))
    assert type(error).__name__ in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert [one for one, _ in heard.calls] == [call]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda each: type(each).__name__)
def test_a_write_that_nobody_understands_may_have_been_applied(error: BaseException) -> None:
    with pytest.raises(WriteAmbiguousError):
        edged(Raising(error)).write(CALENDAR, draft())


@pytest.mark.parametrize("error", FOREIGN, ids=lambda each: type(each).__name__)
def test_a_probe_reports_what_it_meets(error: BaseException) -> None:
    probe = edged(Raising(error)).probe()
    assert not probe.reachable
    assert type(error).__name__ in probe.problems[0]


def test_an_error_of_ours_passes_as_it_is() -> None:
    with pytest.raises(SourceExpiredError):
        edged(Raising(SourceExpiredError("No longer accepted"))).calendars()


def test_another_error_of_ours_becomes_the_sources() -> None:
    with pytest.raises(SourceError, match="The vault is shut"):
        edged(Raising(GatherlyError("The vault is shut"))).calendars()


class Reader:
    """Reads each object as an hour, and raises something foreign at those named bad."""

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self.calls = 0

    def interpret(self, objects: Iterable[RawObject], window: Span, zone: str) -> Interpretation:
        self.calls += 1
        known = list(objects)
        if any("bad" in one.uid for one in known):
            raise self._error
        span = Span(window.start, window.start + HOUR)
        return Interpretation(tuple(Occurrence(span=span, uid=one.uid) for one in known if not one.shared))


def objects(*names: str) -> list[RawObject]:
    return [
        RawObject(href=Href(each), uid=EventUid(each), etag=None, content_hash=each, raw=b"")
        for each in names
    ]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("bad", [["bad"], ["bad1", "bad2"], [f"bad{n}" for n in range(20)]], ids=len)
def test_one_objects_trouble_is_that_objects(error: BaseException, bad: list[str]) -> None:
    reader = Reader(error)
    good = [f"good{number}" for number in range(200)]
    read = edged(reader).interpret(objects(*good[:77], *bad, *good[77:]), Span(0, 2 * HOUR), "UTC")
    assert sorted(str(one.uid) for one in read.occurrences) == sorted(good)
    assert sorted(one.uid for one in read.quarantined) == sorted(bad)
    assert all(type(error).__name__ in one.reason for one in read.quarantined)
    assert reader.calls < 2 * len(bad) * 9


def test_a_calendar_of_which_nothing_can_be_read_is_not_read() -> None:
    bad = [f"bad{number}" for number in range(MOST_UNREADABLE + 1)]
    with pytest.raises(SourceError, match="too many objects"):
        edged(Reader(ValueError())).interpret(objects(*bad), Span(0, HOUR), "UTC")


def test_what_the_machine_lacks_is_no_objects_trouble() -> None:
    reader = Reader(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))
    with pytest.raises(SourceUnavailableError, match="no more files"):
        edged(reader).interpret(objects("good", "bad", "better"), Span(0, 2 * HOUR), "UTC")
