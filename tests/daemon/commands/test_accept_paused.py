"""Accepting names a pause that is known at once: until when it waits, and why."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.runtime.clock import SystemClock
from daemon.wire import open_daemon
from engine.ids import ConnectorName
from engine.time.instant import parse_instant
from engine.time.span import HOUR
from tests.standins.google.faults import Fault
from tests.worlds.command_line import AHEAD, Line
from tests.worlds.google_world import ALICE, GoogleServices, google_services

INSERT = "calendar.events.insert"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[GoogleServices]:
    with google_services(tmp_path) as made:
        yield made


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def offered(services: GoogleServices, gatherly: Line, *titles: str) -> list[str]:
    """Have sessions of one person, proposed; gives their ids."""
    assert gatherly("connect", "alice-work", "-c", services.file, "--from", services.grant).returncode == 0
    words = ("session", "create", "--host", ALICE, "--duration", "30m", *AHEAD, "-c", services.file)
    made = [gatherly.asked(*words, "--title", title)["id"] for title in titles]
    assert gatherly("run", "--once", "-c", services.file).returncode == 0
    return made


def accept(services: GoogleServices, gatherly: Line, session: str, slot: int) -> Any:
    told = gatherly("session", "accept", session, "--slot", str(slot), "--json", "-c", services.file)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_a_pause_of_writes_is_named_by_the_answer_to_accept(services: GoogleServices, gatherly: Line) -> None:
    first, second, third = offered(services, gatherly, "Think", "Plan", "Rest")
    assert "Google" not in accept(services, gatherly, first, 1)["booking"]["waitsFor"]
    services.google.faults.then(INSERT, Fault.WRITE_LIMIT)
    assert gatherly("run", "--once", "-c", services.file).returncode == 0
    services.google.log.clear()
    waits = accept(services, gatherly, second, 1)["booking"]["waitsFor"]
    assert f"{ALICE}: alice-work: Google has limited this account's writes, until " in waits
    until = waits.split("writes, until ")[1][:20]
    left = parse_instant(until) - SystemClock().now()
    assert 2 * HOUR < left < 4 * HOUR
    told = gatherly("session", "accept", third, "--slot", "1", "-c", services.file)
    ends = datetime.fromtimestamp(parse_instant(until), UTC)
    today = datetime.fromtimestamp(SystemClock().now(), UTC).date() == ends.date()
    told_as = until[11:19] if today else f"{ends:%a} {ends.day} {ends:%b %H:%M}"
    assert (told.returncode, f"writes, until {told_as}" in told.stdout) == (0, True)
    assert services.google.log == [], "nobody is asked"


@pytest.mark.parametrize("whose", ["account", "project"])
def test_a_pause_that_no_poll_has_met_is_named(services: GoogleServices, gatherly: Line, whose: str) -> None:
    (session,) = offered(services, gatherly, "Think")
    with open_daemon(services.file, lock=False) as wired:
        (source,) = (one for one in wired.sources.values() if one.name == "alice-work")
        pace = source.connector.inner._pace  # type: ignore[attr-defined]
        pace._budgets.refused(getattr(pace, f"_{whose}").name, 900, 10)
    services.google.log.clear()
    waits = accept(services, gatherly, session, 1)["booking"]["waitsFor"]
    assert f"{ALICE}: alice-work: Google asked for a pause, until " in waits
    assert services.google.log == [], "nobody is asked"


def test_a_pause_of_reading_is_named_too_and_both_are_gone_once_they_are_over(
    services: GoogleServices, gatherly: Line
) -> None:
    first, second = offered(services, gatherly, "Think", "Plan")
    with open_daemon(services.file, lock=False) as wired, wired.store.writing() as tx:
        account = tx.calendars.account(ConnectorName("alice-work"))
        assert account is not None
        at = wired.clock.now() + 900
        tx.calendars.put_account(replace(account, held_back="the server asked for a pause", next_run=at))
    waits = accept(services, gatherly, first, 1)["booking"]["waitsFor"]
    assert f"{ALICE}: alice-work is not read: the server asked for a pause, until " in waits
    with open_daemon(services.file, lock=False) as wired, wired.store.writing() as tx:
        account = tx.calendars.account(ConnectorName("alice-work"))
        assert account is not None
        tx.calendars.put_account(replace(account, held_back=None, next_run=0))
    assert "pause" not in accept(services, gatherly, second, 1)["booking"]["waitsFor"]
    gatherly("run", "--once", "-c", services.file)
    shown = gatherly.asked("session", "show", first, "-c", services.file)
    assert (shown["booking"]["state"], "waitsFor" in shown["booking"]) == ("confirmed", False)
