"""A configuration with one person at Google, and a Google to connect to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.gcal.scopes import WRITE_SCOPES
from tests.standins.google.files import authorized_user, client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.kindness import Kindness
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import GoogleServer, WallClock, serving
from tests.standins.google.state import Clock
from tests.store.blank import lay_blank_store

ALICE = "alice@example.com"
CONFIGURATION = """\
[store]
url = "sqlite:///gatherly.db"

[users."alice@example.com"]
name = "Alice"
timezone = "Europe/Berlin"

[connectors.alice-work]
kind = "google"
user = "alice@example.com"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true
"""


class Now(WallClock, Clock):
    """The real time: commands under test live in it."""


@dataclass(frozen=True, slots=True)
class GoogleServices:
    """Where the configuration lies, and what it leads to."""

    google: Google
    server: GoogleServer
    file: Path
    grant: Path
    refresh: str


@contextmanager
def google_services(
    folder: Path, clock: Clock | None = None, configuration: str = CONFIGURATION
) -> Iterator[GoogleServices]:
    """Serve a Google, in the real time or another, and write the files that an operator would have."""
    google = Google(kindness=Kindness(prompt_lists=True, full_pages=True))
    google.state.clock = clock or Now()
    google.account(ALICE)
    refresh, _ = OAuth(google.state).grant(CLIENT.id, ALICE, WRITE_SCOPES)
    with serving(google) as server:
        (folder / "client.json").write_text(json.dumps(client_secret(server.url)))
        (folder / "grant.json").write_text(json.dumps(authorized_user(refresh)))
        lay_blank_store(folder)
        file = folder / "gatherly.toml"
        file.write_text(configuration.format(url=server.url))
        yield GoogleServices(google, server, file, folder / "grant.json", refresh)
