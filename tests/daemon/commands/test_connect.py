"""`gatherly connect`: consent and import, sealed, and what `check`, `run` and `status` make of it."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from google.oauth2.credentials import Credentials

from connectors.gcal.consent import ask_consent
from connectors.gcal.scopes import WRITE_SCOPES
from connectors.loopback import read_answer
from engine.errors import InputError
from tests.standins.google.files import client_secret
from tests.standins.google.oauth import OAuth
from tests.worlds.command_line import Line
from tests.worlds.google_world import ALICE, GoogleServices, google_services

REDIRECT = "http://127.0.0.1:4711/"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[GoogleServices]:
    with google_services(tmp_path) as made:
        yield made


def test_an_imported_grant_is_sealed_and_used_at_once(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    events = services.google.api(ALICE)
    when = {"start": {"dateTime": "2030-05-06T08:00:00Z"}, "end": {"dateTime": "2030-05-06T09:00:00Z"}}
    events.insert({"calendarId": "primary"}, {}, {**when, "summary": "Dentist"})
    assert Line(capsys)("check", "-c", services.file).returncode == 1
    connected = Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant)
    assert connected.returncode == 0, connected
    assert Line(capsys)("check", "-c", services.file).returncode == 0
    ran = Line(capsys)("run", "-c", services.file, "--once")
    assert ran.returncode == 0, ran
    assert "alice-work: 1 object changed" in ran.stderr
    store = b"".join(path.read_bytes() for path in services.file.parent.glob("gatherly.db*"))
    assert services.refresh.encode() not in store
    assert all(token.encode() not in store for token in services.google.state.accesses)
    assert b"Dentist" not in store


def test_a_grant_that_is_refused_leaves_the_one_that_worked(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant)
    bad = services.grant.with_name("bad.json")
    bad.write_text(json.dumps({**json.loads(services.grant.read_text()), "refresh_token": "0.bogus"}))
    bad.chmod(0o600)
    for _ in range(2):
        refused = Line(capsys)("connect", "alice-work", "-c", services.file, "--from", bad)
        assert refused.returncode == 1
        assert "sealed" not in refused.stdout
        assert "the grant from before stays" in refused.stdout
    assert Line(capsys)("check", "-c", services.file).returncode == 0


def test_a_first_grant_that_is_refused_is_told_and_a_good_one_takes_its_place(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = services.grant.with_name("bad.json")
    bad.write_text(json.dumps({**json.loads(services.grant.read_text()), "refresh_token": "0.bogus"}))
    bad.chmod(0o600)
    assert Line(capsys)("connect", "alice-work", "-c", services.file, "--from", bad).returncode == 1
    assert (
        Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant).returncode == 0
    )


def test_a_second_run_of_an_idle_calendar_costs_one_request(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant)
    Line(capsys)("run", "-c", services.file, "--once")
    services.google.log.clear()
    assert Line(capsys)("run", "-c", services.file, "--once").returncode == 0
    reads = [one.method for one in services.google.log if not one.query.get("privateExtendedProperty")]
    assert reads == ["calendar.events.list"]


def test_a_revoked_grant_is_told_in_plain_words_and_left_alone(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant)
    services.google.state.refreshes[services.refresh].dead = "revoked"
    services.google.expire_access_tokens()
    assert Line(capsys)("run", "-c", services.file, "--once").returncode == 1
    status = Line(capsys)("status", "-c", services.file, "--json")
    (connector,) = json.loads(status.stdout)["connectors"]
    assert connector["state"] == "expired"
    assert connector["lastError"].startswith("the grant was revoked")
    said = Line(capsys)("status", "-c", services.file).stdout
    assert "alice-work: permission ended: the grant was revoked" in said
    assert said.count("alice-work:") == 1
    asked = [one for one in services.google.log if one.method == "oauth.token"]
    Line(capsys)("run", "-c", services.file, "--once")
    assert [one for one in services.google.log if one.method == "oauth.token"] == asked


def test_connecting_again_brings_an_expired_connector_back(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant)
    services.google.state.refreshes[services.refresh].dead = "revoked"
    services.google.expire_access_tokens()
    Line(capsys)("run", "-c", services.file, "--once")
    services.google.state.refreshes[services.refresh].dead = None
    assert (
        Line(capsys)("connect", "alice-work", "-c", services.file, "--from", services.grant).returncode == 0
    )
    assert Line(capsys)("run", "-c", services.file, "--once").returncode == 0


def browser(made: GoogleServices, answer: str = "allow", granted: str = "") -> Callable[[str], None]:
    """Give what opens the consent page and answers it as a person would; the answer goes to loopback."""

    def open_page(page: str) -> None:
        asked = dict(parse_qsl(urlsplit(page).query))
        form = urlencode({**asked, "answer": answer, "granted": granted, "login": ALICE})
        address = OAuth(made.google.state).decide(form)
        threading.Thread(target=visit, args=(address,), daemon=True).start()

    return open_page


def visit(address: str) -> None:
    """Go to an address as a browser would."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60) as connection:
        connection.sendall(f"GET {parts.path}?{parts.query} HTTP/1.0\r\n\r\n".encode())
        while connection.recv(4096):
            pass


def consent(services: GoogleServices, **answer: str) -> Credentials:
    client = client_secret(services.server.url)["installed"]
    return ask_consent(
        client,
        WRITE_SCOPES,
        token_uri=f"{services.server.url}/token",
        stdin=io.StringIO(),
        say=lambda line: None,
        open_page=browser(services, **answer),
    )


def test_consent_is_bound_by_state_and_pkce(services: GoogleServices) -> None:
    given = consent(services)
    (code,) = services.google.state.codes.values()
    assert code.challenge is not None
    assert code.used
    assert given.refresh_token in services.google.state.refreshes


def test_who_connects_again_is_given_a_refresh_token_again(services: GoogleServices) -> None:
    """Google gives one at the first consent only, unless it is told to ask anew."""
    first, second = consent(services), consent(services)
    assert first.refresh_token
    assert second.refresh_token in services.google.state.refreshes


def test_consent_that_is_refused_or_not_whole_is_said(services: GoogleServices) -> None:
    with pytest.raises(InputError, match="access_denied"):
        consent(services, answer="deny")
    with pytest.raises(InputError, match="Not all that is needed was allowed"):
        consent(services, granted=WRITE_SCOPES[0])


def test_a_pasted_answer_does_as_well(services: GoogleServices) -> None:
    assert read_answer(f" {REDIRECT}?state=s&code=c \n", "s", REDIRECT) == "c"


@pytest.mark.parametrize(
    "address",
    [
        f"{REDIRECT}?state=other&code=c",
        f"{REDIRECT}?code=c",
        "http://127.0.0.1:4712/?state=s&code=c",
        "//evil.example/?state=s&code=c",
        "/\\evil.example?state=s&code=c",
        "http://127.0.0.1:4711@evil.example/?state=s&code=c",
        "%2f%2fevil.example?state=s&code=c",
        "not an address",
        f"{REDIRECT}?state=s",
    ],
)
def test_a13_an_answer_from_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        read_answer(address, "s", REDIRECT)


def test_status_forecasts_the_share_of_the_daily_budget(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    text = services.file.read_text().replace('kind = "google"', 'kind = "google"\nevery = "1m"')
    services.file.write_text(
        text.replace('read = ["primary"]', 'read = ["primary", "team@group.calendar.google.com"]')
    )
    (quota,) = Line(capsys).asked("status", "-c", services.file)["quotas"]
    polls, sweeps = 2 * 24 * 60, 24 * 12
    assert quota["requestsPerDay"] == polls + sweeps
    assert (quota["budget"], quota["share"]) == (1_000_000, (polls + sweeps) / 1_000_000)
    assert (
        "3168 requests a day as configured, 0.32% of 1000000"
        in Line(capsys)("status", "-c", services.file).stdout
    )


def test_two_people_who_signed_in_as_one_are_told_by_check(
    services: GoogleServices, capsys: pytest.CaptureFixture[str]
) -> None:
    text = services.file.read_text()
    start = text.index("[connectors.alice-work]")
    other = text[start:].replace("alice-work", "bob-work").replace(f'"{ALICE}"', '"bob@example.com"')
    services.file.write_text(f'{text}\n[users."bob@example.com"]\n\n{other}')
    for name in ("alice-work", "bob-work"):
        done = Line(capsys)("connect", name, "-c", services.file, "--from", services.grant)
        assert done.returncode == 0, done
    told = Line(capsys)("check", "-c", services.file)
    assert "alice-work writes the same calendar" in told.stdout
    assert "gatherly connect bob-work" in told.stdout
