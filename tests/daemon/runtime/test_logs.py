"""Whoever writes to the log: no variables, no secrets, no line that a text begins."""

import io
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest
import structlog

from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.logs import to_standard_error
from daemon.runtime.scheduler import Scheduler
from daemon.runtime.secrecy import SECRETS
from tests.worlds.command_line import ROOT

SECRET = "canary-in-a-variable"
TOLD = "canary that was told"
HOSTILE = "x\r\n2026-01-01T00:00:00Z [error] forged\x1b[2J\x9b31m\u202e\u2028\x00\x85end"


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    """Let this process log to a text, and put all back afterwards."""
    root = logging.getLogger()
    before, root.handlers[:] = list(root.handlers), []
    with redirect_stderr(stream):
        to_standard_error()
        try:
            yield
        finally:
            root.handlers[:] = before
            structlog.reset_defaults()


def fail(words: str) -> None:
    """Raise, with a secret in a variable and one in the words."""
    headers = {"Authorization": SECRET}
    address = f"https://calendar.example/{SECRET}"
    raise ValueError(f"{words} {len(headers) + len(address)}")


def caught(words: str) -> Exception:
    try:
        fail(words)
    except ValueError as error:
        return error
    raise AssertionError


def ours(error: Exception) -> None:
    structlog.get_logger("gatherly").error("job.failed", job="pull", error=str(error), exc_info=error)


def ours_under_way(error: Exception) -> None:
    try:
        raise error
    except ValueError:
        structlog.get_logger("gatherly").exception("job.failed", job=str(error))


def a_librarys(error: Exception) -> None:
    logging.getLogger("apscheduler.executors").error("Job %s raised", error, exc_info=error)


def a_librarys_group(error: Exception) -> None:
    group = ExceptionGroup("several", [error, caught(str(error))])
    logging.getLogger("grpc").warning("stream", exc_info=(type(group), group, None))


def a_cause_of_another(error: Exception) -> None:
    try:
        raise RuntimeError("outer") from error
    except RuntimeError as outer:
        structlog.get_logger("gatherly").error("failed", exc_info=outer)


def a_warning_of_a_library(error: Exception) -> None:
    logging.getLogger("py.warnings").warning("%s", f"library.py:1: UserWarning: {error}")


def a_jobs(error: Exception) -> None:
    def work() -> None:
        raise error

    JobRunner(SystemClock(), threading.Event()).guarded("pull", work)()


def a_schedulers(error: Exception) -> None:
    done = threading.Event()

    def work() -> None:
        done.set()
        raise error

    scheduler = Scheduler(
        JobRunner(SystemClock(), threading.Event()), {"pull": (0.01, work)}, threading.Event(), SystemClock()
    )
    scheduler.start()
    done.wait(120)
    scheduler.finish(120)


WAYS = [
    ours,
    ours_under_way,
    a_librarys,
    a_librarys_group,
    a_cause_of_another,
    a_warning_of_a_library,
    a_jobs,
    a_schedulers,
]


@pytest.mark.parametrize("way", WAYS)
def test_no_variable_no_secret_and_no_forged_line_gets_into_the_log(way: object) -> None:
    assert callable(way)
    SECRETS.add(TOLD)
    log = io.StringIO()
    with logging_to(log):
        way(caught(f"{TOLD} Bearer abcdef {HOSTILE}"))
    text = log.getvalue()
    assert text
    assert SECRET not in text
    assert TOLD not in text
    assert "abcdef" not in text
    assert not re.search(r"^2026-01-01T00:00:00Z", text, re.MULTILINE)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)


def test_a_traceback_still_tells_the_place() -> None:
    log = io.StringIO()
    with logging_to(log):
        ours(caught("no secret"))
    assert re.search(r"tests/daemon/runtime/test_logs\.py:\d+ in fail", log.getvalue())
    assert "ValueError: no secret" in log.getvalue()


def test_a_message_that_cannot_be_written_is_told_without_its_arguments() -> None:
    log = io.StringIO()
    with logging_to(log):
        logging.getLogger("httpx2").error("%d bytes", SECRET)
    assert SECRET not in log.getvalue()
    assert "cannot be written" in log.getvalue()


def test_an_error_that_cannot_say_what_it_is_is_told_all_the_same() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError(SECRET)

    log = io.StringIO()
    with logging_to(log):
        structlog.get_logger("gatherly").error("failed", exc_info=MuteError())
    assert "MuteError" in log.getvalue()
    assert SECRET not in log.getvalue()


BEGIN = (
    "from daemon.cli import main; from daemon import cli; from daemon.runtime.hooks import guard_process; "
)
FAIL = """
def fail(*_, **__):
    secret = 'canary-' + 'variable'
    raise ValueError('Bearer abcdef' + WORDS)

"""
PROCESSES = {
    "the main thread": "guard_process(); fail()",
    "another thread": (
        "guard_process(); import threading; t = threading.Thread(None, fail, WORDS); t.start()"
    ),
    "an end of an object": "guard_process(); A = type('A', (), {'__del__': fail}); A()",
    "a warning": "guard_process(); import warnings; warnings.warn('Bearer abcdef' + WORDS)",
    "a library's log": (
        "guard_process()\nimport logging\ntry: fail()\n"
        "except ValueError: logging.getLogger('x').exception('Bearer abcdef' + WORDS)"
    ),
    "a command": "cli.app = fail; main()",
}


@pytest.mark.parametrize("place", PROCESSES)
def test_what_nobody_catches_is_told_without_variables_or_secrets(place: str) -> None:
    source = f"{BEGIN}WORDS = {HOSTILE!r}\n{FAIL}{PROCESSES[place]}"
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    said = done.stderr.decode()
    assert said
    assert "abcdef" not in said
    assert "canary-variable" not in said
    assert not re.search(r"^2026-01-01T00:00:00Z", said, re.MULTILINE)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", said)
