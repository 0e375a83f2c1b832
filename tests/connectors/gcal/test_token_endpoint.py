"""A token endpoint that is busy or broken is no refusal of the grant."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from engine.errors import SourceExpiredError, SourceUnavailableError
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.standins.google.faults import Fault


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "fault",
    [Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.ERROR_BEFORE, Fault.LOST_BEFORE, Fault.HTML, Fault.TRUNCATED],
)
def test_no_answer_now_is_asked_for_again_and_the_grant_lives(world: GoogleWorld, fault: Fault) -> None:
    world.google.faults.then("oauth.token", fault)
    with pytest.raises(SourceUnavailableError) as raised:
        world.everything()
    assert not isinstance(raised.value, SourceExpiredError)
    assert world.everything().whole


ELSEWHERE = {
    # what stands where the token endpoint should: a portal, a proxy, a broken server
    "a page": (200, "<html>Log in</html>"),
    "nothing": (200, ""),
    "a list": (200, "[]"),
    "a word": (200, '"access_token"'),
    "a number": (200, "1"),
    "an object without a token": (200, "{}"),
    "a token that is none": (200, '{"access_token": null}'),
    "a deep one": (200, "[" * 100_000),
    "a proxy's page": (403, "<html>Blocked</html>"),
    "a proxy's own words": (407, '{"message": "who are you?"}'),
    "nothing there": (404, ""),
    "a page for a bad request": (400, "<html>Bad request</html>"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_is_not_the_token_endpoint_refuses_no_grant(
    tmp_path: Path, httpserver: HTTPServer, case: str
) -> None:
    status, body = ELSEWHERE[case]
    httpserver.expect_request("/token").respond_with_data(body, status=status)
    with google_world(tmp_path, token_uri=httpserver.url_for("/token")) as world:
        with pytest.raises(SourceUnavailableError, match="token endpoint answered") as raised:
            world.everything()
        assert not isinstance(raised.value, SourceExpiredError)


def test_a_refusal_in_its_own_words_is_one(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/token").respond_with_json({"error": "invalid_grant"}, status=400)
    with (
        google_world(tmp_path, token_uri=httpserver.url_for("/token")) as world,
        pytest.raises(SourceExpiredError),
    ):
        world.everything()
