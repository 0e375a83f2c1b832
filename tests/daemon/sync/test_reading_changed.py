"""A reading that has changed: after an upgrade, or once an account has told who its owner is."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from connectors import reading_rules
from daemon.services import Services
from daemon.sync.pulled import Pulled
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.calendar_object import SyncPlan
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.standins.feeds import PublishedFeed
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-10-14T12:00:00Z"
ALIAS = "d.meyer@alias.example"
FEED, FOLDER = ConnectorName("dave-feed"), ConnectorName("dave-folder")
CONNECTORS = """
[connectors.dave-feed]
kind = "ics"
user = "dave"
url = "{url}"
allow_private_network = true
"""
DECLINED = (
    "BEGIN:VEVENT\r\nUID:no\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20261015T090000Z\r\n"
    "DTEND:20261015T100000Z\r\nORGANIZER:mailto:eve@example.com\r\n"
    f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ALIAS}\r\nATTENDEE:mailto:eve@example.com\r\nEND:VEVENT\r\n"
)
PLAIN = DECLINED.replace("UID:no", "UID:yes").replace(";PARTSTAT=DECLINED", "")


class Home:
    """Dave's feed and folder with the same events, and a daemon that can be started again and again."""

    def __init__(self, root: Path, server: HTTPServer) -> None:
        self.feed = PublishedFeed(server)
        self.feed.events = {"no": DECLINED, "yes": PLAIN}
        extra = CONNECTORS.format(url=self.feed.url)
        self.world = FolderWorld(root, [Somebody(name="dave", writes=False, extra=extra)], NOW)
        for uid, text in self.feed.events.items():
            whole = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}END:VCALENDAR\r\n"
            (self.world.folder("dave") / f"{uid}.ics").write_text(whole, newline="")

    def pull(self, name: ConnectorName, *told: str) -> Pulled:
        """Start the daemon, let an account tell something of its owner, and pull once."""
        with self.world.services() as services:
            self.tell(services, *told)
            pulled = services.pull.run(services.sources[name])
        assert pulled.error is None
        return pulled

    @staticmethod
    def tell(services: Services, *told: str) -> None:
        services.sources[FEED].connector.inner._context.owner.learn(told)  # type: ignore[attr-defined]

    def busy(self, name: ConnectorName) -> set[str]:
        """Give the UIDs that take Dave's time."""
        start = parse_instant(NOW)
        with self.world.services() as services, services.store.reading() as tx:
            spans = tx.calendars.busy(UserId("dave"), Span(start - DAY, start + 30 * DAY))
        return {str(span.uid) for span in spans if span.calendar.connector == name}

    def token(self, name: ConnectorName) -> str | None:
        with self.world.services() as services, services.store.reading() as tx:
            calendar = tx.calendars.get(CalendarKey(name, RemoteCalendarId(".")))
        return calendar.token if calendar else None


@pytest.fixture
def home(tmp_path: Path, httpserver: HTTPServer) -> Home:
    return Home(tmp_path, httpserver)


@pytest.mark.parametrize("name", [FEED, FOLDER])
def test_an_address_that_becomes_known_later_frees_what_it_declined(home: Home, name: ConnectorName) -> None:
    home.pull(name)
    assert home.busy(name) == {"no", "yes"}
    home.pull(name, ALIAS)
    assert home.busy(name) == {"yes"}


@pytest.mark.parametrize("name", [FEED, FOLDER])
def test_an_address_that_was_told_once_is_known_after_a_start(home: Home, name: ConnectorName) -> None:
    home.pull(name, ALIAS)
    home.pull(name)
    assert home.busy(name) == {"yes"}


@pytest.mark.parametrize("name", [FEED, FOLDER])
def test_what_an_older_reading_stored_is_read_anew_once_though_nothing_has_changed(
    home: Home, name: ConnectorName, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.pull(name)
    asked = len(home.feed.requests)
    monkeypatch.setattr(reading_rules, "RULES", reading_rules.RULES + 1)
    before = home.token(name)
    home.pull(name)
    after = home.token(name)
    home.pull(name)
    assert before != after == home.token(name)
    conditions = [one.headers.get("If-None-Match") for one in home.feed.requests[asked:]]
    assert name == FOLDER or [one is None for one in conditions] == [True, False]


@pytest.mark.parametrize("name", [FEED, FOLDER])
def test_what_a_reading_before_all_of_this_stored_is_read_anew(home: Home, name: ConnectorName) -> None:
    home.pull(name)
    key = CalendarKey(name, RemoteCalendarId("."))
    with home.world.services() as services:
        with services.store.reading() as tx:
            calendar = tx.calendars.get(key)
        assert calendar is not None
        old = reading_rules.remembered(calendar.token).token
        _keep_token(services, key, old)
        home.tell(services, ALIAS)
        services.pull.run(services.sources[name])
    assert home.busy(name) == {"yes"}
    assert reading_rules.remembered(home.token(name)).rules == reading_rules.RULES


def test_a_reading_that_fails_half_way_is_done_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.pull(FEED)
    with home.world.services() as services, monkeypatch.context() as patched:
        home.tell(services, ALIAS)
        patched.setattr("daemon.sync.calendar_pull.read_anew", _failing)
        assert services.pull.run(services.sources[FEED]).error
    assert home.busy(FEED) == {"no", "yes"}
    home.pull(FEED, ALIAS)
    assert home.busy(FEED) == {"yes"}


@pytest.mark.parametrize("name", [FEED, FOLDER])
def test_an_unchanged_reading_writes_no_busy_time_anew(
    home: Home, name: ConnectorName, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.pull(name, ALIAS)
    monkeypatch.setattr("daemon.sync.calendar_pull.read_anew", _failing)
    home.pull(name)
    home.pull(name)


@pytest.mark.parametrize("text", ["", "abc", "{}", "[]", "null", "7", '{"reading": 7}', '{"reading": {}}'])
def test_a_token_without_a_reading_is_the_connectors_own(text: str) -> None:
    assert reading_rules.remembered(text).token == (text or None)
    assert reading_rules.remembered(text).rules != reading_rules.RULES


def _failing(*_given: object) -> None:
    raise RuntimeError("the reading fails")


def _keep_token(services: Services, key: CalendarKey, token: str | None) -> None:
    with services.store.reading() as tx:
        calendar = tx.calendars.get(key)
    assert calendar is not None
    with services.store.writing() as tx:
        tx.calendars.apply(SyncPlan(calendar=replace(calendar, token=token), based_on=calendar.version))
