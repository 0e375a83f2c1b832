"""One tool, one calendar, one process: `python -m tests.bench.ical_tools TOOL FILE` prints figures as JSON.

Each tool does the whole work, from bytes to merged busy times, as its documents show it. Processor time and
peak memory are the process's own, imports left out of the time.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.time.intervals import merge
from engine.time.span import Span, clipped
from tests.bench.ical_calendar import WINDOW

FIRST, LAST = (datetime.fromtimestamp(at, UTC) for at in (WINDOW.start, WINDOW.end))
Read = Callable[[bytes], list[Span]]


def gatherly() -> Read:
    """Ours: both stages, guard and all, in this process."""
    from connectors.ical.reading.interpret import interpret_body
    from connectors.ical.text.body import whole_calendar

    return lambda body: [
        one.span for one in interpret_body(whole_calendar(body, "the file"), WINDOW, "UTC").occurrences
    ]


def recurring_ical_events() -> Read:
    """The standard pair: icalendar parses, recurring-ical-events expands."""
    from icalendar import Calendar
    from recurring_ical_events import of

    def read(body: bytes) -> list[Span]:
        found = of(Calendar.from_ical(body)).between(FIRST, LAST)
        return [_span(one["DTSTART"].dt, one["DTEND"].dt) for one in found]

    return read


def icalendar_searcher() -> Read:
    """icalendar-searcher on icalendar."""
    from icalendar import Calendar

    searching = import_module("icalendar_searcher")

    def read(body: bytes) -> list[Span]:
        searcher = searching.Searcher(event=True, start=FIRST, end=LAST, expand=True)
        found = searcher.filter_calendar(Calendar.from_ical(body))
        events = found.walk("VEVENT") if found is not None else []
        return [_span(one.start, one.end) for one in events]

    return read


def ical() -> Read:
    """The ical package's timeline."""
    streams = import_module("ical.calendar_stream")

    def read(body: bytes) -> list[Span]:
        timeline = streams.IcsCalendarStream.calendar_from_ics(body.decode()).timeline
        return [_span(one.start, one.end) for one in timeline.overlapping(FIRST, LAST)]

    return read


def vobject() -> Read:
    """vobject; it knows no overrides."""
    vobjects = import_module("vobject")

    def read(body: bytes) -> list[Span]:
        spans = []
        for event in vobjects.readOne(body.decode()).vevent_list:
            start, end = event.dtstart.value, event.dtend.value
            rules = event.getrruleset(addRDate=True)
            if rules is None:
                spans.append(_span(start, end))
                continue
            low, high = (
                at.replace(tzinfo=None) for at in (FIRST - timedelta(days=2), LAST + timedelta(days=2))
            )
            zone = getattr(start, "tzinfo", None)
            low, high = (at.replace(tzinfo=zone) for at in (low, high))
            spans += [_span(at, at + (end - start)) for at in rules.between(low, high, inc=True)]
        return spans

    return read


TOOLS: dict[str, Callable[[], Read]] = {
    "gatherly": gatherly,
    "icalendar + recurring-ical-events": recurring_ical_events,
    "icalendar-searcher": icalendar_searcher,
    "vobject": vobject,
    "ical": ical,
}


def _span(start: Any, end: Any) -> Span:
    first, last = (_instant(at) for at in (start, end))
    return Span(first, max(first, last))


def _instant(at: Any) -> int:
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _peak() -> int:
    """Give the largest resident size in KiB; getrusage would tell of the process that started this one."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0


def main() -> None:
    """Run once and print the figures."""
    read, body = TOOLS[sys.argv[1]](), Path(sys.argv[2]).read_bytes()
    began = time.process_time()
    spans = merge(clipped(read(body), WINDOW))
    took = time.process_time() - began
    busy = sum(span.seconds for span in spans)
    print(json.dumps({"seconds": took, "peak": _peak(), "busy": busy, "spans": len(spans)}))


if __name__ == "__main__":
    main()
