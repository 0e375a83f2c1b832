"""An issuer that is slow, away, huge, or publishes what nobody can read: that is its own trouble."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from werkzeug import Request, Response

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.oidc.published import FETCH_EVERY, KEPT, MOST_WAITING
from engine.errors import SourceUnavailableError
from tests.daemon.http.oidc.test_issuer import Door, door, services

__all__ = ["door", "services"]
PATIENCE = 120
"""Seconds after which whoever should have been answered is held up."""

UNREADABLE: dict[str, dict[str, Any]] = {
    "a curve that nobody knows": {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
    "a point beside its curve": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "a kind to come": {"kty": "OKP", "crv": "X999", "x": "AA"},
    "no number": {"kty": "RSA", "e": "AQAB"},
    "a number that is none": {"kty": "RSA", "n": "!!", "e": "AQAB"},
    "a name that is a number": {"kty": "RSA", "kid": 7, "n": "AQAB", "e": "AQAB"},
    "a kind in a list": {"kty": ["RSA"]},
    "a use in a list": {"kty": "RSA", "use": ["sig"], "n": "AQAB", "e": "AQAB"},
}


@pytest.mark.parametrize("odd", UNREADABLE)
def test_one_key_that_cannot_be_read_leaves_the_others_good(odd: str, door: Door) -> None:
    door.issuer.jwks.insert(0, {"kid": "odd", **UNREADABLE[odd]})
    for key in ("rsa", "ec", "ed"):
        assert door.sign_in.bearer(door.issuer.token(key)) == "alice"


def test_a_key_that_is_replaced_under_its_name_is_found(door: Door) -> None:
    fresh = RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False)
    before, after = door.issuer.token(), door.issuer.signed(fresh, "RS256", "rsa")
    assert door.sign_in.bearer(before) == "alice"
    door.issuer.jwks[0] = fresh.as_dict(private=False)
    for _ in range(3):
        with pytest.raises(TokenRefusedError):
            door.sign_in.bearer(after)
    assert door.issuer.asked.count("keys") == 1
    door.clock.at += FETCH_EVERY
    assert door.sign_in.bearer(after) == "alice"
    with pytest.raises(TokenRefusedError):
        door.sign_in.bearer(before)
    assert door.issuer.asked.count("keys") == 2


def test_an_issuer_that_is_away_is_asked_once_in_a_while_and_its_old_keys_let_nobody_in(door: Door) -> None:
    token, honest = door.issuer.token(exp=door.issuer.now + 10 * KEPT), dict(door.issuer.description)
    assert door.sign_in.bearer(token) == "alice"
    door.clock.at += KEPT
    door.issuer.description = {}
    for _ in range(2):
        asked = door.issuer.asked.count("description")
        for _ in range(5):
            with pytest.raises(SourceUnavailableError, match=r"no description|describes another"):
                door.sign_in.bearer(token)
        assert door.issuer.asked.count("description") == asked + 1
        door.clock.at += FETCH_EVERY
    door.issuer.description = honest
    assert door.sign_in.bearer(token) == "alice"


def test_an_issuer_that_takes_its_time_holds_up_nobody_whose_key_is_known(door: Door) -> None:
    """Nor more than a few of those whose key is not: the doors have only so many threads."""
    known, unknown = door.issuer.token(), door.issuer.signed(door.issuer.keys["ec"], "ES256", "unknown")
    assert door.sign_in.bearer(known) == "alice"
    door.clock.at += FETCH_EVERY
    asked, goes_on = threading.Event(), threading.Event()

    def slow(_: Request) -> Response:
        asked.set()
        goes_on.wait(PATIENCE)
        return door.issuer.published()

    door.issuer.answers["keys"] = slow
    with ThreadPoolExecutor(MOST_WAITING + 2) as pool:
        try:
            waiting = [pool.submit(door.sign_in.bearer, unknown) for _ in range(MOST_WAITING + 1)]
            assert asked.wait(PATIENCE)
            too_many = next(as_completed(waiting, PATIENCE))
            assert isinstance(too_many.exception(), SourceUnavailableError)
            assert pool.submit(door.sign_in.bearer, known).result(PATIENCE) == "alice"
        finally:
            goes_on.set()
        told = [one.exception(PATIENCE) for one in waiting]
    assert [type(one) for one in told].count(TokenRefusedError) == MOST_WAITING
    assert door.issuer.asked.count("keys") == 2


BODIES: dict[str, bytes] = {
    "huge": b'{"keys": [' + b" " * 600_000 + b"]}",
    "deep": b'{"keys": ' + b"[" * 100_000,
    "deep and closed": b'{"keys": ' + b"[" * 60_000 + b"]" * 60_000 + b"}",
    "no JSON": b"<html>",
    "a list": b"[]",
    "not in any letters": b"\xff\xfe{",
    "a number too long": b'{"keys": ' + b"9" * 5000 + b"}",
    "nothing": b"",
}


@pytest.mark.parametrize("what", ["description", "keys", "token"])
@pytest.mark.parametrize("body", BODIES)
def test_whatever_it_answers_somebody_is_told_and_nobody_comes_in(what: str, body: str, door: Door) -> None:
    def odd(_: Request) -> Response:
        return Response(BODIES[body], content_type="application/json")

    door.issuer.answers[what] = odd
    refused = (SourceUnavailableError, TokenRefusedError)
    if what != "token":
        with pytest.raises(refused):
            door.sign_in.bearer(door.issuer.token())
    if what == "description":
        with pytest.raises(SourceUnavailableError):
            door.sign_in.flow.begin(door.clock.now())
        return
    address, cookie = door.sign_in.flow.begin(door.clock.now())
    with pytest.raises(refused):
        door.finish(cookie, door.issuer.authorize(address))


def test_a_token_of_whatever_depth_is_refused(door: Door) -> None:
    for text in ("[" * 9000, '{"iss": ' * 1200, json.dumps({"iss": door.issuer.url, "a": "b" * 9000})):
        part = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        for token in (f"{part}.{part}.", f".{part}.", f"{part}..", f"e30.{part}.e30"):
            with suppress(TokenRefusedError):
                assert door.sign_in.bearer(token) is None
