"""A row of people's that does not open is left out of what shows many, named by fsck, and stops nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.app.examine import examine
from daemon.app.relations.card_files import CardFiles
from daemon.app.relations.graph import graph
from daemon.relations import deriving
from engine.ids import UserId
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import Browser
from tests.daemon.relations.acquainted import desk, known, laid, meeting

ALICE = UserId("alice")
SPOILT = {
    "contacts": "full_name",
    "interactions": "subject",
    "interests": "interest_topic",
    "ai_memories": "content",
}
"""A sealed column of each table."""


def spoil(api: Asked, table: str) -> str:
    """Put another user's sealed words into one row of Alice's with Zoe; gives its id."""
    zoe = known(api)["zoe"]["id"]
    (file,) = api.world.root.glob("gatherly.db")
    column, whose = SPOILT[table], "id" if table == "contacts" else "contact_id"
    with closing(sqlite3.connect(file)) as connection, connection:
        (name,) = connection.execute(f"SELECT min(id) FROM {table} WHERE {whose} = ?", (zoe,)).fetchone()  # noqa: S608
        connection.execute(f"UPDATE {table} SET {column} = x'0102' WHERE id = ?", (name,))  # noqa: S608
    return str(name)


def test_a_page_goes_on_behind_rows_that_do_not_open(own: Asked) -> None:
    whole = {one["id"] for one in known(own).values()}
    met = own("alice", "GET", "/v1/interactions?limit=100").json()["items"]
    shut, bad = spoil(own, "interactions"), spoil(own, "contacts")
    for path, expected in (
        ("contacts?sort=strength", whole - {bad}),
        ("interactions?", {one["id"] for one in met} - {shut}),
    ):
        seen, cursor = list[str](), ""
        while cursor is not None:
            page = own("alice", "GET", f"/v1/{path}&limit=1{cursor and f'&cursor={cursor}'}").json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == sorted(expected)


@pytest.fixture(params=SPOILT)
def spoilt(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Asked, str, str]]:
    with laid(tmp_path) as api:
        zoe = known(api)["zoe"]["id"]
        api("alice", "POST", "/v1/memories", {"contactId": zoe, "memoryType": "insight", "content": "Herons"})
        yield api, request.param, spoil(api, request.param)


def test_the_others_are_shown_and_go_on_and_fsck_names_the_row(spoilt: tuple[Asked, str, str]) -> None:
    api, table, name = spoilt
    others = {"bob", "xenia", "yann", "zora", "anchor", "free", "serial"}
    for sort in ("strength", "recent", "name"):
        listed = api("alice", "GET", f"/v1/contacts?limit=100&sort={sort}")
        assert listed.status_code == 200, listed.text
        assert others <= {(one["email"] or "").partition("@")[0] for one in listed.json()["items"]}
    for path in ("interactions", "interests", "relationships", "memories"):
        assert api("alice", "GET", f"/v1/{path}?limit=100").status_code == 200
    assert api("alice", "GET", "/v1/search?q=orchard").json()["items"]
    assert graph(desk(api))
    assert "xenia@x.example" in CardFiles(desk(api)).hand_out()
    page = Browser(api, "alice").get("/people")
    assert "Xenia" in page.text, page.headers
    for days in (1, 2):
        meeting(api.world, "alice", f"new-{days}", days, "Newly met", "wanda@x.example")
    api.work()
    assert api.services.relating.run() == 0, "what does not open is left until another day"
    assert "wanda" in known(api)
    assert "bob" in known(api)
    faults = [one.what for one in examine(api.services.book_deps).violations]
    assert [one for one in faults if name in one], (table, faults)


def test_events_that_do_not_open_keep_nobody_elses_waiting(
    own: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore with another key: what is shut would be first for ever."""
    monkeypatch.setattr(deriving, "AT_ONCE", 2)
    monkeypatch.setattr(deriving, "A_ROUND", 1)
    (file,) = own.world.root.glob("gatherly.db")
    with closing(sqlite3.connect(file)) as connection, connection:
        shut = (
            "UPDATE meeting_sources SET upcoming = x'0102', due_at = '2020-01-01 00:00:00' WHERE user_id = ?"
        )
        assert connection.execute(shut, ("bob",)).rowcount > 2
    for days in (1, 2):
        meeting(own.world, "alice", f"new-{days}", days, "Newly met", "wanda@x.example")
    own.work()
    assert "wanda" in known(own)
    assert own.services.relating.run() == 0
