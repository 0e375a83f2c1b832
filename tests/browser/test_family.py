"""The family's page in a browser: at every size, in both themes, and its buttons by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from daemon.app.accounts.browsers import sign_in_address
from daemon.services import Services
from engine.ids import UserId
from engine.model.event import EventPriority, Flexibility
from tests.browser.site import FLAGS, PATIENCE, Site, listening
from tests.browser.test_pages import SIZES, WIDER, serious
from tests.conftest import NOTHING_SERVED
from tests.daemon.family.home import add
from tests.daemon.http.conftest import SETTINGS
from tests.standins.required import free_port, program
from tests.worlds.folder_world import FolderWorld, Somebody

NEW_YORK = "America/New_York"
PEOPLE = (
    Somebody(name="alice", zone=NEW_YORK, extra='name = "Alice Marlow"\nrole = "parent"'),
    Somebody(name="bob", zone=NEW_YORK, extra='name = "Bob"\nrole = "parent"'),
    Somebody(name="mia", zone=NEW_YORK, extra='name = "Mia"\nrole = "child"'),
    Somebody(name="leo", zone=NEW_YORK, extra='name = "Leo"\nrole = "child"'),
)
FAMILY = """
[calendars.family]
type = "family"
[resources.car]
name = "Family car"
type = "vehicle"
location = "Garage"
[resources.guest]
name = "Guest room"
type = "room"
capacity = 2
"""
WEEK: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("Office", "09T14:00", "09T22:00", "alice", {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,TH"}),
    ("Choir", "11T00:30", "11T01:30", "alice", {}),
    ("In Hamburg, with a stop at the warehouse of the furniture makers", "10T12:40", "10T23:00", "bob", {}),
    ("School", "09T13:00", "09T18:30", "mia", {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}),
    ("Match", "14T15:00", "14T17:00", "leo", {"confirm": False, "resources": ("car",)}),
    ("Grandma", "15T16:00", "15T17:00", "leo", {}),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    executable = program("chromium", component="chromium", package="chromium")
    root = tmp_path_factory.mktemp("family")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        own = SETTINGS.replace(":8765", f":{free_port()}")
        world = FolderWorld(root, PEOPLE, "2026-11-12T15:12:00Z", own + FAMILY)
        with world.standing(), world.services() as services:
            furnish(services)
            with listening(services, world.clock), sync_playwright() as play:
                expect.set_options(timeout=PATIENCE)
                browser = play.chromium.launch(executable_path=executable, args=list(FLAGS))
                try:
                    yield Site(services, browser)
                finally:
                    browser.close()


def furnish(services: Services) -> None:
    for title, start, end, who, more in WEEK:
        times = (f"2026-11-{one}:00Z" for one in (start, end))
        add(services, title, *times, who=[who], **more)
    all_day = ("2026-11-13T05:00:00Z", "2026-11-14T05:00:00Z")
    add(services, "No school", *all_day, who=["leo"], all_day=True, zone=NEW_YORK)
    soccer = ("Soccer", "2026-11-14T19:00:00Z", "2026-11-14T20:30:00Z")
    add(services, *soccer, who=["mia"], flexibility=Flexibility.PREFERRED, resources=("car",))
    dentist = ("Dentist", "2026-11-14T19:30:00Z", "2026-11-14T21:00:00Z")
    add(services, *dentist, who=["mia"], priority=EventPriority.HIGH)


def signed_in(site: Site, who: str, **more: object) -> Page:
    page = site.page(site.context(**more))  # type: ignore[arg-type] # a context's own
    page.goto(sign_in_address(site.services.access, UserId(who)))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.base}/")
    return page


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_the_familys_week_fits_every_screen(site: Site, width: int, theme: str, tmp_path: Path) -> None:
    page = signed_in(site, "alice", width=width, color_scheme=theme)
    page.goto(f"{site.base}/family")
    expect(page.locator(".clash-card h2")).to_contain_text("60 minutes")
    page.screenshot(path=tmp_path / f"family_{width}_{theme}.png", full_page=True)
    assert page.evaluate(WIDER) <= 0
    assert serious(page) == []
    assert site.complaints == []
    page.context.close()


@pytest.mark.long
@pytest.mark.upload
def test_what_collides_is_resolved_by_a_button_and_undone(site: Site) -> None:
    page = signed_in(site, "alice")
    page.goto(f"{site.base}/family")
    page.get_by_role("button", name="Move it").first.click()
    expect(page.locator(".lead")).to_contain_text("Nothing collides")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".lead")).to_contain_text("One thing collides")
    assert site.complaints == []
    page.context.close()
