"""Whoever is invited comes in by a telephone without any script: a guest, a stranger, a user of an issuer."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.time.instant import parse_instant
from tests.browser.doors import Outside, doors
from tests.browser.test_pages import WIDER
from tests.daemon.outside.outsiders import EVE

pytestmark = [pytest.mark.long, pytest.mark.upload]
VERA = "vera@visitor.test"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with doors(tmp_path_factory.mktemp("doors")) as outside:
        yield outside


def goes(page: Page, address: str, status: int = 200) -> None:
    """Open an address; nothing of it stands beyond the edge of a telephone."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate(WIDER) <= 0, page.url


def begins(outside: Outside, address: str) -> list[int]:
    return [int(one.timestamp()) for one in outside.at.calendar(address).values()]


def test_a_guest_from_the_mail_to_the_event_in_their_calendar(outside: Outside) -> None:
    at, page = outside.at, outside.page()
    session = at.ask("bob", EVE, title="Goldcrest")
    goes(page, outside.here(at.link(EVE, "asked")))
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Show times there").click()
    expect(page.locator(".hint").first).to_contain_text("Tokyo")
    fits(page)
    boxes = page.get_by_role("checkbox")
    ticked = [str(boxes.nth(number).get_attribute("value")) for number in (0, boxes.count() - 1)]
    for value in ticked:
        page.locator(f'input[value="{value}"]').check()
    page.get_by_role("button", name="Send what I ticked").click()
    expect(page.get_by_role("heading")).to_contain_text("Thank you")
    fits(page)
    assert at.guests(session)[0]["suits"] == sorted(ticked)
    goes(page, outside.here(at.link(EVE, "asked")))
    expect(page.get_by_role("status")).to_contain_text("answered already")
    at.booked(session, ticked[1])
    assert begins(outside, EVE) == [parse_instant(ticked[1])]
    goes(page, outside.here(at.link(EVE, "asked")))
    expect(page.get_by_role("status")).to_contain_text("booked already")
    goes(page, outside.here(at.links(EVE)[-1]))
    page.get_by_role("button", name="I cannot come").click()
    expect(page.get_by_role("heading")).to_contain_text("You cannot come")
    at.world.undo()
    assert begins(outside, EVE) == []
    assert outside.complaints == []
    page.context.close()


def test_a_stranger_from_the_link_to_the_booking(outside: Outside) -> None:
    at, page = outside.at, outside.page(timezone_id="Europe/Berlin")
    link, _ = at.invite(title="Office hour", within="6d", between="09:00-15:00", uses=2)
    goes(page, outside.here(link))
    page.get_by_label("Time zone").select_option("Asia/Kolkata")
    page.get_by_role("button", name="Show times there").click()
    expect(page.locator(".hint").first).to_contain_text("Kolkata")
    fits(page)
    radio = page.get_by_role("radio").nth(3)
    start = str(radio.get_attribute("value"))
    radio.check()
    page.get_by_label("Your name").fill("Vera Visitor")
    page.get_by_label("Your e-mail address").fill(VERA)
    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_role("heading")).to_contain_text("One step is left")
    fits(page)
    at.world.run_once()
    goes(page, outside.here(at.link(VERA, "confirm")))
    expect(page.locator("header")).to_contain_text("Kolkata")
    assert at.world.events("alice") == []
    page.get_by_role("button", name="Confirm this time").click()
    expect(page.get_by_role("heading")).to_contain_text("it is confirmed")
    fits(page)
    at.world.run_once()
    assert begins(outside, VERA) == [parse_instant(start)]
    (event,) = at.world.events("alice")
    assert "SUMMARY:Office hour" in event
    goes(page, outside.here(at.link(VERA, "confirm")), 410)
    complaints = [one for one in outside.complaints if "410" not in one]
    assert complaints == []
    outside.complaints.clear()
    page.context.close()


def test_somebody_signs_in_at_the_issuer(outside: Outside) -> None:
    page = outside.page()
    goes(page, f"{outside.base}/sign-in")
    page.get_by_role("link", name=re.compile("Sign in with")).click()
    page.get_by_role("link", name="I am Alice").click()
    page.wait_for_url(f"{outside.base}/")
    fits(page)
    kept = {one["name"]: one for one in page.context.cookies()}
    assert list(kept) == ["gatherly"]
    assert (kept["gatherly"]["httpOnly"], kept["gatherly"]["sameSite"]) == (True, "Lax")
    assert outside.complaints == []
    page.context.close()


def test_with_a_script_the_browsers_own_zone_is_guessed_and_can_be_changed(outside: Outside) -> None:
    at = outside.at
    link, _ = at.invite(title="Office hour", within="3d", between="09:00-15:00")
    page = outside.page(java_script_enabled=True, timezone_id="America/Sao_Paulo")
    page.goto(outside.here(link))
    page.wait_for_url(re.compile("tz=America"))
    expect(page.locator(".hint").first).to_contain_text("Paulo")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_role("button", name="Show times there").click()
    expect(page.locator(".hint").first).to_contain_text("UTC")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    fits(page)
    assert outside.complaints == []
    page.context.close()
