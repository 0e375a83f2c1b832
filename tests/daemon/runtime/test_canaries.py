"""Secrets planted wherever they can be, and a day with gatherly at its most talkative: none shows."""

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from daemon.runtime.secrecy import masked
from store.keys import load_key_file
from tests.connectors.ical.caldav.sources import text
from tests.standins.dav_hand import PASSWORD as DAV_PASSWORD
from tests.standins.feeds import PublishedFeed
from tests.standins.google.faults import Fault
from tests.standins.google.files import client_secret, service_account
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.kindness import Kindness
from tests.standins.google.server import GoogleServer, serving
from tests.standins.mailserver import PASSWORD as MAIL_PASSWORD
from tests.standins.mailserver import USER as MAIL_USER
from tests.standins.mailserver import Mailroom, certificates, mail_server
from tests.standins.radicale import Radicale, radicale
from tests.store.blank import lay_blank_store
from tests.worlds.command_line import AHEAD, ROOT, Answered, Line
from tests.worlds.google_world import ALICE, Now

ERIN = "erin@example.com"
CONFIGURATION = """\
[store]
url = "sqlite:///gatherly.db"

[users."alice@example.com"]
timezone = "Europe/Berlin"

[users."dave@example.com"]
timezone = "Europe/Berlin"

[users."carol@example.com"]
timezone = "Europe/Berlin"

[users."erin@example.com"]
timezone = "Europe/Berlin"

[connectors.alice-work]
kind = "google"
user = "alice@example.com"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{google}"
token_uri = "{google}/token"
allow_private_network = true

[connectors.erin-work]
kind = "google"
user = "erin@example.com"
read = ["primary"]
write = "primary"
service_account_file = "service.json"
subject = "erin@example.com"
api_root = "{google}"
token_uri = "{google}/token"
allow_private_network = true

[connectors.dave-home]
kind = "caldav"
user = "dave@example.com"
url = "{dav}"
username = "dave"
password_file = "dav.password"
read = ["Home"]
write = "Home"
allow_private_network = true

[connectors.carol-feed]
kind = "ics"
user = "carol@example.com"
url_file = "carol.url"
allow_private_network = true

[connectors.carol-mail]
kind = "email"
user = "carol@example.com"
smtp = "smtp://127.0.0.1:{mail}"
username = "{mail_user}"
password_file = "mail.password"
from = "scheduler@example.com"
"""
LOUD = "import logging; logging.basicConfig(level=logging.DEBUG); from daemon.cli import main; main()"
PLANTED = frozenset(
    [
        "client.json",
        "service.json",
        "dav.password",
        "carol.url",
        "mail.password",
        "gatherly.key",
        "server.pem",
    ]
)
SERVERS = ("werkzeug", "radicale", "mail.log")
"""Loggers of the other side's programs."""


@dataclass
class Day:
    """The surroundings, and all that was said and written during a day."""

    folder: Path
    google: Google
    server: GoogleServer
    feed: PublishedFeed
    line: Line
    said: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "gatherly.toml"

    def does(self, *words: object) -> Answered:
        done = self.line(*words, "-c", self.file)
        self.said += [done.stdout, done.stderr]
        return done

    def connects(self) -> None:
        """Connect as a process at DEBUG, with a browser."""
        browser = f"{sys.executable} -m tests.standins.google.browser %s"
        done = subprocess.run(
            [sys.executable, "-c", LOUD, "connect", "alice-work", "-c", str(self.file)],
            cwd=ROOT,
            env={**os.environ, "BROWSER": browser, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.said += [done.stdout, done.stderr]

    def written(self) -> dict[str, bytes]:
        """Give every file that gatherly wrote: the store with its journal, copies."""
        files = [path for path in self.folder.iterdir() if path.is_file() and path.name not in PLANTED]
        return {path.name: path.read_bytes() for path in files}

    def secrets(self) -> dict[str, bytes]:
        """Give everything that must be found nowhere, by what it is."""
        state = self.google.state
        service = json.loads((self.folder / "service.json").read_text())["private_key"]
        key = load_key_file(self.folder / "gatherly.key", may_create=False).key
        logins = {
            "dav": base64.b64encode(f"dave:{DAV_PASSWORD}".encode()),
            "mail": base64.b64encode(f"\0{MAIL_USER}\0{MAIL_PASSWORD}".encode()),
        }
        return {
            **{f"refresh {n}": name.encode() for n, name in enumerate(state.refreshes)},
            **{f"access {n}": name.encode() for n, name in enumerate(state.accesses)},
            **{f"code {n}": name.encode() for n, name in enumerate(state.codes)},
            **{f"login {name}": login for name, login in logins.items()},
            "client secret": CLIENT.secret.encode(),
            "service key": service.splitlines()[1].encode(),
            "dav password": DAV_PASSWORD.encode(),
            "mail password": MAIL_PASSWORD.encode(),
            "feed": self.feed.url.encode(),
            "feed path": self.feed.url.split("/", 3)[3].encode(),
            "master key": key,
            "master key in hex": key.hex().encode(),
            "master key in base64": base64.b64encode(key),
            "title": b"Canary title",
        }


@pytest.fixture
def day(
    tmp_path: Path,
    httpserver: HTTPServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Day]:
    google = Google(kindness=Kindness(prompt_lists=True, full_pages=True))
    google.state.clock = Now()
    for person in (ALICE, ERIN):
        google.account(person)
    info, public = service_account("robot@x")
    google.state.services["robot@x"] = public
    room = Mailroom()
    ours, _theirs = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with (
        serving(google) as server,
        radicale(tmp_path / "radicale") as dav,
        mail_server(room, starttls=ours) as mail,
    ):
        furnish(google, dav)
        feed = PublishedFeed(httpserver)
        feed.events["x"] = (
            text("x", "20301020T080000Z", "Canary title").split("\r\n", 3)[3].split("END:VCAL")[0]
        )
        words = {"google": server.url, "dav": dav.url, "mail": mail, "mail_user": MAIL_USER}
        lay_blank_store(tmp_path)
        (tmp_path / "gatherly.toml").write_text(CONFIGURATION.format(**words))
        (tmp_path / "client.json").write_text(json.dumps(client_secret(server.url)))
        (tmp_path / "service.json").write_text(json.dumps(info))
        (tmp_path / "dav.password").write_text(DAV_PASSWORD)
        (tmp_path / "mail.password").write_text(MAIL_PASSWORD)
        (tmp_path / "carol.url").write_text(feed.url)
        yield Day(tmp_path, google, server, feed, Line(capsys))


def furnish(google: Google, dav: Radicale) -> None:
    when = {"start": {"dateTime": "2030-05-06T08:00:00Z"}, "end": {"dateTime": "2030-05-06T09:00:00Z"}}
    for person in (ALICE, ERIN):
        google.api(person).insert({"calendarId": "primary"}, {}, {**when, "summary": "Canary title"})
    home = dav.calendar("dave", "home", "Home")
    dav.hand("dave").put(f"{home}one.ics", text("one", "20301021T080000Z", "Canary title"))


def live(day: Day) -> None:
    """Connect, read, propose, book, look at everything, and let everything fail once."""
    day.connects()
    assert day.does("check").returncode == 0, day.said[-2:]
    day.does("run", "--once")
    guests = [word for name in ("dave", "carol", "erin") for word in ("--with", f"{name}@example.com")]
    day.does("session", "create", "--host", ALICE, *guests, "--title", "Lunch", "--duration", "30m", *AHEAD)
    assert day.does("run", "--once").returncode == 0, day.said[-2:]
    session = json.loads(day.does("session", "list", "--json").stdout)[0]["id"]
    day.does("session", "accept", session)
    assert day.does("run", "--once").returncode == 0, day.said[-2:]
    assert json.loads(day.does("session", "show", session, "--json").stdout)["status"] == "scheduled"
    for words in (("status",), ("status", "--json"), ("config", "show"), ("fsck",), ("plan",)):
        day.does(*words)
    day.does("backup", day.folder / "copy.db")
    fail(day)


def fail(day: Day) -> None:
    """Let each provider refuse, each in its own way."""
    day.google.expire_access_tokens()
    day.google.faults.then("oauth.token", Fault.ERROR_BEFORE)
    day.does("run", "--once")
    for fault in (Fault.UNAUTHORIZED, Fault.HTML, Fault.FORBIDDEN):
        day.google.faults.then("calendar.events.list", fault, fault)
        day.does("run", "--once")
    for refresh in day.google.state.refreshes.values():
        refresh.dead = "revoked"
    day.google.expire_access_tokens()
    (day.folder / "dav.password").write_text("wrong")
    (day.folder / "carol.url").write_text(day.feed.url + "x")
    day.does("run", "--once")
    day.does("check")
    day.does("status")
    (day.folder / "dav.password").write_text(DAV_PASSWORD)


@pytest.mark.long
@pytest.mark.upload
def test_twenty_planted_secrets_are_found_nowhere(day: Day, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    live(day)
    secrets = day.secrets()
    assert len(secrets) >= 20
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith(SERVERS)]
    assert len(logged) > 50
    places = {
        **day.written(),
        "said": "\n".join(day.said).encode(),
        "logged": "\n".join(logged).encode(),
    }
    assert {"gatherly.db", "copy.db"} <= places.keys()
    assert [
        (place, what) for place, held in places.items() for what, secret in secrets.items() if secret in held
    ] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("token ya29.access-7 spent", "token (masked) spent"),
        ("grant 1//refresh-x_y refused", "grant (masked) refused"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer (masked)"),
        ("Authorization: Basic ZGF2ZTpzZWNyZXQ=", "Authorization: Basic (masked)"),
        ("at https://dave:secret@dav.example.org/x", "at https://(masked)@dav.example.org/x"),
        (
            "feed https://calendar.example/ical/a/private-4711/basic.ics",
            "feed https://calendar.example/ical/a/private-(masked)/basic.ics",
        ),
        ("client GOCSPX-abc-1", "client (masked)"),
        ("at 09:00, see //1/x", "at 09:00, see //1/x"),
    ],
)
def test_what_looks_like_a_secret_is_masked_in_our_own_lines(text: str, told: str) -> None:
    assert masked(text) == told


def test_a_daemon_leaves_no_core_dump() -> None:
    limits = "from pathlib import Path; from daemon import cli; cli.answer = lambda words: print("
    limits += "Path('/proc/self/limits').read_text()); cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", limits], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    (core,) = [line for line in done.stdout.splitlines() if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]
