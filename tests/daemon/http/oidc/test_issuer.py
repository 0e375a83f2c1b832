"""What an issuer's token must be to let anybody in, tried by every lie that is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from pytest_httpserver import HTTPServer

from config.api import OidcSettings
from connectors.web.http import Http
from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.oidc.code_flow import COOKIE, LASTS, CodeFlow
from daemon.http.oidc.issuer import Issuer
from daemon.http.oidc.sign_in import OidcSignIn
from daemon.services import Services
from engine.errors import SourceUnavailableError
from engine.ids import UserId
from tests.daemon.http.oidc.forgeries import FORGED
from tests.standins.issuer import CLIENT, SECRET, IssuerStandIn, way_back
from tests.standins.time import HandClock
from tests.worlds.folder_world import FolderWorld, Somebody

BASE = "https://gatherly.example.com"
PEOPLE = (Somebody(name="alice"), Somebody(name="bob"), Somebody(name="kiss"))


@dataclass
class Door:
    """The sign-in under test, with the issuer that it asks and the clock by which both live."""

    issuer: IssuerStandIn
    sign_in: OidcSignIn
    clock: HandClock

    def finish(self, cookie: str, query: dict[str, str]) -> UserId | None:
        return self.sign_in.come_back(query, cookie, self.clock.now())


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    world = FolderWorld(tmp_path_factory.mktemp("issuer"), PEOPLE, "2026-11-16T08:00:00Z")
    with world.standing(), world.services() as services:
        yield services


@pytest.fixture
def door(services: Services, httpserver: HTTPServer) -> Iterator[Door]:
    clock = HandClock()
    standin = IssuerStandIn(httpserver, clock.now())
    settings = OidcSettings(issuer=standin.url, client_id=CLIENT, allow_private_network=True)
    http = Http(clock, allow_private=True)
    issuer = Issuer(settings, http.request, clock)
    flow = CodeFlow(issuer, SECRET, http.request, services.custody, BASE)
    yield Door(standin, OidcSignIn(flow, services.store, http), clock)
    http.close()


@pytest.mark.parametrize("key", ["rsa", "ec", "ed"])
def test_a_token_is_its_persons(key: str, door: Door) -> None:
    assert door.sign_in.bearer(door.issuer.token(key)) == "alice"


def test_a_token_of_somebody_else_is_no_business_of_this_issuer(door: Door) -> None:
    for other in ("https://elsewhere.example", None):
        assert door.sign_in.bearer(door.issuer.token(iss=other)) is None
    for text in ("", "a", "a.b.c", "..", "é.é.é", "e30.e30.", "x" * 20_000):
        assert door.sign_in.bearer(text) is None
    assert door.issuer.asked == []


WHO: dict[str, tuple[dict[str, Any], str | None]] = {
    "by id": ({"sub": "bob"}, "bob"),
    "by id before the address": ({"sub": "bob", "email": "alice@example.com"}, "bob"),
    "by an address in other letters": ({"email": "Alice@Example.COM"}, "alice"),
    "an address that is not verified": ({"email_verified": False}, None),
    "an address that is verified in words": ({"email_verified": "true"}, None),
    "an address of nobody": ({"email": "eve@example.com"}, None),
    "no address": ({"email": None}, None),
    "an address that is a list": ({"email": ["alice@example.com"]}, None),
    "an address of large letters": ({"email": "KISS@EXAMPLE.COM"}, "kiss"),
    "an address with a Kelvin sign": ({"email": "\u212aiss@example.com"}, None),
    "an address with one sign for two": ({"email": "ki\u00df@example.com"}, None),
    "an address with a large one for two": ({"email": "KI\u1e9e@example.com"}, None),
    "an address with long letters": ({"email": "ki\u017f\u017f@example.com"}, None),
    "an address of another host that folds to ours": ({"email": "kiss@example.\u24d2om"}, None),
}


@pytest.mark.parametrize("claims", WHO)
def test_who_comes_in(claims: str, door: Door) -> None:
    told, user = WHO[claims]
    if user is None:
        with pytest.raises(TokenRefusedError):
            door.sign_in.bearer(door.issuer.token(**told))
    else:
        assert door.sign_in.bearer(door.issuer.token(**told)) == user


LIES: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "an empty list of audiences": {"aud": []},
    "a list without us": {"aud": ["a", "b"]},
    "an audience that only begins so": {"aud": CLIENT + "2"},
    "over": {"exp": 1000 - 61},
    "over for ever": {"exp": 0},
    "without an end": {"exp": None},
    "an end in words": {"exp": "never"},
    "not yet good": {"nbf": 1000 + 3600},
    "made in the future": {"iat": 1000 + 3600},
    "made at no time": {"iat": None},
    "nobody's": {"sub": None},
    "of an empty name": {"sub": ""},
    "of a number": {"sub": 7},
    "of a list": {"sub": ["alice"]},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_wrong_is_refused(lie: str, door: Door) -> None:
    with pytest.raises(TokenRefusedError):
        door.sign_in.bearer(door.issuer.token(**LIES[lie]))


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_token_is_refused(forged: str, door: Door) -> None:
    with pytest.raises(TokenRefusedError):
        door.sign_in.bearer(FORGED[forged](door.issuer))


def test_a_key_that_would_let_anybody_sign_is_none(door: Door) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"}, auto_kid=False)
    private = door.issuer.keys["ec"].as_dict(private=True)
    door.issuer.jwks = [shared.as_dict(), {**private, "kid": "leaked"}]
    for token in (
        door.issuer.signed(shared, "HS256", "shared"),
        door.issuer.signed(door.issuer.keys["ec"], "ES256", "leaked"),
    ):
        door.clock.at += 20
        with pytest.raises(TokenRefusedError):
            door.sign_in.bearer(token)


def test_a_new_key_is_fetched_and_not_often(door: Door) -> None:
    assert door.sign_in.bearer(door.issuer.token()) == "alice"
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"}, auto_kid=False)
    token = door.issuer.signed(fresh, "RS256", "fresh")
    door.clock.at += 10
    for _ in range(5):
        with pytest.raises(TokenRefusedError):
            door.sign_in.bearer(token)
    assert door.issuer.asked.count("keys") == 2
    door.issuer.jwks.append(fresh.as_dict(private=False))
    door.clock.at += 10
    assert door.sign_in.bearer(token) == "alice"
    assert door.issuer.asked == ["description", "keys", "keys", "keys"]


def test_an_issuer_that_describes_another_or_nothing_lets_nobody_in(door: Door) -> None:
    honest = dict(door.issuer.description)
    for lie in ({"issuer": "https://elsewhere.example"}, {"issuer": honest["issuer"] + "/"}, {}):
        door.issuer.description = {**lie, **({} if not lie else {"jwks_uri": honest["jwks_uri"]})}
        with pytest.raises(SourceUnavailableError):
            door.sign_in.bearer(door.issuer.token())


def test_somebody_signs_in(door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    assert address.startswith(f"{door.issuer.url}/authorize?tenant=1&")
    assert f"{BASE}/oidc/callback".replace("/", "%2F").replace(":", "%3A") in address
    back = door.issuer.authorize(address)
    assert door.finish(cookie, back) == "alice"
    with pytest.raises(TokenRefusedError):
        door.finish(cookie, back)


@pytest.mark.parametrize(
    "who",
    [
        {"nonce": None},
        {"nonce": "another"},
        {"aud": "another"},
        {"azp": "another"},
        {"exp": 900},
        {"iss": "x"},
    ],
    ids=str,
)
def test_an_answer_to_another_sign_in_lets_nobody_in(who: dict[str, Any], door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    with pytest.raises(TokenRefusedError):
        door.finish(cookie, door.issuer.authorize(address, **who))


def test_nobody_of_the_store_is_nobody(door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    assert door.finish(cookie, door.issuer.authorize(address, email="eve@example.com")) is None


BACK: dict[str, dict[str, str | None]] = {
    "no state": {"state": None},
    "another state": {"state": "a" * 43},
    "an odd state": {"state": "é"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "no code": {"code": None},
    "an empty code": {"code": ""},
    "an unknown code": {"code": "x" * 22},
    "refused": {"error": "access_denied"},
}


@pytest.mark.parametrize("lie", BACK)
def test_a_way_back_that_is_wrong_lets_nobody_in(lie: str, door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    with pytest.raises(TokenRefusedError):
        door.finish(cookie, way_back(door.issuer.authorize(address), **BACK[lie]))


def test_a_cookie_that_is_not_this_browsers_lets_nobody_in(door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    _, other = door.sign_in.flow.begin(door.clock.now())
    text, _, seal = cookie.partition(".")
    for shown in (
        "",
        ".",
        "x",
        other,
        text,
        f"{text}.",
        f"{text}.{seal[:-1]}",
        f"{text[:-4]}.{seal}",
        f"é.{seal}",
    ):
        with pytest.raises(TokenRefusedError):
            door.finish(shown, door.issuer.authorize(address))
    door.clock.at += LASTS
    with pytest.raises(TokenRefusedError):
        door.finish(cookie, door.issuer.authorize(address))
    assert COOKIE == "gatherly-oidc"


@pytest.mark.parametrize(
    "answer", [{"id_token": None}, {"id_token": 7}, {"id_token": "a.b.c"}, {"access_token": "only"}], ids=str
)
def test_an_issuer_without_a_token_lets_nobody_in(answer: dict[str, Any], door: Door) -> None:
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    back = door.issuer.authorize(address)
    door.issuer.answer = answer
    with pytest.raises(TokenRefusedError):
        door.finish(cookie, back)


def test_without_tls_no_issuer_is_asked_unless_it_is_allowed(door: Door) -> None:
    issuer = door.sign_in.flow.issuer
    strict = issuer.settings.model_copy(update={"allow_private_network": False})
    asked = Issuer(strict, issuer._ask, door.clock)
    with pytest.raises(SourceUnavailableError):
        asked.bearer(door.issuer.token())
    assert door.issuer.asked == []
