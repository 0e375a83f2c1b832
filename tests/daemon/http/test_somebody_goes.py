"""Somebody is forgotten while others look at them: that is answered as what it is, and is nobody's fault."""

import pytest

from engine.ids import UserId
from tests.daemon.http.asking import Asked, busy
from tests.daemon.http.site.browsing import Browser


@pytest.fixture(scope="module")
def api(shared: Asked) -> Asked:
    return shared


def come(api: Asked, who: str) -> None:
    made = {"email": f"{who}@example.com", "timezone": "UTC", "id": who}
    assert api("root", "POST", "/v1/users", made).status_code == 201


def go(api: Asked, who: str) -> None:
    api.services.access.custody.erase(UserId(who), api.world.clock.now())


def test_everybody_else_is_listed(api: Asked) -> None:
    come(api, "guest")
    with busy(api, lambda: go(api, "guest")):
        answer = api("root", "GET", "/v1/users")
    assert answer.status_code == 200, answer.text
    assert {"alice", "bob"} < {one["id"] for one in answer.json()["items"]}


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_their_page_is_shown_or_is_not_there(api: Asked, looks: int) -> None:
    come(api, f"leaver-{looks}")
    browser = Browser(api, "root")
    with busy(api, lambda: go(api, f"leaver-{looks}"), looks):
        answer = browser.get(f"/people/leaver-{looks}")
    assert answer.status_code in (200, 404), answer.text
