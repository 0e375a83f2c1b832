"""Logs go to standard error, one line an event: standard output is for what was asked."""

import sys

import structlog


def to_standard_error() -> None:
    """Set logging up for this process: plain, with time, without colour unless somebody watches."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
