"""Google's own Firestore emulator: one process for a whole test run, shared by its workers.

It is started by the first who asks and ended by the last who is done. A fresh project id keeps tests apart.
"""

import base64
import fcntl
import json
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

from tests.standins import required
from tests.standins.process import PATIENCE, until_it_answers

COMPONENT = "firestore"
HOW = (
    "install the component cloud-firestore-emulator of the Google Cloud CLI (as a package:"
    " google-cloud-cli-firestore-emulator) and a Java 17, or set FIRESTORE_EMULATOR_JAR"
)
JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
SDKS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
)
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


@dataclass(frozen=True, slots=True)
class Emulator:
    """The running emulator."""

    host: str

    def project(self) -> str:
        """Give the name of a project that nobody has used."""
        return f"test-{uuid.uuid4().hex[:12]}"

    def client(self, project: str) -> Client:
        """Give an app's own client."""
        return Client(project=project, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call] # theirs is untyped

    def person(self, user: str, project: str, **claims: Any) -> Client:
        """Give the client of somebody's app, whom the project's rules bind; `claims` as their token says."""
        return PersonsClient(user, project, claims)

    def rule(self, project: str, rules: str) -> None:
        """Have rules bind a project."""
        address = f"http://{self.host}/emulator/v1/projects/{project}:securityRules"
        body = {"rules": {"files": [{"name": "rules", "content": rules}]}}
        answer = httpx2.put(address, json=body, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text


@contextmanager
def emulator(shared: Path) -> Iterator[Emulator]:
    """Use the emulator of this test run; `shared` is a folder that all its workers see.

    Skips where it is not installed, or fails where it is required.
    """
    java = required.program("java", component=COMPONENT, package="a Java 17 (openjdk-17-jre-headless)")
    jar = _jar()
    with _counted(shared) as state:
        if not state.get("users"):
            state |= _started(java, jar, shared)
        state["users"] = state.get("users", 0) + 1
        host = f"127.0.0.1:{state['port']}"
    before = os.environ.get("FIRESTORE_EMULATOR_HOST")
    os.environ["FIRESTORE_EMULATOR_HOST"] = host
    try:
        yield Emulator(host)
    finally:
        if before is None:
            del os.environ["FIRESTORE_EMULATOR_HOST"]
        else:
            os.environ["FIRESTORE_EMULATOR_HOST"] = before
        with _counted(shared) as state:
            state["users"] -= 1
            if not state["users"]:
                os.kill(state["pid"], signal.SIGKILL)


def _jar() -> Path:
    named = os.environ.get("FIRESTORE_EMULATOR_JAR")
    places = [Path(named)] if named else [Path(sdk) / JAR for sdk in SDKS]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        required.missing(COMPONENT, f"there is no Firestore emulator: {HOW}")
    return Path(str(found))


@contextmanager
def _counted(shared: Path) -> Iterator[dict[str, Any]]:
    """Hold the run's notes on the emulator alone."""
    with (shared / "firestore.json").open("a+") as notes:
        fcntl.flock(notes, fcntl.LOCK_EX)
        notes.seek(0)
        state: dict[str, Any] = json.loads(notes.read() or "{}")
        yield state
        notes.truncate(0)
        notes.write(json.dumps(state))


def _started(java: str, jar: Path, shared: Path) -> dict[str, int]:
    """Start it in a shell that does not wait for it: whoever started it may be gone before it is ended."""
    port, log = required.free_port(), shared / "firestore.log"
    command = [java, "-Duser.language=en", "-Xmx512m", "-cp", str(jar), MAIN]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    script = '"$@" >"$LOG" 2>&1 </dev/null & echo $!'
    told = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *command],
        env={**os.environ, "LOG": str(log)},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    until_it_answers(port, None, log)
    return {"pid": int(told.stdout), "port": port}


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all workers of a test run see."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


class PersonsClient(Client):
    """Somebody's client: the library tells the emulator that its owner asks, this one who really does.

    The token is unsigned (RFC 7519, alg none), which the emulator takes.
    """

    def __init__(self, user: str, project: str, claims: Mapping[str, Any]) -> None:
        super().__init__(project=project, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call] # theirs is untyped
        parts = ({"alg": "none", "typ": "JWT"}, {"sub": user, "user_id": user, "aud": project, **claims})
        self._token = ".".join([*(_base64(json.dumps(part)) for part in parts), ""])

    @property
    def _rpc_metadata(self) -> list[tuple[str, str]]:
        prefix = ("google-cloud-resource-prefix", self._database_string)
        return [prefix, ("authorization", f"Bearer {self._token}")]


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
