"""The process's last resorts: what nobody caught or foresaw is told without secrets, by threads as well."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

from daemon.runtime.secrecy import safe_line, safe_trace
from engine.trouble import Trouble, attempt


def raised_in(exc_info: Any) -> BaseException | None:
    """Find the error among the ways in which one is handed to a logger."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


class SafeFormatter(logging.Formatter):
    """Formats what libraries log: masked, in one line, tracebacks without variables."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and the places of an error below it."""
        said = attempt(record.getMessage)
        if isinstance(said, Trouble):
            said = f"(a message that cannot be written: {type(said.raised).__name__})"
        line = f"{record.levelname.lower()} {record.name}: {safe_line(said)}"
        error = raised_in(record.exc_info)
        return line if error is None else f"{line}\n{safe_trace(error)}"


class _Stderr(logging.StreamHandler[TextIO]):
    """Ours among the handlers."""


def tame_libraries(stream: TextIO) -> None:
    """Let every line of libraries that goes to a terminal or file be formatted safely."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _Stderr):
            root.removeHandler(handler)
        elif type(handler) in (logging.StreamHandler, logging.FileHandler):
            handler.setFormatter(SafeFormatter())
    if not any(type(handler) is logging.StreamHandler for handler in root.handlers):
        ours = _Stderr(stream)
        ours.setFormatter(SafeFormatter())
        ours.setLevel(logging.WARNING)
        root.addHandler(ours)


def guard_process() -> None:
    """Let whatever nobody catches or foresaw in this process be told safely, by threads as well."""
    logging.raiseExceptions = False  # its report of a failed line prints the line's arguments
    logging.captureWarnings(capture=True)
    tame_libraries(sys.stderr)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda one: _print(one.err_msg or "An error that nobody can catch", one.exc_value)
    threading.excepthook = lambda one: _print(
        f"An error ended the thread {one.thread.name if one.thread else '?'}", one.exc_value
    )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _print("gatherly ended by an error that it did not expect", error)


def _print(what: str, error: BaseException | None) -> None:
    if sys.stderr is None:
        return
    trace = "" if error is None else f"\n{safe_trace(error)}"
    print(f"{safe_line(what)}{trace}", file=sys.stderr, flush=True)
