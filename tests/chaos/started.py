"""Daemons started as processes of their own, by roles, on a PostgreSQL that is left without their queue."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.cluster.carrier import Carrier
from daemon.cluster.role import Role
from tests.conftest import NOTHING_SERVED
from tests.store.servers import administrator
from tests.worlds.command_line import ROOT


@dataclass(frozen=True, slots=True)
class Started:
    """A daemon, and where it says what it does."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def is_ready(self) -> bool:
        return b"daemon.ready" in self.log.read_bytes()

    @property
    def listens(self) -> bool:
        return b"api.listening" in self.log.read_bytes()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def started(file: Path, log: Path, role: Role = Role.ALL, listen: str = "") -> Started:
    """Start one with this configuration; HTTP is served where it is to `listen`."""
    command = [sys.executable, "-m", "daemon", "run", "--role", role, "-c", str(file)]
    places = {**os.environ, NOTHING_SERVED: listen}
    with open(log, "wb") as said:
        return Started(subprocess.Popen(command, cwd=ROOT, stderr=said, env=places), log)


@contextmanager
def queue_dropped(postgres: str, server: Path) -> Iterator[str]:
    """Give the store's address, and drop what the daemons' queue left there."""
    yield postgres
    name = postgres.partition("@/")[2].partition("?")[0]
    with administrator(server, name) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {Carrier(postgres).schema} CASCADE".encode())
