"""When Google gives a refresh token, where it sends a browser, and what it then allows."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from connectors.gcal.scopes import READ_SCOPES, WRITE_SCOPES
from tests.standins.google.answers import ApiError
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.oauth import OAuth

LOOPBACK = "http://127.0.0.1:4711/"
ASKED = {
    "client_id": CLIENT.id,
    "redirect_uri": LOOPBACK,
    "response_type": "code",
    "scope": " ".join(WRITE_SCOPES),
    "access_type": "offline",
}


@pytest.fixture
def oauth() -> OAuth:
    return OAuth(Google().state)


def granted(oauth: OAuth, redirect: str = LOOPBACK, **asked: str) -> dict[str, object]:
    """Consent, and exchange the code."""
    led_to = oauth.decide(urlencode({**ASKED, **asked}))
    code = dict(parse_qsl(urlsplit(led_to).query))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    return oauth.token(urlencode({**form, "client_id": CLIENT.id, "client_secret": CLIENT.secret}))


def test_a_refresh_token_comes_at_the_first_consent_and_afterwards_where_it_is_asked_anew(
    oauth: OAuth,
) -> None:
    assert "refresh_token" in granted(oauth)
    assert "refresh_token" not in granted(oauth)
    assert "refresh_token" not in granted(oauth, prompt="select_account")
    assert "refresh_token" in granted(oauth, prompt="consent")
    assert "refresh_token" in granted(oauth, prompt="consent select_account")
    assert "refresh_token" in granted(oauth, login="bob@example.com")


@pytest.mark.parametrize("kind", ["", "online"])
def test_none_comes_where_nobody_asked_for_it(oauth: OAuth, kind: str) -> None:
    assert "refresh_token" not in granted(oauth, access_type=kind, prompt="consent")


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:4711/",
        "http://127.0.0.1.example/",
        "http://10.0.0.1/",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://127.0.0.1:4711/?next=x",
        "",
    ],
)
def test_a_way_back_that_is_not_the_clients_is_refused(oauth: OAuth, address: str) -> None:
    with pytest.raises(ApiError, match="redirect_uri_mismatch"):
        oauth.consent_page(urlencode({**ASKED, "redirect_uri": address}))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:4712/", "http://127.0.0.1:4711", "http://localhost:4711/"]
)
def test_the_exchange_names_the_same_way_back(oauth: OAuth, address: str) -> None:
    with pytest.raises(ApiError, match="redirect_uri_mismatch"):
        granted(oauth, redirect=address)


def test_what_is_allowed_may_be_less_than_what_was_asked_for(oauth: OAuth) -> None:
    assert granted(oauth, granted=READ_SCOPES[0])["scope"] == READ_SCOPES[0]
    with pytest.raises(ApiError, match="invalid_scope"):
        oauth.consent_page(urlencode({**ASKED, "scope": "calendar"}))
