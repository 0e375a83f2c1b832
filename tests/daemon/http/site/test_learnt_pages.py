"""Pages say of what was learnt what is so: from what, since when nothing is, and for whom learning is off."""

from collections.abc import Iterator

import pytest

from engine.sessions.session_options import SessionOptions
from engine.time.span import DAY
from tests.daemon.http.asking import Asked, served
from tests.daemon.http.site.browsing import Browser, Marked
from tests.worlds.folder_world import FolderWorld


@pytest.fixture
def taught(world: FolderWorld) -> Iterator[Asked]:
    """One session, of which Alice took the first time; Carol's answers teach nothing."""
    silent = 'email = "carol@example.com"\nlearn = false'
    world.file.write_text(world.file.read_text().replace('email = "carol@example.com"', silent))
    with served(world) as api:
        api("alice", "POST", f"/v1/sessions/{api.session()}/accept", {"slot": 1})
        api.work()
        world.clock.at += 2 * DAY
        api.work()
        yield api


def person(api: Asked, who: str, asker: str | None = None) -> str:
    return Marked(Browser(api, asker or who).get(f"/people/{who}").text).text


def test_what_was_learnt_is_shown_and_forgotten(taught: Asked) -> None:
    alice = Browser(taught, "alice")
    page = alice.get("/people/alice").text
    assert "What has been learnt" in page
    assert "From three times that you were shown." in page
    assert "Days you take" in page
    assert 'aria-label="Taken of the times shown: Mon 1 of ' in page
    told = alice.post("/people/alice/forget")
    assert told.headers["location"] == "/people/alice?kept=forgotten"
    page = Marked(alice.get("/people/alice?kept=forgotten").text).text
    assert "What was learnt is forgotten." in page
    assert "Nothing now: everything up to Wed 18 Nov 03:00 was forgotten." in page


def test_who_never_answered_is_not_said_to_have_answered(taught: Asked) -> None:
    assert "From three times that you were shown." in person(taught, "bob")
    assert "From three times that they were shown." in person(taught, "bob", "root")
    assert "Nothing yet" in person(taught, "root")


def test_for_whom_learning_is_off_the_page_says_so(taught: Asked) -> None:
    assert "Learning is off for you: your answers teach nothing" in person(taught, "carol")
    assert "Learning is off for them: their answers teach nothing" in person(taught, "carol", "root")
    assert "Learning is off" not in person(taught, "alice")


def test_where_learning_is_off_altogether_the_page_says_so(world: FolderWorld) -> None:
    world.file.write_text("[learning]\nenabled = false\n" + world.file.read_text())
    with served(world) as api:
        assert "Learning is off here: times are ranked without habits." in person(api, "alice")


def test_a_session_without_regard_to_habits_says_so(taught: Asked) -> None:
    options = SessionOptions(host="alice", invitees=("bob",), title="New", duration="30m", fresh=True)
    fresh = taught.services.desk.create(options).id
    alice = Browser(taught, "alice")
    assert "Without regard to habits" in Marked(alice.get(f"/sessions/{fresh}").text).text
    assert "regard to habits" not in Marked(alice.get(f"/sessions/{taught.session()}").text).text
