"""The same bytes give the same busy times, whichever way they come."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.context import ConnectorContext
from connectors.ical.folder.connector import connect
from connectors.ical.options import FolderOptions
from connectors.ical.reading.sandboxed import SandboxedReader
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import together
from connectors.sandbox.task import run_here
from engine.errors import SourceError
from engine.ids import RemoteCalendarId
from engine.model.calendar_object import Interpretation
from engine.time.span import Span
from tests.connectors.ical.reading.busy_times import DATA, busy, window
from tests.standins.surroundings import INSTALL, surroundings

ITSELF = RemoteCalendarId(".")


def corpus() -> list[tuple[str, bytes, str, Span]]:
    """Every calendar of the test data: whole ones, damaged ones, and those that people reported."""
    found = []
    for name in ("busy_cases.jsonl", "reports.jsonl"):
        for case in map(json.loads, (DATA / name).read_text().splitlines()):
            found.append((case["id"], case["ics"].encode(), case["tz"], window(case["from"], case["to"])))
    for case in json.loads((DATA / "broken" / "expected.json").read_text()):
        body = (DATA / "broken" / case["file"]).read_bytes()
        found.append((case["file"], body, case["tz"], window(case["from"], case["to"])))
    return found


CORPUS = corpus()


def by_command(body: bytes, zone: str, span: Span) -> Interpretation:
    return SandboxedReader(run_here).interpret_body(body, "the calendar", span, zone)


def as_feed(body: bytes, zone: str, span: Span) -> Interpretation:
    reader = SandboxedReader(run_here, INSTALL)
    return reader.interpret(reader.feed(body, "the feed", "").objects, span, zone)


def in_folder(context: ConnectorContext, path: str, zone: str, span: Span) -> Interpretation:
    connector = connect(FolderOptions(path=path), context)
    return connector.interpret(connector.changes(ITSELF, None, {}).objects, span, zone)


def by_caldav(body: bytes, zone: str, span: Span) -> Interpretation:
    found = together(whole_calendar(body, "the object"))
    objects = [] if found is None else [found]
    return SandboxedReader(run_here, INSTALL).interpret(objects, span, zone)


def answer(read: Any, span: Span) -> object:
    """Give what a way says: busy times and whether anything is set aside, or that it is an error."""
    try:
        found = read()
    except SourceError:
        return "incomplete"
    return busy(found, span), bool(found.quarantined)


def check(name: str, body: bytes, zone: str, span: Span, base: Path) -> None:
    (base / "vdir").mkdir(exist_ok=True)
    (base / "one.ics").write_bytes(body)
    (base / "vdir" / "it.ics").write_bytes(body)
    context = surroundings(base, zone=zone, write=None)
    expected = answer(lambda: by_command(body, zone, span), span)
    assert answer(lambda: as_feed(body, zone, span), span) == expected, name
    assert answer(lambda: in_folder(context, "one.ics", zone, span), span) == expected, name
    assert answer(lambda: in_folder(context, "vdir", zone, span), span) == expected, name
    assert answer(lambda: by_caldav(body, zone, span), span) == expected, name


def test_every_way_gives_the_same_answer(tmp_path: Path) -> None:
    for one in CORPUS[::4]:
        check(*one, tmp_path)


@pytest.mark.long
@pytest.mark.fuzz
def test_every_way_gives_the_same_answer_to_everything(tmp_path: Path) -> None:
    for one in CORPUS:
        check(*one, tmp_path)
