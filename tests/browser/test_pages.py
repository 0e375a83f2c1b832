"""A person with a browser: from the first address to a booked event, at every size, without a complaint."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from daemon.app.requests import series
from engine.sessions.session_options import SessionOptions
from tests.browser.site import Site, served

SIZES = (360, 768, 1440)
PATHS = ("/", "/new", "/week", "/people/alice@example.com", "/insight", "/sign-in")
TITLES = ("Roadmap review", "Project kick-off", "Board preparation", "Quarterly figures")
FOCUSED = """() => {
  const focused = document.activeElement, outline = getComputedStyle(focused).outlineStyle;
  const shown = outline !== 'none' || focused.matches('input, a.slot, a.block');
  return [focused.tagName, focused.outerHTML.slice(0, 80), shown]
}"""
WIDER = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
OPENED = "() => document.querySelectorAll('main details').forEach(one => { one.open = true })"
POKING = """() => [...document.querySelectorAll('.field input, .field select, .field textarea')].filter(
  one => one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right + 1
).map(one => one.name)"""
"""What is wider than the place that it is given, and lies over its neighbour."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def alice(site: Site) -> Iterator[Page]:
    page = site.signed_in("alice")
    yield page
    page.context.close()


def addresses(site: Site) -> list[str]:
    sessions = [*(site.session(title) for title in TITLES), weekly(site)]
    return [*PATHS, *(f"/sessions/{quote(session)}" for session in sessions)]


def weekly(site: Site) -> str:
    """Give a booked series, one of which is left out and one not attended."""
    with suppress(LookupError):
        return site.session("Weekly")
    desk = site.services.desk
    asked = SessionOptions(
        host="alice@example.com", invitees=("bob@example.com",), title="Weekly", repeat="FREQ=WEEKLY;COUNT=8"
    )
    session = desk.create(asked).id
    site.work()
    desk.accept(session, 1)
    site.work()
    days = [date.fromisoformat(one["start"][:10]) for one in desk.view(session)["finalTime"]["occurrences"]]
    series.leave_out(desk, session, days[1])
    series.stay_away(desk, session, days[2], days[2], "bob@example.com")
    site.work()
    return session


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_from_words_to_a_booked_event(site: Site) -> None:
    page = site.signed_in("alice")
    page.goto(f"{site.base}/new")
    page.get_by_label("In a sentence").press_sequentially("Meet Bob for 30 minutes next week about plants")
    expect(page.locator("#preview")).to_contain_text("times that suit everybody")
    page.get_by_role("button", name="Ask for these times").first.click()
    page.wait_for_url(re.compile("/sessions/"))
    site.work()
    expect(page.locator("#times")).to_contain_text("Three times")
    page.get_by_role("button", name=re.compile("Take this time")).first.click()
    expect(page.locator(".chip").first).to_have_text("Being written")
    site.work()
    expect(page.locator(".chip").first).to_have_text("Booked")
    expect(page.locator("#outcomes")).to_contain_text("Written and read back")
    assert site.complaints == []
    page.context.close()


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_nothing_scrolls_sideways_and_nothing_is_complained_of(site: Site, width: int, theme: str) -> None:
    page = site.signed_in("alice", width=width, color_scheme=theme)
    for path in addresses(site):
        answer = page.goto(f"{site.base}{path}")
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate(OPENED)
        assert page.evaluate(WIDER) <= 0, (path, width)
        assert page.evaluate(POKING) == [], (path, width)
        assert serious(page) == [], (path, width, theme)
    assert site.complaints == []
    page.context.close()


@pytest.mark.long
@pytest.mark.upload
def test_a_time_is_taken_without_any_script_on_a_telephone(site: Site) -> None:
    page = site.signed_in("alice", width=390, java_script_enabled=False, is_mobile=True, has_touch=True)
    page.goto(f"{site.base}/sessions/{site.session('Quarterly figures')}")
    page.get_by_label(re.compile("suits me")).first.check()
    page.get_by_role("button", name="Suits me").click()
    assert page.get_by_label(re.compile("suits me")).first.is_checked()
    page.context.close()


@pytest.mark.long
@pytest.mark.upload
def test_everything_is_reached_by_the_tab_key_and_shows_it(site: Site, alice: Page) -> None:
    for path in addresses(site):
        alice.goto(f"{site.base}{path}")
        alice.keyboard.press("Tab")
        assert alice.evaluate("() => document.activeElement.className") == "skip", path
        seen = set()
        for _ in range(200):
            alice.keyboard.press("Tab")
            told = alice.evaluate(FOCUSED)
            if told[0] == "BODY":
                break
            assert told[2], (path, told[1])
            seen.add(told[1])
        assert len(seen) >= 2, path


@pytest.mark.long
@pytest.mark.upload
def test_what_is_typed_survives_what_happens_meanwhile(site: Site, alice: Page) -> None:
    session = site.session("Roadmap review")
    alice.goto(f"{site.base}/sessions/{session}")
    field = alice.get_by_label("Say what you want")
    field.press_sequentially("Half a sen")
    bob = site.signed_in("bob")
    bob.goto(f"{site.base}/sessions/{session}")
    bob.get_by_label("Say what you want").fill("Tuesday is fine")
    bob.get_by_role("button", name="Send").click()
    bob.get_by_label(re.compile("suits me")).first.check()
    bob.get_by_role("button", name="Suits me").click()
    expect(alice.locator("#answers")).to_contain_text("1 of 3")
    expect(field).to_have_value("Half a sen")
    expect(field).to_be_focused()
    bob.context.close()


@pytest.mark.long
@pytest.mark.upload
def test_pages_are_not_shown_in_anybody_elses_frame(site: Site) -> None:
    page = site.context().new_page()
    page.route(
        "https://evil.example/",
        lambda route: route.fulfill(
            body=f'<iframe src="{site.base}/sign-in"></iframe>', content_type="text/html"
        ),
    )
    page.goto("https://evil.example/")
    frame = page.frames[-1]
    assert "sign-in" not in frame.url or "Sign in" not in frame.content()
    page.context.close()
