"""What people reported of other software: each input is read as its reporter would have it."""

import json
from typing import Any

import pytest

from tests.connectors.ical.reading.busy_times import DATA, busy, meaning, window

REPORTS = [json.loads(line) for line in (DATA / "reports.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("report", REPORTS, ids=[report["id"] for report in REPORTS])
def test_it_is_read_as_its_reporter_would_have_it(report: dict[str, Any]) -> None:
    span = window(report["from"], report["to"])
    read = meaning(report["ics"].encode(), report["tz"], span)
    assert busy(read, span) == report["busy"], report["what"]
    assert report["quarantined"] in (None, bool(read.quarantined)), read.quarantined
