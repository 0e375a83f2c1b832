"""Pages say what the API says, to whom it says it, and run nobody's text."""

import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from daemon.http.guards import HEADERS
from daemon.http.site.answers import NO_STORE
from daemon.pages.rendering import TYPES, static_address
from engine.ids import SessionId
from engine.model.booking import BookingState, EffectState, Want
from engine.sessions.state_machine import cancel
from tests.daemon.http.asking import Asked, served
from tests.daemon.http.site.browsing import Browser, Marked
from tests.worlds.folder_world import FolderWorld

HOSTILE = (
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea><script>x</script>",
    "{{ 7 * 7 }}{% raw %}",
    "</style></svg><svg onload=alert(1)>",
    "\u202egnp.exe",
)
PAGES = ("/", "/new", "/week", "/insight", "/people/alice")


def parts(page: str) -> Marked:
    return Marked(page)


def test_nobodys_text_becomes_part_of_a_page(api: Asked) -> None:
    alice = Browser(api, "alice")
    sessions = [hostile_session(api, " ".join(HOSTILE[state::3]), state) for state in range(3)]
    api.work()
    alice.post(f"/sessions/{sessions[1]}/accept", {"slot": "1"})
    api.work()
    for path in (*PAGES, *(f"/sessions/{one}" for one in sessions)):
        nothing_runs(alice, path)


@pytest.mark.long
@pytest.mark.upload
def test_nobodys_text_becomes_part_of_a_page_whatever_became_of_its_session(api: Asked) -> None:
    alice = Browser(api, "alice")
    for hostile in HOSTILE:
        sessions = [hostile_session(api, hostile, state) for state in range(3)]
        api.work()
        alice.post(f"/sessions/{sessions[1]}/accept", {"slot": "1"})
        api.work()
        for path in (*PAGES, *(f"/sessions/{one}" for one in sessions)):
            nothing_runs(alice, path)


def hostile_session(api: Asked, hostile: str, state: int) -> str:
    """Ask for a session in whose every text it stands: one on offer, one to be booked, one that fails."""
    more = {"constraints": {"timeRange": {"start": "02:00", "end": "02:10"}}} if state == 2 else {}
    session = api.asked_for(title=f"T {hostile}", description=hostile, location=hostile, **more)
    Browser(api, "bob").post(f"/sessions/{session}/messages", {"content": hostile})
    return session


def nothing_runs(browser: Browser, path: str) -> None:
    page = browser.get(path).text
    looked = parts(page)
    assert not [key for _, told in looked.tags for key in told if key.startswith("on")], path
    fetched = [told for tag, told in looked.tags if tag in ("script", "img", "iframe", "object", "embed")]
    assert all(str(told.get("src")).startswith("/static/") for told in fetched), path
    assert not [told for _, told in looked.tags if "javascript:" in str(told.get("href"))], path
    assert not [told for _, told in looked.tags if "style" in told], path
    assert "T 49" not in looked.text


def test_every_page_carries_what_keeps_it_safe(shared: Asked) -> None:
    session, alice = shared.offered, Browser(shared, "alice")
    for path in (*PAGES, f"/sessions/{session}", "/sign-in", "/sign-in/none", "/nothing/here", "/sessions/x"):
        answer = alice.get(path)
        for name, value in HEADERS:
            assert answer.headers[name.decode()] == value.decode(), (path, name)
        assert answer.headers["cache-control"] == NO_STORE["Cache-Control"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_every_form_that_posts_carries_a_token(shared: Asked) -> None:
    session, alice = shared.offered, Browser(shared, "alice")
    for path in (*PAGES, f"/sessions/{session}"):
        for form in Marked(alice.get(path).text).forms:
            assert form["method"] == "get" or len(form["fields"]["csrf"]) >= 16, (path, form)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:8765.evil.example"])
def test_pages_are_served_under_our_own_name_alone(shared: Asked, host: str) -> None:
    assert Browser(shared, "alice").get("/", Host=host).status_code == 421


@pytest.mark.parametrize(
    "path", ["/nothing", "/sessions/none", "/people/bob", "/people/nobody", "/r", "/static/x/y"]
)
def test_what_is_not_there_or_not_ones_own_is_not_found(shared: Asked, path: str) -> None:
    assert Browser(shared, "alice").get(path).status_code == 404


def test_programs_are_told_of_lost_addresses_as_programs(shared: Asked) -> None:
    answer = shared("alice", "GET", "/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_copy_that_an_operator_let_be_is_not_said_to_be_tried_again(api: Asked) -> None:
    session, root = SessionId(api.session()), Browser(api, "root")
    api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1})
    api.work()
    with api.services.store.writing() as tx:
        booking = tx.ledger.booking(session)
        assert booking is not None
        tx.ledger.advance(booking, replace(booking, state=BookingState.STUCK, after=BookingState.CANCELLED))
        for copy in tx.ledger.effects(session):
            left = replace(copy, want=Want.ABSENT, attempts=3, next_at=booking.since, last_error="it is shut")
            tx.ledger.record(left if copy.attendee == "bob" else replace(left, state=EffectState.GONE))
        known = tx.sessions.get(session)
        assert known is not None
        tx.sessions.put(cancel(known, now=booking.since))
    assert "trying again" in root.get(f"/sessions/{session}").text
    assert root.post(f"/sessions/{session}/release").status_code == 303
    page = root.get(f"/sessions/{session}").text
    assert "Let be: a copy may still be there" in page
    assert "An operator let it be: it is shut." in page
    assert "An operator let a copy be that could not be taken out." in page
    assert "trying again" not in page


CANARY = "Heron of Alice"


def test_titles_of_ones_own_events_are_on_nobody_elses_page(api: Asked) -> None:
    world = api.world
    world.busy("alice", ("2026-11-17T15:00:00Z", "2026-11-17T16:00:00Z"))
    file = world.folder("alice") / "alice-20261117T150000Z.ics"
    file.write_text(file.read_text().replace("Taken", CANARY), newline="")
    session = api.session()
    for path in ("/week", f"/sessions/{session}"):
        assert CANARY in Browser(api, "alice").get(path).text, path
    for who in ("bob", "root", "carol"):
        browser = Browser(api, who)
        for path in ("/", "/week", "/insight", "/new", f"/sessions/{session}", "/people/alice"):
            assert CANARY not in browser.get(path).text, (who, path)


def test_a_session_tells_each_time_in_the_numbers_of_the_api(shared: Asked) -> None:
    session = shared.session(optionalIds=["carol"])
    document = shared("alice", "GET", f"/v1/sessions/{session}").json()
    for who in ("alice", "bob", "carol"):
        text = Marked(Browser(shared, who).get(f"/sessions/{session}").text).text
        for slot in document["proposedTimes"]:
            mine = next(one["localStart"] for one in slot["attendees"] if one["user"] == who)
            assert mine[11:16] in text
            assert f"{round(slot['confidence'] * 100)}" in text
            for reason in slot["reasons"][:3]:
                assert reason["text"] in text
            for other in slot["attendees"]:
                assert other["localStart"][11:16] in text


def test_why_not_is_answered_with_ones_own_titles(shared: Asked) -> None:
    shared.world.busy("alice", ("2026-11-17T15:00:00Z", "2026-11-17T16:00:00Z"))
    shared.session()
    page = Browser(shared, "alice").get("/week?from=2026-11-16&at=2026-11-17T10:30").text
    assert "Tue 17 Nov 10:30: why not here?" in page
    assert "Taken" in page
    free = Browser(shared, "alice").get("/week?from=2026-11-16&at=2026-11-18T10:30").text
    assert "You</b> are free then" in free


@pytest.mark.parametrize(
    "query", ["from=x", "at=x", "from=9999-99-99", "from=0001-01-01", "at=9999-12-31T23:59", "at="]
)
def test_a_week_that_is_none_is_this_one(shared: Asked, query: str) -> None:
    answer = Browser(shared, "alice").get(f"/week?{query}")
    assert answer.status_code == 200
    assert "16 to 22 November" in answer.text


def test_empty_pages_say_what_to_do_next(api: Asked) -> None:
    carol = Browser(api, "carol")
    assert "Nothing waits for you" in carol.get("/").text
    assert "Nothing has ended yet" in carol.get("/insight").text
    assert "Type an address below" in carol.get("/new").text


@pytest.mark.parametrize("path", ["/", "/people/alice"])
def test_ones_own_pages_ask_nothing_about_the_calendars_of_others(shared: Asked, path: str) -> None:
    alice, asked = Browser(shared, "alice"), list[str]()
    alice.get(path)

    def hear(*told: Any) -> None:
        asked.append(str(told[3]))

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        assert "folder" in alice.get(path).text
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    assert [one for one in asked if "alice-folder" in one]
    assert not [one for one in asked if "bob-folder" in one or "carol-folder" in one]


def test_a_first_visit_to_a_session_is_small(shared: Asked) -> None:
    session, alice = shared.offered, Browser(shared, "alice")
    wire = 0
    for path in (f"/sessions/{session}", *map(static_address, TYPES)):
        with alice.client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            wire += len(b"".join(answer.iter_raw()))
    assert wire < 60_000


def test_static_files_are_kept_for_ever_under_an_address_of_their_own(shared: Asked) -> None:
    browser = Browser(shared, None)
    for name, kind in TYPES.items():
        answer = browser.get(static_address(name))
        assert answer.headers["content-type"] == kind
        assert "immutable" in answer.headers["cache-control"]
        assert browser.get(f"/static/0000000000000000/{name}").status_code == 404
    assert browser.get("/static/../gatherly.css").status_code == 404


def test_an_operator_runs_all_checks_and_sees_what_status_check_and_fsck_say(api: Asked) -> None:
    session, root = api.session(), Browser(api, "root")
    assert "All is well" not in root.get("/insight").text
    assert all_checks(api, root)[0].startswith("All is well")
    told = Marked(root.get("/insight").text).text
    for words in ("4 connectors: 4 in step.", "alice-folder: it answers", "The ledger holds together"):
        assert words in told
    Browser(api, "alice").post(f"/sessions/{session}/accept", {"slot": "1"})
    api.work()
    copy = next(api.world.folder("bob").glob("*.ics"))
    (api.world.folder("root") / "again.ics").write_bytes(copy.read_bytes())
    api.world.folder("carol").rename(api.world.root / "elsewhere")
    heading, told = all_checks(api, root)
    assert "a look" in heading
    assert "carol-folder" in told
    assert "The ledger holds together" not in told, "a copy stands where none belongs"
    assert "Run all checks" not in Browser(api, "alice").get("/insight").text


def all_checks(api: Asked, browser: Browser) -> tuple[str, str]:
    """Press the button, and read the page once all is looked through."""
    assert browser.post("/insight/checks").headers["location"] == "/insight#checks"
    for thread in threading.enumerate():
        if thread.name == "all checks":
            thread.join()
    page = browser.get("/insight").text
    heading = page.partition('role="status">')[2].partition("<")[0]
    return heading, Marked(page).text


def test_a_failed_session_shows_what_would_help_and_asks_anew(shared: Asked) -> None:
    session = shared.session(constraints={"timeRange": {"start": "02:00", "end": "02:10"}})
    alice = Browser(shared, "alice")
    page = alice.get(f"/sessions/{session}").text
    assert "What would help" in page
    forms = [form for form in Marked(page).forms if str(form["action"]).endswith("/relax")]
    made = alice.post(forms[0]["action"], {"change": forms[0]["fields"]["change"]})
    assert made.headers["location"] != f"/sessions/{session}"
    assert alice.get(made.headers["location"]).status_code == 200
    assert not [
        form
        for form in Marked(Browser(shared, "bob").get(f"/sessions/{session}").text).forms
        if "relax" in str(form["action"])
    ]


def test_pages_look_as_the_files_say_until_a_browser_is_told_otherwise(world: FolderWorld) -> None:
    said = 'theme = "dark"\nclock = "12h"\nweek_starts = "sunday"\nemail = "alice@example.com"'
    world.file.write_text(world.file.read_text().replace('email = "alice@example.com"', said))
    with served(world) as api:
        session, alice = api.session(), Browser(api, "alice")
        page, week = alice.get(f"/sessions/{session}").text, alice.get("/week").text
        assert 'data-theme="dark"' in page
        assert " am" in page
        assert "15 to 21 November" in week
        alice.post("/people/alice/look", {"theme": "light", "clock": "24h"})
        assert 'data-theme="light"' in alice.get("/week").text
        assert " am" not in alice.get(f"/sessions/{session}").text
        assert "data-theme" not in Browser(api, "bob").get("/week").text


def test_by_twelve_hours_nothing_stands_over_a_time_in_the_grid(shared: Asked) -> None:
    session, alice = shared.session(duration=60), Browser(shared, "alice")
    path = f"/sessions/{session}"
    assert 'class="ring-part"' in alice.get(path).text
    alice.post("/people/alice/look", {"theme": "system", "clock": "12h"})
    page = alice.get(path).text
    assert 'class="ring-part"' not in page
    assert 'class="ring-part beside-long"' in page
    alice.post("/people/alice/look", {"theme": "system", "clock": "24h"})


def test_what_cannot_be_done_ends_as_one_sentence(shared: Asked) -> None:
    alice = Browser(shared, "alice")
    for words in ("Dave if he can", "What time is it?", "With nobody"):
        preview = alice.post("/new/preview", {"message": words}).text
        assert "?." not in preview, words
        assert ".." not in preview, words


def test_what_was_called_off_is_not_told_as_if_it_were_to_come(shared: Asked) -> None:
    session, alice = shared.session(), Browser(shared, "alice")
    alice.post(f"/sessions/{session}/accept", {"slot": "1"})
    alice.post(f"/sessions/{session}/cancel")
    shared.work()
    page = Marked(alice.get(f"/sessions/{session}").text).text
    assert "It was to be then" in page
    assert "Somebody called it off" not in page
    assert "Your time, New York. In " not in page


def test_a_conversation_says_on_whose_clock_it_tells_times(shared: Asked) -> None:
    """Gatherly speaks on the host's clock: Alice's, in New York."""
    path = f"/sessions/{shared.offered}"
    told = "gatherly\u2019s times: alice\u2019s clock, New York"
    assert told in Marked(Browser(shared, "bob").get(path).text).text
    assert "\u2019s clock" not in Marked(Browser(shared, "alice").get(path).text).text
