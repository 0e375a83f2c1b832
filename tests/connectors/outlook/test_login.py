"""Getting in: consent in a browser, by a code, from a file; apps alone; and why Microsoft says no."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from pydantic import ValidationError

from connectors.consent import ConsentRequest
from connectors.outlook.auth import refusal_of
from connectors.outlook.consent import consent
from connectors.outlook.options import OutlookOptions
from connectors.web.http import Http
from engine.errors import InputError, SourceExpiredError, SourceUnavailableError
from engine.ids import ConnectorName
from engine.model.operations import Tokens
from tests.connectors.outlook.world import OutlookWorld, outlook_world
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.login import exported
from tests.standins.outlook.outlook import APP, CLIENT, TENANT, Outlook
from tests.standins.outlook.server import OutlookServer, serving
from tests.standins.surroundings import OWNER
from tests.standins.time import StillClock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Patient(StillClock):
    """A clock whose waiting is done at once, at the same pace as the stand-in's; `waits` are told."""

    def __init__(self, outlook: Outlook, during: Callable[[int], None]) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._outlook = outlook
        self._during = during

    def monotonic(self) -> float:
        return float(self.at)

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.at += int(seconds)
        self._outlook.state.clock.advance(seconds)
        self._during(len(self.waits))
        return False


@contextmanager
def microsoft() -> Iterator[tuple[Outlook, OutlookServer]]:
    outlook = Outlook()
    outlook.account(OWNER)
    with serving(outlook) as server:
        yield outlook, server


def options(server: OutlookServer, **more: Any) -> OutlookOptions:
    places = {"api_root": server.url, "authority": server.url, "allow_private_network": True}
    return OutlookOptions.model_validate({"client_id": CLIENT.id, **places, **more})


def person(server: OutlookServer, **answers: str) -> Callable[[str], object]:
    """Give somebody whose browser opens a page, and who answers it."""

    def open_page(page: str) -> None:
        def go() -> None:
            clock = StillClock()
            http = Http(clock, allow_private=True)
            assert http.request("GET", page).status == 200
            query = urlsplit(page).query
            form = f"{query}&{urlencode({'login': OWNER, **answers})}".encode()
            sent = http.request("POST", page.partition("?")[0], headers=FORM, body=form)
            http.request("GET", sent.headers["location"].replace("localhost", "127.0.0.1"))
            http.close()

        threading.Thread(target=go, daemon=True).start()

    return open_page


def asked(said: list[str] | None = None, **more: Any) -> ConsentRequest:
    clock = more.pop("clock", StillClock())
    known: dict[str, Any] = {
        "name": ConnectorName("work"),
        "base": Path(),
        "writes": True,
        "now": clock.now(),
        "say": [].append if said is None else said.append,
        "stdin": io.StringIO(),
        "open_page": lambda _: None,
        "http": lambda private, trust: Http(clock, allow_private=private, trust=trust),
        "clock": clock,
    }
    return ConsentRequest(**{**known, **more})


def device(server: OutlookServer, outlook: Outlook, during: Callable[[int], None]) -> tuple[Tokens, Patient]:
    clock = Patient(outlook, during)
    return consent(options(server), asked(device_code=True, clock=clock)), clock


def test_a_person_allows_it_in_their_browser() -> None:
    with microsoft() as (outlook, server):
        given = consent(options(server), asked(open_page=person(server)))
        assert given.refresh_token in outlook.state.refreshes
        assert given.access_token in outlook.state.accesses
        assert given.scope == ("Calendars.ReadWrite",)


def test_less_is_asked_for_where_nothing_is_written() -> None:
    with microsoft() as (_, server):
        given = consent(options(server), asked(writes=False, open_page=person(server)))
        assert given.scope == ("Calendars.Read",)


def test_a_declined_consent_is_told_as_that() -> None:
    with microsoft() as (_, server), pytest.raises(InputError, match="Consent was not given"):
        consent(options(server), asked(open_page=person(server, answer="deny")))


def test_consent_to_less_than_is_needed_is_refused() -> None:
    with microsoft() as (outlook, server):
        outlook.state.settings.granted = ("Calendars.Read", "offline_access")
        with pytest.raises(InputError, match=r"Not all that is needed was allowed: Calendars\.ReadWrite"):
            consent(options(server), asked(open_page=person(server)))


def test_a_code_is_entered_on_another_device() -> None:
    with microsoft() as (outlook, server):

        def during(waits: int) -> None:
            if waits == 3:
                outlook.state.devices["device-2"].answer = "granted"
                outlook.state.devices["device-2"].email = OWNER

        given, clock = device(server, outlook, during)
        assert given.refresh_token in outlook.state.refreshes
        assert clock.waits == [5, 5, 5]


def test_a_device_says_where_the_code_is_entered_and_which() -> None:
    with microsoft() as (outlook, server):
        said: list[str] = []

        def during(_: int) -> None:
            outlook.state.devices["device-2"].answer = "declined"

        with pytest.raises(InputError, match="Consent was not given"):
            consent(options(server), asked(said, device_code=True, clock=Patient(outlook, during)))
        assert f"{server.url}/devicelogin" in said[0]
        assert outlook.state.devices["device-2"].user_code in said[0]


def test_a_code_that_nobody_enters_ends_in_plain_words() -> None:
    with microsoft() as (outlook, server), pytest.raises(InputError, match="not entered in time"):
        device(server, outlook, lambda _: None)


def test_a_device_asks_more_seldom_once_it_is_told_to() -> None:
    with microsoft() as (outlook, server):

        def during(waits: int) -> None:
            one = outlook.state.devices["device-2"]
            one.asked = outlook.state.clock.now() if waits == 1 else one.asked
            one.answer, one.email = ("granted", OWNER) if waits == 3 else ("pending", "")

        _, clock = device(server, outlook, during)
        assert clock.waits == [5, 10, 10]


def test_a_grant_is_taken_from_a_file(tmp_path: Path) -> None:
    with microsoft() as (_, server):
        file = tmp_path / "grant.json"
        file.write_text(json.dumps(exported("0.refresh", CLIENT.id)))
        said: list[str] = []
        given = consent(options(server), asked(said, imported=file))
        assert (given.refresh_token, given.access_token, said) == ("0.refresh", "", [])


def test_a_grant_of_another_app_is_taken_with_a_word(tmp_path: Path) -> None:
    with microsoft() as (_, server):
        file = tmp_path / "grant.json"
        file.write_text(json.dumps(exported("0.refresh", "another")))
        said: list[str] = []
        consent(options(server), asked(said, imported=file))
        assert "another app" in said[0]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"refresh_token": 3}', '{"refresh_token": ""}', "[" * 9999]
)
def test_a_file_without_a_grant_is_refused_in_plain_words(tmp_path: Path, text: str) -> None:
    with microsoft() as (_, server):
        file = tmp_path / "grant.json"
        file.write_text(text)
        with pytest.raises(InputError, match=r"grant\.json holds no"):
            consent(options(server), asked(imported=file))


def test_an_app_alone_needs_nobodys_consent() -> None:
    alone = {"mailbox": OWNER, "tenant": TENANT, "client_secret_file": "secret"}
    with microsoft() as (_, server), pytest.raises(InputError, match="needs no consent"):
        consent(options(server, **alone), asked())


@pytest.mark.parametrize(
    "given",
    [
        {"mailbox": OWNER},
        {"client_secret_file": "secret", "tenant": TENANT},
        {"mailbox": OWNER, "client_secret_file": "secret"},
        {"mailbox": OWNER, "client_secret_file": "secret", "tenant": "organizations"},
        {"mailbox": "nobody", "client_secret_file": "secret", "tenant": TENANT},
        {"mailbox": OWNER, "client_secret_file": "a", "client_secret_credential": "b", "tenant": TENANT},
        {"tenant": "a/b"},
        {"schedule": ["nobody"]},
        {"working_elsewhere": "perhaps"},
        {"authority": "login"},
    ],
)
def test_options_that_do_not_fit_together_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OutlookOptions.model_validate({"client_id": "app", **given})


CAUSES = {
    "revoked": "revoked, or ended with a changed password",
    "idle": "idle for 90 days",
    "consent": "consent is missing",
    "disabled": "account is disabled",
    "factor": "second factor",
    "blocked": "access rules block gatherly",
    "unknown": "no longer accepts the grant",
}


@pytest.mark.parametrize(("death", "words"), CAUSES.items())
def test_why_a_grant_is_refused_is_told_apart(source: OutlookWorld, death: str, words: str) -> None:
    for one in source.outlook.state.refreshes.values():
        one.dead = death
    with pytest.raises(SourceExpiredError, match=words) as raised:
        source.everything()
    assert raised.value.remedy


def test_a_grant_that_lay_idle_for_90_days_is_told_as_that(source: OutlookWorld) -> None:
    source.outlook.state.clock.advance(91 * 86400)
    with pytest.raises(SourceExpiredError, match="idle for 90 days"):
        source.everything()


def test_a_refresh_token_replaces_itself(source: OutlookWorld) -> None:
    first = source.keeper.grant()
    source.everything()
    second = source.keeper.grant()
    assert first is not None
    assert second is not None
    assert first.refresh_token != second.refresh_token
    assert source.outlook.state.refreshes[str(first.refresh_token)].dead is None


def test_a_refresh_token_that_is_not_given_anew_stays(source: OutlookWorld) -> None:
    source.outlook.state.settings.rotate = False
    first = source.keeper.grant()
    source.everything()
    second = source.keeper.grant()
    assert first is not None
    assert second is not None
    assert first.refresh_token == second.refresh_token


def test_a_refused_access_token_is_exchanged_once(source: OutlookWorld) -> None:
    source.everything()
    source.outlook.expire_access_tokens()
    source.everything()
    assert source.keeper.exchanges == 2


def test_an_access_token_is_used_until_it_ends(source: OutlookWorld) -> None:
    for _ in range(5):
        source.everything()
    assert source.keeper.exchanges == 1


def test_a_tenant_that_there_is_not_is_told_as_that(tmp_path: Path) -> None:
    with (
        outlook_world(tmp_path, tenant="nowhere.example") as world,
        pytest.raises(SourceExpiredError, match="no such tenant"),
    ):
        world.everything()


def test_an_app_that_there_is_not_is_told_as_that(tmp_path: Path) -> None:
    with (
        outlook_world(tmp_path, client_id="nothing") as world,
        pytest.raises(SourceExpiredError, match="no such app in that tenant"),
    ):
        world.everything()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[OutlookWorld]:
    with outlook_world(tmp_path, alone=True) as world:
        yield world


def test_a_wrong_secret_is_told_as_that(alone: OutlookWorld) -> None:
    alone.outlook.state.clients[APP.id].secret = "another"
    with pytest.raises(SourceExpiredError, match="secret is wrong, or has expired"):
        alone.everything()


def test_an_app_without_the_permission_is_told_so(alone: OutlookWorld) -> None:
    alone.outlook.state.clients[APP.id].roles = ()
    with pytest.raises(SourceUnavailableError, match="permission refused"):
        alone.everything()


def test_an_app_that_may_not_open_this_mailbox_is_told_so(alone: OutlookWorld) -> None:
    alone.outlook.state.clients[APP.id].application = ("bob@example.com",)
    with pytest.raises(SourceUnavailableError, match=r"permission refused.*AccessPolicy"):
        alone.everything()


def test_an_account_without_a_mailbox_is_told_so(source: OutlookWorld) -> None:
    source.outlook.state.mailboxes[OWNER].exists = False
    with pytest.raises(SourceUnavailableError, match="no mailbox in Exchange Online"):
        source.everything()


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.THROTTLED, Fault.ERROR_BEFORE, Fault.HTML])
def test_a_login_that_is_away_is_no_end_of_the_grant(source: OutlookWorld, fault: Fault) -> None:
    source.outlook.faults.then("token", fault)
    with pytest.raises(SourceUnavailableError):
        source.everything()
    assert source.everything().whole


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.ERROR_BEFORE, Fault.HTML, Fault.LOST_BEFORE])
def test_a_discovery_that_is_away_is_no_end_of_the_grant(source: OutlookWorld, fault: Fault) -> None:
    source.outlook.faults.then("discovery", fault)
    with pytest.raises(SourceUnavailableError):
        source.everything()
    assert source.everything().whole


def test_a_login_that_leads_elsewhere_gets_no_token(source: OutlookWorld) -> None:
    with outlook_moved(source), pytest.raises(SourceUnavailableError, match="another host"):
        source.everything()
    assert source.asked("token") == 0


@contextmanager
def outlook_moved(source: OutlookWorld) -> Iterator[None]:
    """Let the login's configuration name another host."""
    real = source.outlook.respond

    def respond(request: Any) -> Any:
        answer = real(request)
        if "openid-configuration" in request.target:
            return replace(answer, body=answer.body.replace(b"http://127.0.0.1", b"https://evil.example"))
        return answer

    source.outlook.respond = respond  # type: ignore[method-assign]
    yield


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(7000218, "allow public client flows"), (700025, "Take client_secret_file out")],
)
def test_an_app_of_the_other_sort_is_told_which(number: int, remedy: str) -> None:
    told = refusal_of({"error": "invalid_client", "error_description": f"AADSTS{number}: No."}, "one")
    assert remedy in told.remedy
