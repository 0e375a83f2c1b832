"""Forms act as programs do; without their own token nothing happens."""

import pytest
from starlette.routing import Route

from daemon.http.application import PAGES
from daemon.http.rates import Rates
from daemon.pages.rendering import static_address
from engine.errors import UnknownThingError
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import Browser, Marked
from tests.worlds.folder_world import FolderWorld

WHO = ("nobody", "carol", "bob", "alice", "root")
"""Nobody, a stranger, an attendee, the host, an operator."""
ALL_IN, OUT = (303, 200, 200, 200, 200), 403
SEEN, OWN = (303, 404, 200, 200, 200), (303, 404, 404, 200, 200)
ATTEND, HOST = (OUT, 404, 303, 303, 303), (OUT, 404, 403, 303, 303)
SELF = (OUT, 404, 404, 303, 303)
SWITCHED_OFF = (303, 404, 404, 404, 404)
"""Contacts, which nobody keeps unless `[relations]` says so."""
MATRIX = {
    "GET /static/{digest}/{name}": (200,) * 5,
    "GET /sign-in": (200,) * 5,
    "POST /sign-in": (503,) * 5,
    "GET /sign-in/{secret}": (410,) * 5,
    "POST /sign-in/{secret}": (410,) * 5,
    "GET /oidc/sign-in": (404,) * 5,
    "GET /oidc/callback": (404,) * 5,
    "POST /sign-out": (OUT, 303, 303, 303, 303),
    "GET /": ALL_IN,
    "GET /week": ALL_IN,
    "GET /insight": ALL_IN,
    "GET /family": ALL_IN,
    "POST /conflicts/{id}/resolve": (OUT, 404, 404, 404, 404),
    "POST /conflicts/{id}/ignore": (OUT, 404, 404, 404, 404),
    "POST /conflicts/{id}/undo": (OUT, 404, 404, 404, 404),
    "POST /insight/checks": (OUT, 403, 403, 403, 303),
    "GET /new": ALL_IN,
    "POST /new": (OUT, 303, 422, 303, 303),
    "POST /new/preview": (OUT, 200, 200, 200, 200),
    "GET /sessions/{id}": SEEN,
    "POST /sessions/{id}/accept": ATTEND,
    "POST /sessions/{id}/decline": (OUT, 404, 303, 303, 404),
    "POST /sessions/{id}/reject": HOST,
    "POST /sessions/{id}/reschedule": HOST,
    "POST /sessions/{id}/cancel": HOST,
    "POST /sessions/{id}/release": (OUT, 404, 403, 403, 422),
    "POST /sessions/{id}/relax": (OUT, 404, 403, 422, 422),
    "POST /sessions/{id}/messages": ATTEND,
    "POST /sessions/{id}/skip": (OUT, 404, 403, 422, 422),
    "POST /sessions/{id}/move": (OUT, 404, 403, 422, 422),
    "POST /sessions/{id}/stop": (OUT, 404, 403, 422, 422),
    "POST /sessions/{id}/anew": (OUT, 404, 403, 422, 422),
    "POST /sessions/{id}/away": (OUT, 404, 422, 422, 404),
    "GET /people/{id}": OWN,
    "POST /people/{id}/hours": SELF,
    "POST /people/{id}/notices": SELF,
    "POST /people/{id}/look": (OUT, 404, 404, 303, 404),
    "POST /people/{id}/erase": (OUT, 404, 404, 422, 404),
    "POST /people/{id}/forget": SELF,
    "GET /people": SWITCHED_OFF,
    "GET /people/contacts/{id}": SWITCHED_OFF,
    "GET /people/contacts/{id}/briefing": SWITCHED_OFF,
    "GET /people/sessions/{id}": SWITCHED_OFF,
    "POST /connectors/{name}/connect": (OUT, 403, 403, 303, 403),
    "GET /oauth/callback": (303, 403, 403, 403, 403),
    "POST /connectors/{name}/sync": (OUT, 403, 403, 403, 303),
}
FIELDS: dict[str, dict[str, str]] = {
    "POST /sign-in": {"address": "alice@example.com"},
    "POST /sessions/{id}/accept": {"slot": "1"},
    "POST /sessions/{id}/messages": {"content": "Hello"},
    "POST /sessions/{id}/relax": {"change": "window"},
    "POST /sessions/{id}/skip": {"from": "2026-11-17", "until": "2026-11-17"},
    "POST /sessions/{id}/move": {"only": "2026-11-17"},
    "POST /sessions/{id}/stop": {"from": "2026-11-17"},
    "POST /sessions/{id}/anew": {"from": "2026-11-17"},
    "POST /sessions/{id}/away": {"from": "2026-11-17"},
    "POST /conflicts/{id}/resolve": {"option": "1"},
    "POST /people/{id}/hours": {"timezone": "UTC", "bufferTime": "0", "tentativeAs": "busy"},
    "POST /people/{id}/notices": {"digest": "daily"},
    "POST /people/{id}/look": {"theme": "dark", "clock": "12h"},
    "POST /people/{id}/erase": {"sure": "somebody else"},
    "POST /new": {"title": "Mine", "others": "bob", "duration": "30"},
}
FOREIGN = ("https://evil.example", "null", "http://localhost:8765", "http://127.0.0.1:8766", "file://")
POSTS = [route for route in MATRIX if route.startswith("POST") and "sign-in" not in route]


def routes() -> set[str]:
    plain = [one for each in PAGES for one in each.router.routes if isinstance(one, Route)]
    return {f"{method} {one.path}" for one in plain for method in one.methods or () if method != "HEAD"}


def test_every_page_is_in_the_matrix() -> None:
    assert routes() == set(MATRIX)


def filled(route: str, session: str) -> str:
    path = route.split()[1].replace("/static/{digest}/{name}", static_address("gatherly.css"))
    name = "alice" if "/people/" in path else session
    return path.format(id=name, name="alice-folder", secret="none")


def test_each_is_answered_what_they_may(api: Asked) -> None:
    browsers = {who: Browser(api, None if who == "nobody" else who) for who in WHO}
    acting = [
        (route, who)
        for route, statuses in MATRIX.items()
        for who, status in zip(WHO, statuses, strict=True)
        if "/sessions/" in route and not route.startswith("GET") and status < 400
    ]
    seen, own = api.session(), api.one_each(acting)
    api.doors.by_address = Rates(api.world.clock, 10_000)
    answers = {
        route: tuple(answer(browsers[who], route, own.get((route, who), seen)) for who in WHO)
        for route in MATRIX
    }
    assert answers == MATRIX


def answer(browser: Browser, route: str, session: str) -> int:
    path = filled(route, session)
    if route.startswith("GET"):
        return browser.get(path).status_code
    status = browser.post(
        path, FIELDS.get(route, {}), csrf="00" if browser.who is None else "own"
    ).status_code
    if route == "POST /sign-out" and browser.who is not None:
        browser.__init__(browser.api, browser.who)  # type: ignore[misc] # it is signed in again
    return status


def test_a_form_without_its_own_token_from_here_is_refused(shared: Asked) -> None:
    session, alice = shared.asked_for(), Browser(shared, "alice")
    bad, own = tokens_not_hers(shared, alice), alice.csrf("/new")
    before = state(shared, session)
    for number, route in enumerate(POSTS):
        path, fields = filled(route, session), FIELDS.get(route, {})
        csrf, origin = bad[number % len(bad)], FOREIGN[number % len(FOREIGN)]
        assert alice.post(path, fields, csrf=csrf).status_code == 403, (route, csrf)
        assert alice.post(path, fields, csrf=own, Origin=origin).status_code == 403, (route, origin)
    assert state(shared, session) == before


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("who", ["alice", "root"])
def test_no_form_is_taken_with_any_token_but_its_own(shared: Asked, who: str) -> None:
    session, browser = shared.session(), Browser(shared, who)
    bad, own, before = tokens_not_hers(shared, browser), browser.csrf("/new"), state(shared, session)
    for route in POSTS:
        path, fields = filled(route, session), FIELDS.get(route, {})
        for csrf in bad:
            assert browser.post(path, fields, csrf=csrf).status_code == 403, (route, csrf)
        for origin in FOREIGN:
            assert browser.post(path, fields, csrf=own, Origin=origin).status_code == 403, (route, origin)
    assert state(shared, session) == before


def tokens_not_hers(api: Asked, browser: Browser) -> tuple[str | None, ...]:
    """Give none, what is none, another's, that of another browser of hers, and her own cut."""
    others = (Browser(api, "bob").csrf(), Browser(api, str(browser.who)).csrf())
    return (None, "", "00", "zz", *others, browser.csrf()[:-2])


def state(api: Asked, session: str) -> tuple[object, ...]:
    shown = api("alice", "GET", f"/v1/sessions/{session}").json()
    listed = api("alice", "GET", "/v1/sessions").json()["items"]
    return shown, [one["id"] for one in listed], api("alice", "GET", "/v1/me").json()


def test_a_page_of_another_site_without_an_origin_is_known_by_its_fetch(shared: Asked) -> None:
    alice = Browser(shared, "alice")
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    answer = alice.client.post("/sign-out", content=f"csrf={alice.csrf()}", headers=sent)
    assert answer.status_code == 403


def test_taking_a_time_books_it_and_the_page_says_so(shared: Asked) -> None:
    session = shared.session()
    alice = Browser(shared, "alice")
    assert "Waits for you" in alice.get(f"/sessions/{session}").text
    answer = alice.post(f"/sessions/{session}/accept", {"slot": "2"})
    assert answer.headers["location"] == f"/sessions/{session}"
    assert "Being written" in alice.get(f"/sessions/{session}").text
    shared.work()
    page = alice.get(f"/sessions/{session}").text
    assert "Written and read back" in page
    assert "Booked" in Marked(page).text


def test_an_attendee_ticks_what_suits_and_settles_nothing(shared: Asked) -> None:
    session = shared.session()
    bob = Browser(shared, "bob")
    assert "Suits me" in bob.get(f"/sessions/{session}").text
    assert bob.post(f"/sessions/{session}/accept", [("slots", "1"), ("slots", "3")]).status_code == 303
    shown = shared("alice", "GET", f"/v1/sessions/{session}").json()
    times = [slot["start"] for slot in shown["proposedTimes"]]
    said = {(one["userId"], one["slot"]) for one in shown["responses"]}
    assert said == {("bob", times[0]), ("bob", times[2])}
    assert shown["status"] == "pending"
    assert Browser(shared, "alice").get(f"/sessions/{session}").text.count('aria-label="can come"') == 2


def test_a_time_that_was_not_offered_is_refused_in_words(shared: Asked) -> None:
    session = shared.offered
    for slot in ("0", "4", "99999", "-1", "x", "", "1e0", "٣", "²"):
        answer = Browser(shared, "alice").post(f"/sessions/{session}/accept", {"slot": slot})
        assert answer.status_code == 422, slot
        assert f'href="/sessions/{session}"' in answer.text


def test_what_is_over_is_acted_on_no_more(shared: Asked) -> None:
    session = shared.asked_for()
    alice = Browser(shared, "alice")
    assert alice.post(f"/sessions/{session}/cancel").status_code == 303
    assert alice.post(f"/sessions/{session}/accept", {"slot": "1"}).status_code == 409
    assert "Called off" in alice.get(f"/sessions/{session}").text


def test_what_is_typed_stands_in_the_conversation(shared: Asked) -> None:
    session = shared.asked_for()
    bob = Browser(shared, "bob")
    assert bob.post(f"/sessions/{session}/messages", {"content": "Tuesday is <fine>"}).status_code == 303
    assert "Tuesday is &lt;fine&gt;" in Browser(shared, "alice").get(f"/sessions/{session}").text


def test_settings_are_kept_and_shown(shared: Asked) -> None:
    alice = Browser(shared, "alice")
    hours = [("day", "monday"), ("day", "friday"), ("monday-from", "08:30"), ("monday-to", "12:00")]
    hours += [("friday-from", "10:00"), ("friday-to", "14:00"), ("timezone", "Europe/Berlin")]
    hours += [("bufferTime", "15"), ("tentativeAs", "soft")]
    assert alice.post("/people/alice/hours", hours).status_code == 303
    notices = {"notify": "email", "quiet-from": "20:30", "quiet-to": "06:15", "digest": "daily"}
    assert alice.post("/people/alice/notices", notices).status_code == 303
    me = shared("alice", "GET", "/v1/me").json()
    assert me["quietHours"] == {"start": "20:30", "end": "06:15"}
    assert me["timezone"] == "Europe/Berlin"
    assert me["defaultPreferences"]["bufferTime"] == 15
    assert len(me["defaultPreferences"]["workingHours"]) == 2
    page = alice.get("/people/alice?kept=hours").text
    for told in ("20:30", "06:15", "08:30", "Your hours are kept", "Europe/Berlin"):
        assert told in page
    assert alice.post("/people/alice/notices", {"digest": "weekly"}).status_code == 422
    assert alice.post("/people/alice/notices", {"quiet-from": "25:00"}).status_code == 422


def test_a_look_is_kept_in_the_browser(shared: Asked) -> None:
    alice = Browser(shared, "alice")
    alice.post("/people/alice/look", {"theme": "dark", "clock": "12h"})
    page = alice.get(f"/sessions/{shared.offered}").text
    assert 'data-theme="dark"' in page
    assert " am" in page
    assert alice.post("/people/alice/look", {"theme": "pink", "clock": "12h"}).status_code == 422


def test_a_session_is_asked_for_by_form_and_previewed_before(shared: Asked, world: FolderWorld) -> None:
    assert shared.offered
    alice = Browser(shared, "alice")
    fields = [
        ("title", "By form"),
        ("with", "bob"),
        ("duration", "30"),
        ("within", "14"),
        ("days", "tuesday"),
    ]
    seen = alice.post("/new/preview", fields)
    assert seen.status_code == 200
    assert "Tue 17 Nov" in seen.text
    before = len(shared("alice", "GET", "/v1/sessions").json()["items"])
    made = alice.post("/new", fields)
    shown = shared("alice", "GET", f"/v1{made.headers['location']}").json()
    assert (shown["title"], shown["inviteeIds"], shown["duration"]) == ("By form", ["bob"], 30)
    assert len(shared("alice", "GET", "/v1/sessions").json()["items"]) == before + 1


def test_a_session_is_asked_for_in_a_sentence(shared: Asked) -> None:
    alice = Browser(shared, "alice")
    sentence = {"message": "Meet Bob for 30 minutes next week about the roadmap"}
    assert shared.offered
    seen = Marked(alice.post("/new/preview", sentence).text).text
    assert "with bob" in seen
    assert "for 30 minutes" in seen
    assert "Nov" in seen
    made = alice.post("/new", sentence)
    shown = shared("alice", "GET", f"/v1{made.headers['location']}").json()
    assert (shown["inviteeIds"], shown["duration"]) == (["bob"], 30)
    for unclear in ("Meet", "Meet Zebedee next week", "the weather is fine"):
        answer = alice.post("/new", {"message": unclear})
        assert answer.status_code == 422
        assert f">{unclear}</textarea>" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("others", "nobody@example.org", "nobody@example.org"),
        ("others", "", "Nobody is named"),
        ("duration", "999999", "duration"),
        ("days", "someday", "someday"),
        ("from", "25:99", "25:99"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_what_was_typed(
    shared: Asked, field: str, value: str, told: str
) -> None:
    fields = {"title": "Kept & safe", "others": "bob", "duration": "30", field: value}
    answer = Browser(shared, "alice").post("/new", fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Kept &amp; safe"' in answer.text


def test_whoever_types_their_id_is_forgotten(api: Asked) -> None:
    carol = Browser(api, "carol")
    assert carol.post("/people/carol/erase", {"sure": "carol"}).status_code == 200
    assert carol.get("/").headers["location"] == "/sign-in"
    with api.services.store.reading() as tx, pytest.raises((UnknownThingError, AssertionError)):
        assert tx.users.get("carol") is not None  # type: ignore[arg-type] # a name is an id


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"csrf=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"a=1&" * 400, "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"\x00" * 100, "text/plain"),
    ],
)
def test_what_is_no_form_is_refused(shared: Asked, body: bytes, kind: str) -> None:
    answer = Browser(shared, "alice").client.post("/new", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (403, 422)
    assert answer.headers["content-type"].startswith("text/html")
