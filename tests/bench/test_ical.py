"""Feeds: how long they take to read, beside other tools, and what standing still costs."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from connectors.ical.feed.connector import connect
from connectors.ical.options import FeedOptions
from connectors.ical.reading.interpret import interpret
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import split
from engine.ids import RemoteCalendarId
from tests.bench.ical_calendar import WINDOW, make_calendar
from tests.bench.ical_tools import TOOLS
from tests.standins.feeds import PublishedFeed
from tests.standins.surroundings import surroundings

pytestmark = pytest.mark.bench
OURS, STANDARD = "gatherly", "icalendar + recurring-ical-events"
ROUNDS = 3
SLOW = frozenset({"ical", "vobject", "icalendar-searcher"})


def measured(tool: str, file: Path) -> dict[str, Any] | None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.ical_tools", tool, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if "ModuleNotFoundError" in done.stderr:
        return None
    assert done.returncode == 0, done.stderr[-2000:]
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def medians(tools: Sequence[str], file: Path) -> dict[str, dict[str, float]]:
    """Run the tools in turns, so that the machine's moods meet all of them."""
    runs: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
    for turn in range(ROUNDS):
        for tool in tools:
            found = measured(tool, file) if turn == 0 or (tool not in SLOW and runs[tool]) else None
            if found is not None:
                runs[tool].append(found)
    return {
        tool: {name: statistics.median(one[name] for one in found) for name in found[0]}
        for tool, found in runs.items()
        if found
    }


@pytest.mark.parametrize(("events", "times"), [(1_000, 12), (10_000, 15)])
def test_feeds_are_read_many_times_faster_and_in_a_third_of_the_memory(
    events: int, times: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(make_calendar(events))
    found = medians(list(TOOLS), file)
    with capsys.disabled():
        print(f"\n{events} events, {file.stat().st_size} bytes")
        for absent in TOOLS.keys() - found.keys():
            print(f"| {absent} | is not installed here: not compared |")
        for tool, figures in found.items():
            ratio = figures["seconds"] / found[OURS]["seconds"]
            milliseconds, peak = figures["seconds"] * 1000, figures["peak"] / 1024
            print(
                f"| {tool} | {milliseconds:.0f} ms | {ratio:.1f} | {peak:.0f} MB | {figures['busy']} s busy |"
            )
    assert found[STANDARD]["seconds"] >= times * found[OURS]["seconds"]
    if events == 10_000:
        assert found[STANDARD]["peak"] >= 3 * found[OURS]["peak"]


def test_an_unchanged_feed_is_100_times_cheaper_than_a_changed_one(
    httpserver: HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = make_calendar(10_000)
    published = PublishedFeed(httpserver)
    published.whole = body
    context = surroundings(tmp_path, secrets={"url": published.url})
    options = FeedOptions.model_validate({"url": published.url, "allow_private_network": True})
    connector, calendar = connect(options, context), RemoteCalendarId(".")
    first = connector.changes(calendar, None, {})
    still = [_timed(lambda: connector.changes(calendar, first.token, {})) for _ in range(20)]
    moved = [
        _timed(lambda: interpret(split(whole_calendar(body, "the feed")), WINDOW, "UTC")) for _ in range(3)
    ]
    connector.close()
    unchanged, changed = statistics.median(still), statistics.median(moved)
    with capsys.disabled():
        print(f"\nunchanged {unchanged * 1000:.2f} ms, changed {changed * 1000:.0f} ms of processor time")
    assert changed >= 100 * unchanged


def test_a_thousand_unchanged_feeds_cost_a_thousand_requests(
    httpserver: HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = PublishedFeed(httpserver)
    published.whole = make_calendar(50)
    context = surroundings(tmp_path, secrets={"url": published.url})
    options = FeedOptions.model_validate({"url": published.url, "allow_private_network": True})
    connector, calendar = connect(options, context), RemoteCalendarId(".")
    token = connector.changes(calendar, None, {}).token
    before, began, spent = len(published.requests), time.monotonic(), time.process_time()
    reads = [connector.changes(calendar, token, {}) for _ in range(1000)]
    took, used = time.monotonic() - began, time.process_time() - spent
    connector.close()
    with capsys.disabled():
        print(f"\n1,000 unchanged feeds: {took:.2f} s, {used:.2f} s of processor time, server included")
    assert all(one.unchanged and not one.objects for one in reads)
    assert len(published.requests) == before + 1000


def _timed(work: Any) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
