"""Servers that run as programs of their own: started, waited for, and ended by their process id."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120.0


@contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server in a folder until the block ends; ready once its port answers."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            list(command), cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            until_it_answers(port, process, folder / "server.log")
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def until_it_answers(port: int, process: subprocess.Popen[bytes] | None, log: Path) -> None:
    """Wait for a port of loopback."""
    until = time.monotonic() + PATIENCE
    pause = threading.Event()
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process is not None and process.poll() is not None:
            break
        pause.wait(0.02)
    raise RuntimeError(f"nothing answers on port {port}: {log.read_text(errors='replace')[-2000:]}")
