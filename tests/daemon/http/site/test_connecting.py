"""A person connects their own calendars in a browser: to the provider, back, and nobody else's way back."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from daemon.app.accounts.consents import LASTS, REFUSED
from engine.ids import ConnectorName
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.http.site.browsing import Browser, Marked
from tests.standins.google.files import client_secret
from tests.standins.google.google import Google
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import serving as serving_google
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, TENANT, Outlook
from tests.standins.outlook.server import serving as serving_outlook
from tests.worlds.folder_world import FolderWorld

ALICE, BARE = "alice@example.com", "alice@no-mailbox.example"
CONNECTORS = """
[connectors.alice-google]
kind = "google"
user = "alice"
client_secret_file = "client.json"
api_root = "{google}"
token_uri = "{google}/token"
allow_private_network = true
[connectors.alice-outlook]
kind = "outlook"
user = "alice"
client_id = "{client}"
tenant = "{tenant}"
api_root = "{outlook}"
authority = "{outlook}"
allow_private_network = true
"""


@dataclass
class Providers:
    """Gatherly, and where Alice has her calendars."""

    api: Asked
    google: Google
    outlook: Outlook

    def begin(self, browser: Browser, connector: str) -> str:
        """Press the button; gives the provider's page."""
        answer = browser.post(f"/connectors/{connector}/connect")
        assert answer.status_code == 200, answer.text
        links = [told.get("href") for tag, told in Marked(answer.text).tags if tag == "a"]
        return next(str(link) for link in links if str(link).startswith("http"))

    def answered(self, page: str, **answer: str) -> str:
        """Answer the provider's page as a person would; gives where the browser is led back to."""
        form = urlencode({**dict(parse_qsl(urlsplit(page).query)), "login": ALICE, **answer})
        if urlsplit(page).path.startswith(f"/{TENANT}/"):
            back = Login(self.outlook.state).decide(TENANT, form)
        else:
            back = OAuth(self.google.state).decide(form)
        assert back.startswith("http://127.0.0.1:8765/oauth/callback?")
        return back.removeprefix("http://127.0.0.1:8765")

    def refresh_token(self, connector: str) -> str | None:
        """Give what is kept of a consent, once all that is under way is done."""
        for thread in threading.enumerate():
            if thread.name == "consent":
                thread.join()
        with self.api.services.store.reading() as tx:
            grant = tx.repositories.grants.get(ConnectorName(connector))
        return None if grant is None else grant.refresh_token


@pytest.fixture(scope="module")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    google, outlook = Google(), Outlook()
    google.account(ALICE)
    outlook.account(ALICE)
    root = tmp_path_factory.mktemp("connecting")
    with (
        pytest.MonkeyPatch.context() as patch,
        serving_google(google) as there,
        serving_outlook(outlook) as elsewhere,
    ):
        patch.delenv(NOTHING_SERVED, raising=False)
        (root / "client.json").write_text(json.dumps(client_secret(there.url)))
        places = {"google": there.url, "outlook": elsewhere.url, "client": CLIENT.id, "tenant": TENANT}
        world = FolderWorld(root, PEOPLE, NOW, SETTINGS + CONNECTORS.format(**places))
        with served(world) as api:
            yield Providers(api, google, outlook)


@pytest.mark.parametrize("connector", ["alice-google", "alice-outlook"])
def test_a_calendar_is_connected_and_connected_again(providers: Providers, connector: str) -> None:
    alice = Browser(providers.api, "alice")
    assert f"/connectors/{connector}/connect" in alice.get("/people/alice").text
    kept: list[str | None] = []
    for _ in range(2):
        page = providers.begin(alice, connector)
        asked = dict(parse_qsl(urlsplit(page).query))
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == "http://127.0.0.1:8765/oauth/callback"
        done = alice.get(providers.answered(page))
        assert (done.status_code, done.headers["location"]) == (303, "/people/alice?kept=connecting")
        kept.append(providers.refresh_token(connector))
    assert all(kept)
    assert kept[0] != kept[1]
    text = alice.get("/people/alice").text
    assert "could not be connected" not in text
    assert not [token for token in kept if token and token in text]


def test_the_calendar_is_read_once_it_is_connected(providers: Providers) -> None:
    alice = Browser(providers.api, "alice")
    alice.get(providers.answered(providers.begin(alice, "alice-outlook")))
    assert providers.refresh_token("alice-outlook")
    providers.api.work()
    connectors = providers.api("root", "GET", "/v1/connectors").json()["items"]
    assert {one["name"]: one["state"] for one in connectors}["alice-outlook"] == "ok"


def test_a_way_back_that_this_browser_did_not_begin_is_refused(providers: Providers) -> None:
    alice = Browser(providers.api, "alice")
    other, bob, nobody = (Browser(providers.api, who) for who in ("alice", "bob", None))
    before = providers.refresh_token("alice-google")
    back = providers.answered(providers.begin(alice, "alice-google"))
    state, code = (dict(parse_qsl(urlsplit(back).query))[key] for key in ("state", "code"))
    for browser in (other, bob):
        assert browser.get(back).status_code == 403
    assert nobody.get(back).headers["location"] == "/sign-in"
    for query in ({}, {"code": code}, {"code": code, "state": "x"}, {"code": code, "state": state + "x"}):
        refused = alice.get(f"/oauth/callback?{urlencode(query)}")
        assert (refused.status_code, REFUSED in Marked(refused.text).text) == (403, True)
    assert providers.refresh_token("alice-google") == before
    assert alice.get(back).status_code == 303
    assert alice.get(back).status_code == 403, "the same way back is taken once"


@pytest.mark.parametrize(
    "query",
    [
        {"error": "access_denied"},
        {"error": "access_denied", "code": "x"},
        {},
        {"code": ""},
        {"code": "x", "iss": "https://evil.example"},
        {"code": "x", "iss": "nonsense"},
    ],
)
def test_what_was_not_allowed_is_told_and_nothing_is_kept(
    providers: Providers, query: dict[str, str]
) -> None:
    alice, before = Browser(providers.api, "alice"), providers.refresh_token("alice-google")
    state = dict(parse_qsl(urlsplit(providers.begin(alice, "alice-google")).query))["state"]
    assert alice.get(f"/oauth/callback?{urlencode({**query, 'state': state})}").status_code == 403
    assert providers.refresh_token("alice-google") == before


@pytest.mark.parametrize("connector", ["alice-google", "alice-outlook"])
def test_a_code_that_the_provider_refuses_is_told_on_the_page(providers: Providers, connector: str) -> None:
    alice, before = Browser(providers.api, "alice"), providers.refresh_token(connector)
    state = dict(parse_qsl(urlsplit(providers.begin(alice, connector)).query))["state"]
    assert alice.get(f"/oauth/callback?state={state}&code=forged").status_code == 303
    assert providers.refresh_token(connector) == before
    assert "It could not be connected" in alice.get("/people/alice").text
    providers.begin(alice, connector)
    assert "It could not be connected" not in alice.get("/people/alice").text


def test_consent_that_comes_too_late_is_none(providers: Providers) -> None:
    alice, before = Browser(providers.api, "alice"), providers.refresh_token("alice-google")
    back = providers.answered(providers.begin(alice, "alice-google"))
    providers.api.world.clock.at += LASTS
    assert alice.get(back).status_code == 403
    assert providers.refresh_token("alice-google") == before


def test_nobody_connects_anybody_elses_and_what_needs_no_consent_is_read(providers: Providers) -> None:
    for who in ("bob", "root"):
        browser = Browser(providers.api, who)
        assert browser.post("/connectors/alice-google/connect").status_code == 403
        assert browser.post("/connectors/none/connect").status_code == 404
    read = Browser(providers.api, "alice").post("/connectors/alice-folder/connect")
    assert read.headers["location"] == "/people/alice?kept=read"


def test_a_grant_that_works_stays_where_the_new_account_has_no_mailbox(providers: Providers) -> None:
    alice = Browser(providers.api, "alice")
    alice.get(providers.answered(providers.begin(alice, "alice-outlook")))
    before = providers.refresh_token("alice-outlook")
    providers.api.work()
    providers.outlook.account(BARE)
    providers.outlook.state.mailboxes[BARE].exists = False
    alice.get(providers.answered(providers.begin(alice, "alice-outlook"), login=BARE))
    assert providers.refresh_token("alice-outlook") == before
    text = Marked(alice.get("/people/alice").text).text
    assert "It could not be connected" in text
    assert "What was connected before stays" in text
    providers.api.work()
    connectors = providers.api("root", "GET", "/v1/connectors").json()["items"]
    assert {one["name"]: one["state"] for one in connectors}["alice-outlook"] == "ok"
