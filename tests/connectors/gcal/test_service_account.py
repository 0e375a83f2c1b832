"""A service account with domain-wide delegation: one file for a whole organisation."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.gcal.connector import GoogleConnector
from connectors.gcal.options import GoogleOptions
from engine.errors import SourceExpiredError, SourceUnavailableError
from tests.standins.google.files import service_account
from tests.standins.google.google import Google
from tests.standins.google.kindness import Kindness
from tests.standins.google.server import GoogleServer, WallClock, serving
from tests.standins.google.state import Clock
from tests.standins.surroundings import surroundings
from tests.standins.time import StillClock

PEOPLE = ("anna@example.com", "ben@example.com")


class Now(WallClock, Clock):
    """The real time, in which google-auth signs."""


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    google = Google(kindness=Kindness(prompt_lists=True, full_pages=True))
    google.state.clock = Now()
    for person in PEOPLE:
        google.account(person)
    with serving(google) as made:
        yield made


def connector(server: GoogleServer, folder: Path, subject: str, issuer: str = "robot@x") -> GoogleConnector:
    if issuer not in server.google.state.services:
        info, public = service_account(issuer)
        server.google.state.services[issuer] = public
        (folder / f"{issuer}.json").write_text(json.dumps(info))
    options = GoogleOptions.model_validate(
        {
            "service_account_file": f"{issuer}.json",
            "subject": subject,
            "api_root": server.url,
            "token_uri": f"{server.url}/token",
            "allow_private_network": True,
        }
    )
    clock = StillClock(int(server.google.state.clock.now()))
    return GoogleConnector(options, replace(surroundings(folder, write="primary"), clock=clock))


def test_one_file_connects_everybody(server: GoogleServer, tmp_path: Path) -> None:
    for person in PEOPLE:
        made = connector(server, tmp_path, person)
        assert [one.name for one in made.calendars()] == [person]
        assert made.probe().problems == ()
        made.close()
    exchanged = [one for one in server.google.log if one.method == "oauth.token"]
    assert len(exchanged) == len(PEOPLE)


def test_an_account_without_delegation_or_a_stranger_is_told_apart(
    server: GoogleServer, tmp_path: Path
) -> None:
    alone = connector(server, tmp_path, PEOPLE[0], "robot.not-delegated")
    with pytest.raises(SourceExpiredError, match="domain-wide delegation"):
        alone.calendars()
    alone.close()
    stranger = connector(server, tmp_path, "nobody@example.com")
    with pytest.raises(SourceExpiredError, match="Invalid email"):
        stranger.calendars()
    stranger.close()


BROKEN_KEYS = {
    "no JSON": "{",
    "a list": "[]",
    "nothing in it": "{}",
    "no key": '{"client_email": "robot@x", "token_uri": "https://x/token"}',
    "a key that is none": json.dumps(
        {
            "client_email": "robot@x",
            "token_uri": "https://x/token",
            "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        }
    ),
    "somebody's grant": '{"type": "authorized_user", "refresh_token": "r"}',
}


@pytest.mark.parametrize("case", BROKEN_KEYS)
def test_a_key_that_is_none_is_told_with_its_file(server: GoogleServer, tmp_path: Path, case: str) -> None:
    server.google.state.services["broken"] = ""
    (tmp_path / "broken.json").write_text(BROKEN_KEYS[case])
    made = connector(server, tmp_path, PEOPLE[0], "broken")
    with pytest.raises(SourceUnavailableError, match=r"broken\.json"):
        made.calendars()
    assert "broken.json" in made.probe().problems[0]
    made.close()


def test_a_wrong_clock_is_told_as_one(server: GoogleServer, tmp_path: Path) -> None:
    server.google.state.clock = Clock(at=server.google.state.clock.now() + 86400)
    late = connector(server, tmp_path, PEOPLE[0])
    assert "clock is wrong" in late.probe().problems[0]
    late.close()
