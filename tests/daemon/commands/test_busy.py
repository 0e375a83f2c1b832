"""`gatherly busy`: files, standard input, URLs, and many calendars line by line."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from pytest_httpserver import HTTPServer

from daemon.commands.busy import run
from engine.errors import InputError, SourceError
from tests.connectors.ical.reading.busy_times import DATA, calendar, event
from tests.worlds.command_line import printed

OCTOBER: dict[str, Any] = {"start": "2026-10-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}
GOOD = calendar(
    event("UID:one", "DTSTART:20261020T100000", "DTEND:20261020T113000", "SUMMARY:One"),
    event("UID:two", "DTEND:20261020T113000", "SUMMARY:No start"),
)


def busy(source: str | None, stdin: bytes = b"", **options: Any) -> tuple[int, str]:
    return printed(lambda: run(source, **options), stdin)


def test_a_file_gives_one_json_document(tmp_path: Path) -> None:
    path = tmp_path / "one.ics"
    path.write_bytes(GOOD)
    code, out = busy(str(path), **OCTOBER, zone="Europe/Berlin", as_json=True)
    assert code == 0
    assert json.loads(out) == {
        "busy": [["2026-10-20T08:00:00Z", "2026-10-20T09:30:00Z"]],
        "quarantined": [{"uid": "two", "reason": "DTSTART is missing"}],
        "error": None,
    }


def test_people_read_a_table_in_80_columns() -> None:
    code, out = busy("-", GOOD, **OCTOBER, zone="Europe/Berlin")
    assert code == 0
    assert "Tue 2026-10-20 10:00  Tue 2026-10-20 11:30  1 h 30 min" in out
    assert "DTSTART is missing" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_url_is_read_where_private_networks_are_allowed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/one.ics").respond_with_data(GOOD)
    url = httpserver.url_for("/one.ics")
    code, out = busy(url, **OCTOBER, as_json=True, allow_private_network=True)
    assert (code, json.loads(out)["busy"]) == (0, [["2026-10-20T10:00:00Z", "2026-10-20T11:30:00Z"]])
    before = len(httpserver.log)
    with pytest.raises(SourceError, match="private network"):
        busy(url, **OCTOBER)
    assert len(httpserver.log) == before


def test_a_webcal_address_is_read_with_and_without_tls(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a;b.ics").respond_with_data(GOOD)
    httpserver.expect_request("/led").respond_with_data(
        status=302, headers={"Location": httpserver.url_for("/a;b.ics").replace("http:", "WEBCAL:")}
    )
    for path in ("/a;b.ics", "/led"):
        url = httpserver.url_for(path).replace("http:", "webcal:")
        code, out = busy(url, **OCTOBER, as_json=True, allow_private_network=True)
        assert (code, len(json.loads(out)["busy"])) == (0, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://[bad/x",
        "http://127.0.0.1:99999999/",
        "webcal://",
        "http://a:b/",
        "ftp://a/",
        "x://[::1",
    ],
)
def test_an_address_that_is_none_is_one_line_and_never_free(url: str) -> None:
    code, out = busy(url, **OCTOBER, as_json=True)
    document = json.loads(out)
    assert (code, document["busy"]) == (1, None)
    assert document["error"]


def test_what_is_no_calendar_is_never_free(tmp_path: Path) -> None:
    path = tmp_path / "page.ics"
    path.write_text("<html>Log in</html>")
    code, out = busy(str(path), **OCTOBER, as_json=True)
    document = json.loads(out)
    assert (code, document["busy"]) == (1, None)
    assert "is a web page" in document["error"]
    with pytest.raises(SourceError, match=r"missing\.ics cannot be read"):
        busy(str(tmp_path / "missing.ics"), **OCTOBER)


def test_lines_are_answered_in_order_and_one_bad_line_stops_nothing() -> None:
    cases = [json.loads(line) for line in (DATA / "busy_cases.jsonl").read_text().splitlines()[:20]]
    asked = [{key: case[key] for key in ("id", "ics", "tz", "from", "to")} for case in cases]
    bad = ["not json", "[]", json.dumps({"id": "x", "ics": "", "tz": "UTC", "from": "soon", "to": "later"})]
    html = {**asked[0], "id": "page", "ics": "<html></html>"}
    lines = "\n".join([*map(json.dumps, asked), *bad, json.dumps(html), ""])
    code, out = busy(None, lines.encode(), jsonl=True)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [one["busy"] for one in answers[:20]] == [case["busy"] for case in cases]
    assert [one["id"] for one in answers[20:]] == [None, None, "x", "page"]
    assert all(one["busy"] is None and one["error"] for one in answers[20:])


def test_wrong_usage_and_wrong_values_are_told_apart() -> None:
    with pytest.raises(typer.BadParameter):
        busy(None)
    with pytest.raises(InputError, match="is not a zone"):
        busy("-", GOOD, **OCTOBER, zone="Mars/Olympus")
    with pytest.raises(InputError, match="not after its start"):
        busy("-", GOOD, start=OCTOBER["end"], end=OCTOBER["start"])


def test_why_adds_a_line_an_event_with_the_rule_that_decided() -> None:
    code, out = busy("-", GOOD, **OCTOBER, zone="Europe/Berlin", as_json=True, why=True)
    assert code == 0
    assert json.loads(out)["why"] == [
        {
            "uid": "one",
            "start": "2026-10-20T08:00:00Z",
            "verdict": "counted",
            "rule": "an event that takes time",
        },
        {"uid": "two", "start": None, "verdict": "quarantined", "rule": "DTSTART is missing"},
    ]
    _code, text = busy("-", GOOD, **OCTOBER, zone="Europe/Berlin", why=True)
    assert "counted" in text
    assert "quarantined" in text


@pytest.mark.parametrize("line", ["9" * 5_000, "[" * 100_000, '{"a":' * 50_000, "[" * 900 + "]" * 900])
def test_a_line_nested_too_deeply_stops_no_other(line: str) -> None:
    code, out = busy(None, f"{line}\n{line}\n".encode(), jsonl=True)
    assert code == 1
    assert [bool(json.loads(one)["error"]) for one in out.splitlines()] == [True, True]


TIMED = calendar(event("UID:one", "DTSTART:20261020T080000Z", "DTEND:20261020T093000Z"))
WINDOWS = {
    "days of the zone asked for": ("2026-10-20", "2026-10-21", "America/New_York", "2026-10-20T04:00:00Z"),
    "wall time of it": ("2026-10-20T10:30", "2026-10-20T11:00", "Europe/Berlin", "2026-10-20T08:30:00Z"),
    "a blank between": ("2026-10-20 10:30", "2026-10-20 11:00:00", "Europe/Berlin", "2026-10-20T08:30:00Z"),
    "the machine's zone": ("2026-10-20T17:30", "2026-10-20T18:00", None, "2026-10-20T08:30:00Z"),
    "the machine's days": ("2026-10-20", "2026-10-21", None, "2026-10-20T00:00:00Z"),
    "an offset stands above all": (
        "2026-10-20T10:30+02:00",
        "2026-10-20T09:00Z",
        None,
        "2026-10-20T08:30:00Z",
    ),
    "one of each": ("2026-10-20T08:30:00Z", "2026-10-20T11:00", "Europe/Berlin", "2026-10-20T08:30:00Z"),
    "the hour that occurs twice": ("2026-10-25T02:30", "2026-10-25", "Europe/Berlin", None),
}


@pytest.mark.parametrize("window", WINDOWS)
def test_a_window_without_an_offset_is_of_the_zone_asked_for_else_of_the_machine(
    window: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, end, zone, first = WINDOWS[window]
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    if first is None:
        with pytest.raises(InputError, match="ends at 2026-10-25, not after"):
            busy("-", TIMED, start=start, end=end, zone=zone)
        return
    code, out = busy("-", TIMED, start=start, end=end, zone=zone, as_json=True)
    ((begins, ends),) = json.loads(out)["busy"]
    assert (code, begins) == (0, max(first, "2026-10-20T08:00:00Z"))
    assert ends in ("2026-10-20T09:00:00Z", "2026-10-20T09:30:00Z")


def test_a_fraction_rounds_outward_and_what_is_no_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    cut = {"start": "2026-10-20T09:00:00.9", "end": "2026-10-20T09:10:00.1", "as_json": True}
    _, out = busy("-", TIMED, **cut)
    assert json.loads(out)["busy"] == [["2026-10-20T09:00:00Z", "2026-10-20T09:10:01Z"]]
    for wrong in ("tomorrow", "2026-13-01", "2026-10-20T25:00", "1969-01-01"):
        with pytest.raises(InputError):
            busy("-", TIMED, start=wrong, end="2026-10-21")


def test_a_line_of_many_says_its_times_with_their_offset() -> None:
    asked = {"id": 1, "ics": TIMED.decode(), "from": "2026-10-20", "to": "2026-10-21"}
    code, out = busy(None, json.dumps(asked).encode(), jsonl=True)
    assert (code, json.loads(out)["busy"]) == (1, None)
