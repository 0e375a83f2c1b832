"""The demonstration's folder: calendars, a feed on the loopback, and a configuration that names them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from daemon.demo import exports

CONFIGURATION = """\
# Written by gatherly demo: four people in three zones, four kinds of calendars.
[store]
url = "sqlite:///gatherly.db"

[api]
listen = "127.0.0.1:{pages}"

[users."alice@example.com"]
name = "Alice"
operator = true
timezone = "America/New_York"
working_hours = {{ start = "09:00", end = "17:00" }}
buffer_minutes = 10

[users."bob@example.com"]
name = "Bob"
timezone = "Europe/Berlin"
working_hours = {{ start = "09:00", end = "18:00" }}

[users."carol@example.com"]
name = "Carol"
timezone = "Europe/London"
working_hours = {{ start = "09:00", end = "17:30" }}

[users."dave@example.com"]
name = "Dave"
timezone = "Europe/Berlin"
working_hours = {{ start = "10:00", end = "19:00" }}

[connectors.alice-folder]
kind = "folder"
user = "alice@example.com"
path = "calendars/alice"
write = "."

[connectors.bob-folder]
kind = "folder"
user = "bob@example.com"
path = "calendars/bob"
write = "."

[connectors.carol-feed]
kind = "ics"
user = "carol@example.com"
url = "http://127.0.0.1:{port}/carol.ics"
allow_private_network = true

[connectors.dave-file]
kind = "folder"
user = "dave@example.com"
path = "calendars/dave.ics"
write = "."
"""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Where the demonstration's files lie."""

    root: Path
    configuration: Path

    @property
    def calendars(self) -> Path:
        """The folder of the calendars that any program can open."""
        return self.root / "calendars"


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".ics": "text/calendar; charset=utf-8"}  # noqa: RUF012 - http.server's own way

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the demonstration speaks."""


@contextmanager
def prepared(root: Path, today: date) -> Iterator[Scratch]:
    """Fill the folder, serve the feed on the loopback, and write the configuration."""
    _write(root, today)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root / "feed")))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        configuration = root / "gatherly.toml"
        written = CONFIGURATION.format(port=server.server_address[1], pages=_free_port())
        configuration.write_text(written)
        yield Scratch(root, configuration)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _free_port() -> int:
    """Give a port of the loopback that nobody has; the pages are served there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _write(root: Path, today: date) -> None:
    places = {root / "calendars" / name: files for name, files in exports.FOLDERS.items()}
    places[root / "calendars"] = exports.FILES
    places[root / "feed"] = exports.FEEDS
    for folder, files in places.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, template in files.items():
            (folder / name).write_bytes(exports.dated(template, today))
