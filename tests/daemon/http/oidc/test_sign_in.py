"""Signing in at an issuer, by a browser: to it, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from starlette.testclient import TestClient

from config.api import OidcSettings
from connectors.sandbox.task import run_here
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.oidc.code_flow import COOKIE
from daemon.http.oidc.sign_in import oidc_sign_in
from tests.conftest import NOTHING_SERVED
from tests.standins.issuer import CLIENT, SECRET, IssuerStandIn
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice", extra="operator = true"), Somebody(name="bob"))
HOME = "http://127.0.0.1:8765"


class Way:
    """A browser at our door, with the issuer that it is led to."""

    def __init__(self, doors: Doors, issuer: IssuerStandIn) -> None:
        self.issuer = issuer
        self.doors = doors
        self.browser = self.another()

    def another(self) -> TestClient:
        return TestClient(make_application(self.doors), base_url=HOME, follow_redirects=False)

    def led(self) -> str:
        """Follow the page's way to the issuer; gives where it leads."""
        assert 'href="/oidc/sign-in"' in self.browser.get("/sign-in").text
        answer = self.browser.get("/oidc/sign-in")
        assert answer.status_code == 303
        kept = answer.headers["set-cookie"].lower()
        assert all(word in kept for word in (COOKIE, "httponly", "samesite=lax", "path=/oidc/callback"))
        return str(answer.headers["location"])


@pytest.fixture
def way(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    monkeypatch.delenv(NOTHING_SERVED)
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z")
    (tmp_path / "secret").write_text(SECRET + "\n")
    with world.standing(), world.services() as services:
        issuer = IssuerStandIn(httpserver, services.clock.now())
        settings = OidcSettings(
            issuer=issuer.url,
            client_id=CLIENT,
            client_secret_file=tmp_path / "secret",
            allow_private_network=True,
        )
        configuration = services.access.configuration
        api = configuration.settings.api.model_copy(update={"oidc": settings})
        services.access.configuration.settings.__dict__["api"] = api
        oidc = oidc_sign_in(services.access, settings, {})
        yield Way(Doors.of(services.access, run_here, oidc=oidc), issuer)
        oidc.http.close()


def test_a_user_comes_in_and_reads_their_page(way: Way) -> None:
    answer = way.browser.get("/oidc/callback", params=way.issuer.authorize(way.led()))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert COOKIE not in way.browser.cookies
    assert way.browser.get("/").status_code == 200


def test_somebody_unknown_meets_a_page_and_gets_no_cookie(way: Way) -> None:
    who = way.issuer.authorize(way.led(), email="eve@example.com")
    answer = way.browser.get("/oidc/callback", params=who)
    assert answer.status_code == 404
    assert "gatherly=" not in answer.headers.get("set-cookie", "")
    assert way.browser.get("/").status_code == 303


def test_what_one_browser_began_no_other_finishes(way: Way) -> None:
    back = way.issuer.authorize(way.led())
    other = way.another()
    assert other.get("/oidc/callback", params=back).status_code == 403
    assert other.get("/").status_code == 303


def test_a_refusal_is_a_page_without_a_cookie(way: Way) -> None:
    way.led()
    answer = way.browser.get("/oidc/callback", params={"error": "access_denied", "state": "x"})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)
    assert way.browser.get("/oidc/callback").status_code == 403


def test_its_tokens_are_bearer_tokens_and_make_nobody_an_operator(way: Way) -> None:
    def ask(path: str, **claims: Any) -> int:
        head = {"Authorization": f"Bearer {way.issuer.token(**claims)}"}
        return way.browser.get(path, headers=head).status_code

    assert ask("/v1/me") == 200
    assert ask("/v1/users", operator=True, groups=["operators"]) == 403
    assert ask("/v1/me", aud="another") == 401
    assert ask("/v1/me", email="eve@example.com") == 401


def test_an_issuer_that_is_away_is_told_of(way: Way) -> None:
    token = way.issuer.token()
    way.issuer.description = {}
    answer = way.browser.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert way.browser.get("/oidc/sign-in").status_code == 503
