"""A page is of the moment before what others do, or of that after it; never of both."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.ids import SessionId
from engine.model.event import Flexibility
from tests.conftest import NOTHING_SERVED
from tests.daemon.family.home import add
from tests.daemon.http.asking import PEOPLE, Asked, busy, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.http.site.browsing import Browser
from tests.daemon.http.site.test_family_page import FAMILY
from tests.daemon.relations.acquainted import known, laid
from tests.worlds.folder_world import FolderWorld

DAY = "2026-11-18T"
MOST_LOOKS = 4


def seen(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(r'name="csrf" value="[^"]*"', "", answer.text)


def assert_of_one_moment(api: Asked, path: str, others: Callable[[], object], looks: int) -> None:
    """See that a page is whole, where others act after so many looks of whoever gathers it."""
    browser, done = Browser(api, "alice"), list[bool]()

    def once() -> None:
        done.append(True)
        others()

    before = seen(browser, path)
    with busy(api, once, looks):
        found = seen(browser, path)
    if not done:
        others()
    after = seen(browser, path)
    assert before != after, "nothing was done that the page shows"
    assert found in (before, after)


@pytest.mark.parametrize("looks", range(1, MOST_LOOKS))
@pytest.mark.parametrize("path", ["/week", f"/week?at={DAY}09:00"])
def test_what_is_called_off_is_gone_from_all_of_a_week(api: Asked, path: str, looks: int) -> None:
    session = SessionId(api.session())
    assert api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1}).is_success
    api.work()

    def call_off() -> None:
        api.services.access.desk.cancel(session)
        api.work()

    assert_of_one_moment(api, path, call_off, looks)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    with served(FolderWorld(tmp_path, PEOPLE, NOW, SETTINGS + FAMILY)) as asked:
        yield asked


@pytest.mark.parametrize("looks", range(1, MOST_LOOKS))
def test_the_family_is_shown_with_what_collides_in_it(home: Asked, looks: int) -> None:
    soccer = ("Soccer", f"{DAY}14:00:00Z", f"{DAY}15:30:00Z")
    add(home.services, *soccer, who=["alice"], flexibility=Flexibility.PREFERRED, resources=("car",))

    def dentist() -> None:
        add(home.services, "Dentist", f"{DAY}14:30:00Z", f"{DAY}16:00:00Z", who=["alice"])

    assert_of_one_moment(home, "/family", dentist, looks)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Asked]:
    with laid(tmp_path) as asked:
        yield asked


@pytest.mark.parametrize("looks", range(1, MOST_LOOKS))
def test_whom_one_knows_are_those_in_the_picture(people: Asked, looks: int) -> None:
    xenia = known(people)["xenia"]["id"]

    def remove() -> None:
        assert people("alice", "DELETE", f"/v1/contacts/{xenia}").is_success

    assert_of_one_moment(people, "/people", remove, looks)


@pytest.mark.parametrize("looks", range(1, MOST_LOOKS + 1))
def test_a_contact_is_shown_with_what_is_kept_of_just_them(people: Asked, looks: int) -> None:
    xenia, yann = (known(people)[name]["id"] for name in ("xenia", "yann"))

    def merge() -> None:
        body = {"contactId": yann}
        assert people("alice", "POST", f"/v1/contacts/{xenia}/merge", body).is_success

    assert_of_one_moment(people, f"/people/contacts/{xenia}", merge, looks)
