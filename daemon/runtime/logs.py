"""Logs go to standard error, one line an event: standard output is for what was asked.

Nothing secret gets there, whoever writes: our own lines, libraries', uncaught errors of the process and its
threads, warnings. Tracebacks tell places and never variables; no text begins a line or steers a terminal.
Libraries that print headers and bodies at their lower levels stay above them, whatever level is asked for.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from daemon.runtime.hooks import raised_in, tame_libraries
from daemon.runtime.secrecy import safe_line, safe_trace
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


def to_standard_error() -> None:
    """Set logging up for this process: plain, with time, without colour."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    tame_libraries(sys.stderr)
    render = structlog.dev.ConsoleRenderer(colors=False)

    def safe_event(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        error = raised_in(event.pop("exc_info", None))
        event.pop("exception", None)
        event.pop("stack", None)
        plain = {key: safe_line(str(value)) for key, value in event.items()}
        line = safe_line(str(render(logger, name, plain)), 4 * LONGEST_LINE)
        return line if error is None else f"{line}\n{safe_trace(error)}"

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            safe_event,
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
