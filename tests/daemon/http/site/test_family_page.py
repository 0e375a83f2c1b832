"""`/family`: everybody's week, what collides, and its ways out as buttons that work without a script."""

from collections.abc import Iterator

import pytest

from engine.model.event import Flexibility
from tests.conftest import NOTHING_SERVED
from tests.daemon.family.home import add
from tests.daemon.http.asking import PEOPLE, Asked
from tests.daemon.http.conftest import SETTINGS
from tests.daemon.http.site.browsing import Browser
from tests.worlds.folder_world import FolderWorld

FAMILY = """
[calendars.family]
type = "family"
[calendars.secret]
owner = "bob"
visibility = "private"
[resources.car]
name = "Family <b>Car</b>"
type = "vehicle"
"""
DAY = "2026-11-18T"
HOSTILE = "Soccer <script>alert(1)</script>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Soccer and dentist of Alice's, the car, and a private event of Bob's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        root = tmp_path_factory.mktemp("family")
        world = FolderWorld(root, PEOPLE, "2026-11-16T08:00:00Z", SETTINGS + FAMILY)
        with world.standing(), world.services() as services:
            soccer = (HOSTILE, f"{DAY}14:00:00Z", f"{DAY}15:30:00Z")
            add(services, *soccer, who=["alice"], flexibility=Flexibility.PREFERRED, resources=("car",))
            add(services, "Dentist", f"{DAY}14:30:00Z", f"{DAY}16:00:00Z", who=["alice"])
            add(
                services,
                "Therapy",
                f"{DAY}09:00:00Z",
                f"{DAY}10:00:00Z",
                who=["bob"],
                by="bob",
                into="secret",
            )
            yield Asked(world, services)


def test_the_week_shows_what_collides_and_resolves_and_undoes_it(home: Asked) -> None:
    browser = Browser(home, "alice")
    page = browser.get("/family").text
    assert "One thing collides" in page
    assert page.count("clash-word") >= 2
    assert "Family &lt;b&gt;Car&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert "Therapy" not in page
    assert "Dentist, 09:30 to 11:00, overlap" in page
    on_her_clock = "by 60 minutes (09:30-10:30) on Wed 18 Nov 2026"
    assert on_her_clock in page
    assert page.count('<rect class="over" x="29%" y="4" width="42%"') == 1
    assert 'aria-label="Score 90 %"' in page
    assert page.index('aria-label="Score 90 %"') < page.index('aria-label="Score 50 %"')
    (conflict,) = home.services.access.family.conflicts.listed()
    path = f"/conflicts/{conflict['id']}"
    assert browser.post(f"{path}/resolve", {"option": "1", "from": "2026-11-16"}).status_code == 303
    page = browser.get("/family?from=2026-11-16").text
    assert "Nothing collides" in page
    assert f"{path}/undo" in page
    assert on_her_clock in page, "what can be undone is told on the same clock"
    browser.post(f"{path}/undo", {})
    assert "One thing collides" in browser.get("/family").text
    assert browser.post(f"{path}/resolve", {"option": "9"}).status_code == 422
    browser.post(f"{path}/ignore", {})
    assert "Nothing collides" in browser.get("/family").text


def test_a_stranger_to_a_conflict_finds_none(home: Asked) -> None:
    (conflict,) = home.services.access.family.conflicts.listed()
    carol = Browser(home, "carol")
    assert carol.get("/family").status_code == 200
    assert carol.post("/conflicts/none/resolve", {"option": "1"}).status_code == 404
    assert conflict["id"]


@pytest.mark.parametrize(
    "query", ["?from=", "?from=2026-13-40", "?from=9999-01-01", "?from=2030-02-05", "?from=x"]
)
def test_any_week_is_shown(home: Asked, query: str) -> None:
    assert "The family’s week" in Browser(home, "bob").get(f"/family{query}").text


def test_acc_78_who_read_whose_time_is_written_down(home: Asked) -> None:
    """With actor, address, route and user agent; one's own is nobody's concern."""
    span = "from=2026-11-18T00:00:00Z&to=2026-11-19T00:00:00Z"
    asked = {"at": "at=2026-11-18T14:00:00Z", "span": span}
    for who in ("root", "bob"):
        assert home(who, "GET", f"/v1/users/bob/availability?{asked['span']}", user_agent="phone").is_success
        assert home(who, "GET", f"/v1/users/bob/why?{asked['at']}").is_success
    home("carol", "GET", f"/v1/users/bob/availability?{span}")
    with home.services.store.reading() as tx:
        seen = [one for one in tx.audit.listed() if one.action == "view"]
    told = {(one.actor, one.object_id, one.details["route"].split("/")[-1]) for one in seen}
    assert {("root", "bob", "availability"), ("root", "bob", "why")} <= told
    assert not [one for one in seen if one.actor == one.object_id]
    (first,) = [one for one in seen if (one.actor, one.details["userAgent"]) == ("root", "phone")]
    assert first.details["address"] == "testclient"
    assert (first.details["from"], first.object_type) == ("2026-11-18T00:00:00Z", "availability")
