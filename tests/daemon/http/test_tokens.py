"""Tokens: what lets a program in, and what does not."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest

from daemon.app.accounts.tokens import Tokens
from engine.errors import InputError
from engine.ids import UserId
from engine.time.span import DAY, MINUTE
from tests.daemon.http.asking import Asked
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

BOB = UserId("bob")


def parts(token: str) -> list[dict[str, object]]:
    return [json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def status(api: Asked, token: str) -> int:
    return api("?", "GET", "/v1/me", Authorization=f"Bearer {token}").status_code


def test_a_token_says_whose_it_is_for_whom_and_how_long(shared: Asked) -> None:
    head, claims = parts(shared.doors.tokens.access(BOB))
    assert head["alg"] == "HS256"
    assert {"iss", "aud", "sub", "exp", "nbf", "jti"} <= set(claims)
    now = shared.world.clock.now()
    assert (claims["sub"], claims["exp"]) == ("bob", now + 60 * MINUTE)


def forged(
    token: str, *, head: dict[str, object] | None = None, claims: dict[str, object] | None = None
) -> str:
    first, second = parts(token)
    written = [json.dumps({**first, **(head or {})}), json.dumps({**second, **(claims or {})})]
    encoded = [urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in written]
    return ".".join([*encoded, token.split(".")[2]])


@pytest.mark.parametrize(
    "change",
    [
        {"head": {"alg": "none"}},
        {"head": {"alg": "HS512"}},
        {"claims": {"sub": "alice"}},
        {"claims": {"operator": True}},
        {"claims": {"exp": 2**40}},
    ],
)
def test_a_token_that_was_changed_is_none(change: dict[str, dict[str, object]], shared: Asked) -> None:
    token = shared.doors.tokens.access(BOB)
    assert status(shared, token) == 200
    assert status(shared, forged(token, **change)) == 401


@pytest.mark.parametrize(
    "token", ["", "x", "x.y.z", "e30.e30.", "\N{SNOWMAN}".encode().decode("latin-1"), "." * 5000]
)
def test_what_is_no_token_is_answered_alike(token: str, shared: Asked) -> None:
    answer = shared("?", "GET", "/v1/me", Authorization=f"Bearer {token}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_ends_by_time_with_its_user_and_in_another_installation(tmp_path: Path, api: Asked) -> None:
    token = api.doors.tokens.access(BOB, 1)
    api.world.clock.at += 2 * MINUTE
    assert status(api, token) == 401
    fresh = api.doors.tokens.access(BOB)
    api.services.custody.erase(BOB, api.world.clock.now())
    assert status(api, fresh) == 401
    (tmp_path / "other").mkdir()
    other = FolderWorld(tmp_path / "other", api.world.people, "2026-11-16T08:00:00Z")
    with other.services() as services:
        elsewhere = Tokens(services.store, services.custody, services.clock, frozenset()).access(
            UserId("alice")
        )
    assert status(api, elsewhere) == 401


def test_only_operators_are_made_operators(shared: Asked) -> None:
    with pytest.raises(InputError):
        shared.doors.tokens.access(BOB, operator=True)
    for minutes in (0, 1441):
        with pytest.raises(InputError):
            shared.doors.tokens.access(BOB, minutes)
    plain = shared.doors.tokens.access(UserId("root"))
    assert shared("?", "GET", "/v1/status", Authorization=f"Bearer {plain}").status_code == 403


def test_a_refresh_token_is_taken_once_and_a_second_use_ends_its_chain(shared: Asked) -> None:
    first = shared.doors.tokens.refresh(BOB, "phone")
    got = shared("nobody", "POST", "/v1/token", {"refreshToken": first}).json()
    assert status(shared, got["accessToken"]) == 200
    assert got["expiresIn"] == 60 * MINUTE
    assert status(shared, first) == 401
    assert [one.name for one in shared.doors.tokens.listed(BOB)] == ["phone"]
    assert shared("nobody", "POST", "/v1/token", {"refreshToken": first}).status_code == 401
    assert shared("nobody", "POST", "/v1/token", {"refreshToken": got["refreshToken"]}).status_code == 401
    assert not shared.doors.tokens.listed(BOB)


def test_a_refresh_token_ends_by_time_and_by_word(api: Asked) -> None:
    phone, tablet = (api.doors.tokens.refresh(BOB, name, 1) for name in ("phone", "tablet"))
    api.doors.tokens.revoke(BOB, "tablet")
    assert api("nobody", "POST", "/v1/token", {"refreshToken": tablet}).status_code == 401
    api.world.clock.at += DAY
    assert api("nobody", "POST", "/v1/token", {"refreshToken": phone}).status_code == 401


def test_the_command_prints_a_token_alone_and_never_one_that_is_in_use(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    gatherly, config = Line(capsys), ("-c", world.file)
    token = gatherly("token", "bob", *config).stdout.strip()
    assert parts(token)[1]["sub"] == "bob"
    refresh = gatherly("token", "bob", "--refresh", "--name", "phone", *config).stdout.strip()
    listed = gatherly("token", "bob", "--list", *config).stdout
    assert "phone" in listed
    assert refresh not in listed
    assert gatherly("token", "bob", "--revoke", "phone", *config).returncode == 0
    assert "No refresh token" in gatherly("token", "bob", "--list", *config).stdout
    assert gatherly("token", "bob", "--operator", *config).returncode == 1
    assert gatherly("token", "dave", *config).returncode == 1
