"""Coverage-guided fuzzing: `python -m tests.connectors.ical.reading.coverage_fuzz SECONDS [CORPUS]`.

Needs atheris. Ends with 0 when nothing was uncaught in that time; instrumented code is slow, so the time of a
single feed is measured elsewhere.
"""

import sys
from importlib import import_module
from typing import Any

atheris: Any = import_module("atheris")

with atheris.instrument_imports(include=["connectors", "engine"]):
    from connectors.ical.reading.interpret import interpret, interpret_body
    from connectors.ical.text.body import whole_calendar
    from connectors.ical.text.objects import split
    from engine.errors import SourceIncompleteError
    from engine.time.span import Span
    from tests.connectors.ical.reading.busy_times import owned_by

AUTUMN = Span(1_789_862_400, 1_793_836_800)
"""20 September to 5 November 2026."""


def one_input(data: bytes) -> None:
    """Read one feed both ways; whatever escapes ends the run."""
    body = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n" + data + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    for text in (data, body):
        try:
            whole = whole_calendar(text, "the feed")
        except SourceIncompleteError:
            continue
        interpret(split(whole), AUTUMN, "Europe/Berlin", owner=owned_by("a@example.com"))
        interpret_body(whole, AUTUMN, "Europe/Berlin", owner=owned_by("a@example.com"))


def main() -> None:
    """Run for so many seconds."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    options = [sys.argv[0], f"-max_total_time={seconds}", "-timeout=30", "-max_len=4096", "-verbosity=0"]
    atheris.Setup([*options, *sys.argv[2:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
