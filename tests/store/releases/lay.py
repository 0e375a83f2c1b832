"""Lays a store of today's release by its own commands: users, connectors, sessions in many states, messages.

Beside the store stand its key, which seals nothing else, its configuration and calendars, and `said.json`:
what the commands of that release said of it.
"""

import gzip
import io
import json
import sqlite3
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

from daemon.cli import answer
from daemon.runtime.clock import SystemClock
from daemon.runtime.secrecy import SECRETS
from engine.time.instant import to_datetime
from tests.standins.google.files import authorized_user, client_secret
from tests.worlds.folder_world import event

NOWHERE = "http://127.0.0.1:9"
"""Where nobody answers: what waits for it still waits when the store is opened."""
CONFIGURATION = f"""
[users."alice@example.com"]
name = "Alice"
timezone = "America/New_York"
working_hours = {{ start = "08:00", end = "20:00", days = {
    json.dumps(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
} }}
buffer_minutes = 10
[users."bob@example.com"]
name = "Bob"
timezone = "Europe/Berlin"
[users."carol@example.com"]
name = "Carol"
[users."dora@example.com"]
name = "Dora"
[users."erin@example.com"]
name = "Erin"
[connectors.alice-files]
kind = "folder"
user = "alice@example.com"
path = "calendars/alice"
write = "."
[connectors.bob-files]
kind = "folder"
user = "bob@example.com"
path = "calendars/bob"
write = "."
[connectors.carol-files]
kind = "folder"
user = "carol@example.com"
path = "calendars/carol"
write = "."
[connectors.dora-files]
kind = "folder"
user = "dora@example.com"
path = "calendars/dora"
[connectors.dora-mail]
kind = "email"
user = "dora@example.com"
smtp = "smtp://127.0.0.1:9"
from = "scheduler@example.com"
[connectors.erin-google]
kind = "google"
user = "erin@example.com"
read = ["primary"]
client_secret_file = "google-client.json"
api_root = "{NOWHERE}"
token_uri = "{NOWHERE}/token"
allow_private_network = true
"""
BROKEN = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n" + (
    "DTSTAMP:20250101T000000Z\r\nDTSTART:yesterday\r\nSUMMARY:Broken\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
FILE = "gatherly.toml"


def lay(folder: Path) -> None:
    """Lay a store into a folder that is not there yet."""
    folder.mkdir(parents=True)
    (folder / FILE).write_text(CONFIGURATION.lstrip())
    (folder / "google-client.json").write_text(json.dumps(client_secret(NOWHERE)))
    (folder / "grant.json").write_text(json.dumps(authorized_user("refresh")))
    tomorrow = to_datetime(SystemClock().now()).replace(
        hour=15, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    for name in ("alice", "bob", "carol", "dora"):
        calendar = folder / "calendars" / name
        calendar.mkdir(parents=True)
        times = (f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}", f"{tomorrow + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
        (calendar / "dentist.ics").write_text(event(f"{name}-dentist", *times, "Dentist"), newline="")
    for uid in ("garbled", "let-be"):
        (folder / "calendars" / "carol" / f"{uid}.ics").write_text(BROKEN.format(uid=uid), newline="")
    _use(folder)
    (folder / "said.json").write_text(json.dumps(_said(folder), indent=1, sort_keys=True) + "\n")
    (folder / "grant.json").unlink()
    _shrink(folder / "gatherly.db")


def _use(folder: Path) -> None:
    """Do what people do in their first days."""
    run(folder, "connect", "erin-google", "--from", folder / "grant.json")
    booked = _created(folder, "Planning", "bob@example.com", "--optional", "carol@example.com")
    cancelled = _created(folder, "Called off", "bob@example.com")
    moved = _created(folder, "Put off", "carol@example.com")
    mailed = _created(folder, "By mail", "dora@example.com")
    declined = _created(folder, "Without Bob", "bob@example.com")
    _created(folder, "Never", "bob@example.com", "--between", "03:00-03:30", "--days", "sunday")
    _created(folder, "With Erin", "erin@example.com")
    run(folder, "run", "--once")
    for session in (booked, cancelled, moved):
        run(folder, "session", "accept", session, "--slot", "1")
        run(folder, "run", "--once")
    run(folder, "session", "cancel", cancelled, "--reason", "Bob is ill")
    run(folder, "session", "reschedule", moved, "--message", "Another day, please")
    run(folder, "session", "decline", declined, "--as", "bob@example.com")
    run(folder, "run", "--once")
    run(folder, "session", "accept", mailed, "--slot", "1")
    run(folder, "run", "--once")
    accepted = _created(folder, "Just accepted", "bob@example.com")
    run(folder, "run", "--once")
    let_be = next(one for one in asked(folder, "quarantine", "list") if one["name"] == "let-be")
    run(folder, "quarantine", "forget", let_be["id"])
    run(folder, "session", "accept", accepted, "--slot", "1")
    _created(folder, "Just asked", "carol@example.com")


def _created(folder: Path, title: str, guest: str, *more: str) -> str:
    words = ("--host", "alice@example.com", "--title", title, "--with", guest, "--duration", "30m", *more)
    return str(asked(folder, "session", "create", *words)["id"])


def _said(folder: Path) -> dict[str, Any]:
    sessions = asked(folder, "session", "list")
    return {
        "made": f"{to_datetime(SystemClock().now()):%Y-%m-%dT%H:%M:%SZ}",
        "sessions": [asked(folder, "session", "show", one["id"]) for one in sessions],
        "quarantine": asked(folder, "quarantine", "list"),
        "connectors": {one["name"]: one["state"] for one in asked(folder, "status")["connectors"]},
        "fsck": asked(folder, "fsck"),
    }


def _shrink(store: Path) -> None:
    """Have one small file hold all of it, packed: most pages of its dozens of tables are empty."""
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    connection.close()
    for ending in ("-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)
    store.with_name(f"{store.name}.gz").write_bytes(gzip.compress(store.read_bytes(), mtime=0))
    store.unlink()
    for lock in store.parent.rglob("*.lock"):
        lock.unlink()


def asked(folder: Path, *words: object) -> Any:
    """Give what a command prints as JSON."""
    return json.loads(run(folder, *words, "--json"))


def run(folder: Path, *words: object) -> str:
    """Run a command on the folder's configuration."""
    out, wrong = io.StringIO(), io.StringIO()
    SECRETS.clear()
    with redirect_stdout(out), redirect_stderr(wrong):
        answer([*map(str, words), "-c", str(folder / FILE)])
    sys.stderr.write(wrong.getvalue())
    return out.getvalue()


if __name__ == "__main__":
    lay(Path(sys.argv[1]))
