"""Gatherly's command line: as a process of its own, and quicker inside this one."""

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any
from unittest.mock import patch

import pytest

from daemon.cli import answer
from daemon.runtime.secrecy import SECRETS

ROOT = Path(__file__).parents[2]
PATIENCE = 300
AHEAD = ("--notice", "2h")
"""What a wish needs whose times are accepted by the real clock: the next half hour may begin meanwhile."""


def gatherly(*words: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "daemon", *map(str, words)],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def on_terminal(*words: object, columns: int = 80) -> subprocess.CompletedProcess[str]:
    """Run one command to its end with a terminal for standard input and output; its errors are kept apart."""
    ours, its = pty.openpty()
    wide = {**os.environ, "COLUMNS": str(columns)}
    command = [sys.executable, "-m", "daemon", *map(str, words)]
    with subprocess.Popen(
        command, cwd=ROOT, env=wide, stdin=its, stdout=its, stderr=subprocess.PIPE
    ) as process:
        os.close(its)
        enough = Timer(PATIENCE, process.kill)
        enough.start()
        shown = b"".join(iter(lambda: _read(ours), b""))
        _, errors = process.communicate()
        enough.cancel()
    os.close(ours)
    return subprocess.CompletedProcess(command, process.returncode, shown.decode(), errors.decode())


def _read(terminal: int) -> bytes:
    """Read what was shown; a terminal that everybody has left answers with an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def asked(*words: object) -> Any:
    """Run a command with --json as a process, and read what it prints: one document, nothing else."""
    done = gatherly(*words, "--json")
    return json.loads(done.stdout)


def printed(work: Callable[[], int], stdin: bytes = b"") -> tuple[int, str]:
    """Do a command's work in this process; gives its exit code and what it printed."""
    out = io.StringIO()
    with redirect_stdout(out), patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8")):
        return work(), out.getvalue()


@dataclass(frozen=True, slots=True)
class Answered:
    """How a command line ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


class Line:
    """The command line inside this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> Answered:
        """Run one command to its end; like a process of its own, it knows no secret of those before it."""
        self._capture.readouterr()
        SECRETS.clear()
        code = answer([str(word) for word in words])
        printed = self._capture.readouterr()
        return Answered(code, printed.out, printed.err)

    def asked(self, *words: object) -> Any:
        """Run a command with --json, and read what it prints: one document, nothing else."""
        return json.loads(self(*words, "--json").stdout)
