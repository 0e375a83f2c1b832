"""Logs go to standard error, one line an event: standard output is for what was asked.

Nothing secret gets there, whoever writes: our own lines, libraries', uncaught errors of the process and its
threads, warnings. Tracebacks tell places and never variables; no text begins a line or steers a terminal.
Libraries that print headers and bodies at their lower levels stay above them, whatever level is asked for.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, redirect_stderr
from enum import StrEnum
from typing import Any, TextIO, cast

import structlog

from daemon.runtime.hooks import raised_in, tame_libraries
from daemon.runtime.secrecy import safe_line, safe_trace
from daemon.terminal.screen import Screen, is_coloured
from engine.text.plain_text import LONGEST_LINE

TALKATIVE = (
    "google.auth",
    "google_auth_oauthlib",
    "hpack",
    "httpcore2",
    "httpx2",
    "oauthlib",
    "requests_oauthlib",
    "urllib3",
)
"""Loggers of libraries that tell tokens, headers or addresses below WARNING."""

REPEATING = ("procrastinate", "psycopg.pool")
"""Loggers of libraries that tell each try to reach a server; that it is away is told once, by gatherly."""

SAID = "said"
"""The event of a line that is nobody's record."""
_SAYS_LEVEL = ("warning", "error", "critical")
_COLOURS = {"warning": 33, "error": 31, "critical": 31}
_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


class LogFormat(StrEnum):
    """How records are written."""

    TEXT = "text"
    JSON = "json"


def format_of(asked: LogFormat | None, env: Mapping[str, str]) -> LogFormat:
    """Tell how to write: as asked, else JSON where standard error is the journal's (systemd.exec(5))."""
    if asked is not None:
        return asked
    try:
        there = os.fstat(2)
    except OSError:
        return LogFormat.TEXT
    is_journal = env.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"
    return LogFormat.JSON if is_journal else LogFormat.TEXT


@contextmanager
def written_as(form: LogFormat) -> Iterator[None]:
    """Let standard error be of that format for as long as the block lasts, whoever writes to it."""
    if form is LogFormat.TEXT:
        yield
        return
    with redirect_stderr(cast("TextIO", RecordStream(sys.stderr))):
        try:
            yield
        finally:
            to_standard_error()


def to_standard_error(level: str = "info") -> None:
    """Set logging up for this process: plain, with time, coloured on a terminal alone, from a level up."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPEATING:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tame_libraries(sys.stderr)
    stream = sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _STAMP,
            _as_record if isinstance(stream, RecordStream) else _as_text(is_coloured(stream)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(_direct(sys.stderr)),
        cache_logger_on_first_use=False,
    )


def _direct(stream: TextIO) -> TextIO:
    """Give what takes a finished record as it is."""
    there: object = stream
    return there.finished if isinstance(there, RecordStream | Screen) else stream


def _as_text(coloured: bool) -> Any:
    render = structlog.dev.ConsoleRenderer(colors=False, timestamp_key="at")

    def written(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        error = _error_of(event)
        level = str(event.get("level"))
        plain = {key: safe_line(str(value)) for key, value in event.items()}
        line = safe_line(str(render(logger, name, plain)), 4 * LONGEST_LINE)
        if coloured and level in _COLOURS:
            word = f"[{level:<9}]"
            line = line.replace(word, f"\x1b[{_COLOURS[level]}m{word}\x1b[0m", 1)
        return line if error is None else f"{line}\n{safe_trace(error)}"

    return written


def _as_record(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    error = _error_of(event)
    first = {"at": event.pop("at"), "level": event.pop("level"), "event": event.pop("event")}
    record = {key: _plain(value) for key, value in (first | dict(event)).items()}
    if error is not None:
        record["trace"] = safe_trace(error).splitlines()
    return json.dumps(record, ensure_ascii=True)


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) or value is None else safe_line(str(value))


def _error_of(event: MutableMapping[str, Any]) -> BaseException | None:
    event.pop("exception", None)
    event.pop("stack", None)
    return raised_in(event.pop("exc_info", None))


class RecordStream:
    """A text stream on which every line is one JSON record, also what no logger has written."""

    def __init__(self, stream: TextIO) -> None:
        self.finished = stream
        self._lock = threading.Lock()
        self._begun = ""

    def write(self, text: str) -> int:
        """Write a text, each line of it as a record of its own once it is complete."""
        with self._lock:
            *lines, self._begun = (self._begun + text).split("\n")
            for line in filter(str.strip, lines):
                self.finished.write(f"{_said(line)}\n")
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write several."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in everything else."""
        return getattr(self.finished, name)


def _said(line: str) -> str:
    first = line.partition(" ")[0]
    record = _STAMP(None, "", {})
    level = first if first in _SAYS_LEVEL else "info"
    return json.dumps({"at": record["at"], "level": level, "event": SAID, "text": safe_line(line)})
