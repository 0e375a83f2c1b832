"""A browser is signed in once by an address, and a cookie opens pages alone."""

from datetime import timedelta

from daemon.http.site.browsing import COOKIE, masked, unmasked
from engine.ids import UserId
from engine.time.span import DAY, MINUTE
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import BASE, Browser
from tests.worlds.folder_world import FolderWorld


def invited(api: Asked, who: str = "alice") -> str:
    api.world.clock.wait(60)
    return f"/sign-in/{api.doors.browsers.invite(UserId(who))}"


def test_opening_the_address_uses_nothing_up_and_pressing_the_button_signs_in_once(shared: Asked) -> None:
    address, browser = invited(shared), Browser(shared, None)
    for _ in range(3):
        shown = browser.get(address)
        assert shown.status_code == 200
        assert "Sign in" in shown.text
        assert "set-cookie" not in shown.headers
    done = browser.client.post(address)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    cookie = done.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    assert "secure" not in cookie, "the public address is http"
    assert browser.get("/").status_code == 200
    for other in (Browser(shared, None), browser):
        assert other.client.post(address).status_code == 410
        assert other.get(address).status_code == 410


def test_without_a_cookie_every_page_leads_to_signing_in(shared: Asked) -> None:
    browser = Browser(shared, None)
    for path in ("/", "/new", "/week", "/insight", "/people/alice", "/sessions/none"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_addresses_are_over_after_a_quarter_of_an_hour_and_cookies_after_thirty_days(
    api: Asked, world: FolderWorld
) -> None:
    browser, last, late = Browser(api, "alice"), invited(api), invited(api)
    world.clock.wait(15 * MINUTE - 61)
    assert Browser(api, None).client.post(last).status_code == 303
    world.clock.wait(61)
    assert Browser(api, None).client.post(late).status_code == 410
    world.clock.wait(30 * DAY - 15 * MINUTE - 121)
    assert browser.get("/insight").status_code == 200
    world.clock.wait(1)
    assert browser.get("/insight").headers["location"] == "/sign-in"


def test_signing_out_ends_the_cookie_on_the_server_too(shared: Asked) -> None:
    browser, other = Browser(shared, "alice"), Browser(shared, "alice")
    kept = browser.client.cookies[COOKIE]
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    browser.client.cookies.set(COOKIE, kept)
    assert browser.get("/").headers["location"] == "/sign-in"
    assert other.get("/").status_code == 200, "another browser of hers stays signed in"


def test_a_browser_is_listed_and_ended_like_a_token(api: Asked) -> None:
    browser = Browser(api, "alice")
    names = [one.name for one in api.doors.tokens.listed(UserId("alice"))]
    assert len(names) == 1
    assert names[0].startswith("browser ")
    api.doors.tokens.revoke(UserId("alice"), names[0])
    assert browser.get("/").headers["location"] == "/sign-in"


def test_what_opens_pages_is_no_token_and_a_token_opens_no_page(shared: Asked) -> None:
    browser = Browser(shared, "alice")
    cookie = browser.client.cookies[COOKIE]
    secret = shared.doors.browsers.invite(UserId("alice"))
    for one in (cookie, secret):
        assert shared("nobody", "GET", "/v1/me", Authorization=f"Bearer {one}").status_code == 401
        assert shared("nobody", "POST", "/v1/token", {"refreshToken": one}).status_code == 401
    refresh = shared.doors.tokens.refresh(UserId("alice"), "laptop")
    stranger = Browser(shared, None)
    for one in (refresh, shared.token("alice"), secret, "", "x" * 5000):
        stranger.client.cookies.set(COOKIE, one)
        assert stranger.get("/").headers["location"] == "/sign-in"
    assert stranger.client.post(f"/sign-in/{refresh}").status_code == 410
    assert stranger.client.post(f"/sign-in/{cookie}").status_code == 410


def test_a_cookie_opens_the_stream_and_a_search_and_no_other_door_for_programs(shared: Asked) -> None:
    assert shared.offered
    browser = Browser(shared, "alice")
    asked = {"session": {"inviteeIds": ["bob"], "duration": 30}}
    found = browser.client.post("/v1/find", json=asked)
    assert found.status_code == 200
    elsewhere = browser.client.post("/v1/find", json=asked, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 401
    for path in ("/v1/me", "/v1/sessions", "/v1/users", "/v1/status", "/v1/notifications"):
        assert browser.get(path).status_code == 401


def test_of_an_unknown_address_the_same_is_said_as_of_a_known_one(shared: Asked) -> None:
    browser = Browser(shared, None)
    said = [
        browser.post("/sign-in", {"address": f"{who}@example.com"}, csrf=None) for who in ("alice", "nobody")
    ]
    assert said[0].status_code == said[1].status_code
    assert said[0].text == said[1].text


def test_nobody_is_signed_in_from_elsewhere(shared: Asked) -> None:
    browser, address = Browser(shared, None), invited(shared)
    for origin in ("https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8765.evil"):
        assert browser.client.post(address, headers={"Origin": origin}).status_code == 403, origin
    assert browser.client.post(address, headers={"Origin": BASE}).status_code == 303


def test_an_operator_needs_no_option_and_others_are_none(shared: Asked) -> None:
    assert "bob-folder" in Browser(shared, "root").get("/").text
    assert "bob-folder" not in Browser(shared, "alice").get("/").text


def test_guesses_are_slowed_down(api: Asked) -> None:
    browser = Browser(api, None)
    answers = [browser.client.post(f"/sign-in/guess{number}") for number in range(25)]
    assert {one.status_code for one in answers} == {410, 429}
    assert int(answers[-1].headers["retry-after"]) <= timedelta(minutes=1).seconds


def test_a_forms_token_is_written_otherwise_each_time_and_means_the_same() -> None:
    plain = "00ff17" * 8
    written = {masked(plain) for _ in range(20)}
    assert len(written) == 20
    assert {unmasked(one).hex() for one in written} == {plain}
    assert [unmasked(one) for one in ("", "0", "zz", "abc", "ab")] == [b""] * 5
