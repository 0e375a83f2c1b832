"""Published calendars: what is asked of the server, and what no answer may do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from connectors.ical.feed.connector import FeedConnector, connect
from connectors.ical.options import FeedOptions
from connectors.registry import kind_of
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteRefusedError,
)
from engine.ids import RemoteCalendarId
from tests.connectors.ical.reading.busy_times import event
from tests.contracts.connector import ReadingContract, draft, everything
from tests.standins.feeds import PublishedFeed
from tests.standins.surroundings import surroundings


class FeedSource:
    """A feed and its publisher."""

    def __init__(self, published: PublishedFeed, connector: FeedConnector) -> None:
        self.published = published
        self.connector = connector
        self.calendar = RemoteCalendarId(".")

    def put(self, uid: str, start: str, title: str) -> None:
        self.published.events[uid] = event(
            f"UID:{uid}", f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{title}", "DTSTAMP:20260101T000000Z"
        )

    def remove(self, uid: str) -> None:
        del self.published.events[uid]

    def fail(self) -> None:
        self.published.fault = lambda: Response("<html>Log in</html>", content_type="text/html")


def opened(url: str, folder: Path) -> FeedConnector:
    options = FeedOptions.model_validate({"url": url, "allow_private_network": True})
    return connect(options, surroundings(folder, secrets={"url": url}))


@pytest.fixture
def source(httpserver: HTTPServer, tmp_path: Path) -> Iterator[FeedSource]:
    published = PublishedFeed(httpserver)
    connector = opened(published.url, tmp_path)
    yield FeedSource(published, connector)
    connector.close()


class TestFeed(ReadingContract):
    pass


class TestFeedWithoutEtag(ReadingContract):
    @pytest.fixture
    def source(self, httpserver: HTTPServer, tmp_path: Path) -> Iterator[FeedSource]:
        published = PublishedFeed(httpserver, with_etag=False)
        connector = opened(published.url, tmp_path)
        yield FeedSource(published, connector)
        connector.close()


def test_an_unchanged_feed_costs_one_conditional_request(source: FeedSource) -> None:
    source.put("one", "20261020T080000Z", "First")
    first = everything(source)
    before = len(source.published.requests)
    second = source.connector.changes(source.calendar, first.token, {})
    assert second.unchanged
    assert len(source.published.requests) == before + 1
    assert source.published.requests[-1].headers["If-None-Match"]


def test_events_that_are_only_stamped_anew_are_unchanged(source: FeedSource) -> None:
    source.put("one", "20261020T080000Z", "First")
    first = everything(source)
    restamped = source.published.events["one"].replace("DTSTAMP:20260101", "DTSTAMP:20260909")
    source.published.events["one"] = restamped
    assert source.connector.changes(source.calendar, first.token, {}).unchanged


def test_the_publishers_interval_is_a_floor_for_polling(source: FeedSource) -> None:
    source.published.header = "REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\nX-WR-TIMEZONE:America/New_York\r\n"
    source.put("one", "20261020T080000Z", "First")
    first = everything(source)
    assert (first.poll_floor, first.zone) == (4 * 3600, "America/New_York")
    again = source.connector.changes(source.calendar, first.token, {})
    assert (again.poll_floor, again.zone) == (4 * 3600, "America/New_York")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: Response(b""), SourceIncompleteError),
        (lambda: Response(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), SourceIncompleteError),
        (lambda: Response(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", status=206), SourceIncompleteError),
        (lambda: Response(b"{}", content_type="application/json"), SourceIncompleteError),
        (lambda: Response(b"x", headers={"Content-Encoding": "br"}), SourceIncompleteError),
        (lambda: Response(b"\x1f\x8bbroken", headers={"Content-Encoding": "gzip"}), SourceIncompleteError),
        (lambda: Response(status=304), SourceUnavailableError),
        (lambda: Response(status=401), SourceExpiredError),
        (lambda: Response(status=404), SourceUnavailableError),
        (lambda: Response(status=500), SourceUnavailableError),
        (lambda: Response(status=302, headers={"Location": "file:///etc/passwd"}), SourceUnavailableError),
    ],
)
def test_what_is_no_whole_calendar_is_an_error(
    source: FeedSource, answer: Callable[[], Response], error: type[SourceError]
) -> None:
    source.published.fault = answer
    with pytest.raises(error) as raised:
        everything(source)
    assert "private-4711" not in str(raised.value)


def test_a_busy_server_says_how_long_to_leave_it_alone(source: FeedSource) -> None:
    source.published.fault = lambda: Response(status=429, headers={"Retry-After": "120"})
    with pytest.raises(SourceUnavailableError) as raised:
        everything(source)
    assert raised.value.retry_after == 120


def test_a_feed_is_never_written_to(source: FeedSource) -> None:
    assert not kind_of("ics").capabilities.writes
    with pytest.raises(WriteRefusedError, match="is a feed"):
        source.connector.write(source.calendar, draft())
    source.connector.withdraw(source.calendar, draft().event_id)
    assert source.connector.marked(source.calendar, None) == []
    assert source.connector.read(source.calendar, draft().event_id) is None
