"""Forgotten everywhere: looked for in the bytes of the store and of a backup, and in a daemon's memory."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from connectors.cards.vcard import cards_of
from daemon.app.principal import Principal, Role
from daemon.app.relations.card_files import CardFiles
from daemon.app.relations.everywhere import forget_everywhere
from daemon.relations.noticing import forget_contacts
from engine.ids import UserId
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.relations.acquainted import desk, known, lay, meeting
from tests.standins.embedder import embedder_server
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

ALICE = UserId("alice")
GONE = "rook@x.example"
TABLES = ("contacts", "contact_addresses", "interactions", "interests", "ai_memories", "embeddings")


def sealed_of(file: Path, contacts: Iterable[str]) -> set[bytes]:
    """Give every sealed value that is kept of some contacts, as its bytes lie in the file.

    Ids stay: the log, which may only grow, says what was done to which; they tell nobody's address.
    """
    found: set[bytes] = set()
    with closing(sqlite3.connect(file)) as connection:
        for table in TABLES:
            key = "id" if table == "contacts" else "contact_id"
            for name in contacts:
                for row in connection.execute(f"SELECT * FROM {table} WHERE {key} = ?", (name,)):  # noqa: S608
                    texts = (one for one in row if isinstance(one, str))
                    found |= {one.encode() for one in texts if one.startswith("gk1.")}
    return found


def there(where: Iterable[Path], wanted: Iterable[bytes]) -> list[bytes]:
    whole = b"".join(one.read_bytes() for one in where)
    assert whole
    return [one for one in wanted if one in whole]


def test_nothing_of_whoever_is_erased_everywhere_is_in_the_store_or_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    with embedder_server() as server:
        settings = f"{SETTINGS}[relations]\nenabled = true\nembedder = {server.table}\n"
        world = FolderWorld(tmp_path / "home", PEOPLE, NOW, settings)
        lay(world)
        erased(world, tmp_path / "since.db", capsys)


def erased(world: FolderWorld, backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for days in (5, 6):
        meeting(world, "alice", f"rook-{days}", days, "Chess club", GONE, "bob@example.com")
    store = world.root / "gatherly.db"
    with served(world) as api:
        api.work()
        rook, bob = known(api)["rook"]["id"], known(api)["bob"]["id"]
        api("alice", "PATCH", f"/v1/contacts/{rook}", {"notes": "Plays the Najdorf"})
        api("alice", "POST", "/v1/memories", {"contactId": rook, "memoryType": "insight", "content": "Knits"})
        for name in (rook, bob):
            api("alice", "GET", f"/v1/contacts/{name}/briefing")
        api.work()
        found = api("alice", "GET", "/v1/search?q=najdorf").json()["items"]
        assert found[0]["fullName"] == "Rook X"
        before = sealed_of(store, [rook])
        assert len(before) > 10
        assert there(world.root.glob("gatherly.db*"), before)

        done = Line(capsys)("erase", GONE, "--everywhere", "--yes", "-c", world.file)
        assert done.returncode == 0, done.stderr
        assert there(world.root.glob("gatherly.db*"), before) == [], "in the file, and its journal"
        assert Line(capsys)("backup", backup, "-c", world.file).returncode == 0
        assert there([backup], before) == []

        services = api.services
        services.access.indexes.sweep(services.store, desk(api).names, services.clock.now())
        indexed = services.access.indexes.of(ALICE)
        assert indexed.words.find("najdorf") == indexed.words.find("rook") == {}
        for kind in ("contacts", "interactions", "memories", "relationships", "interests"):
            answer = api("alice", "GET", f"/v1/{kind}?limit=100").text
            assert rook not in answer, kind
            assert GONE not in answer, kind
        briefing = api("alice", "GET", f"/v1/contacts/{bob}/briefing").text
        assert "Rook X knows them too" not in briefing
        api.work()
        assert "rook" not in known(api), "the events stand; nobody comes of them any more"
        assert GONE not in str(services.custody.export(ALICE)["contacts"])


@pytest.mark.parametrize("told", [True, False], ids=["told", "waiting"])
@pytest.mark.parametrize("how", ["delete", "erase", "switch off"])
def test_nothing_that_was_told_of_whoever_goes_stays(own: Asked, how: str, told: bool) -> None:
    """A notice names where somebody works and worked, and so does the entry that it came of."""
    for title in ("Falconer", "Ostler"):
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:zoe@x.example\r\nTITLE:{title}\r\nEND:VCARD\r\n"
        assert CardFiles(desk(own)).take_in(cards_of(card.encode())) == (1, [])
    if told:
        own.work()

    def said() -> str:
        with own.services.store.reading() as tx:
            notices = [(one.title, one.message) for one in tx.repositories.notifications.of_user(ALICE)]
            return str([*notices, *(one.payload for one in tx.outbox.listed())])

    assert "Falconer" in said()
    zoe = known(own)["zoe"]["id"]
    if how == "delete":
        assert own("alice", "DELETE", f"/v1/contacts/{zoe}").status_code == 204
    elif how == "erase":
        forget_everywhere(own.services.access, Principal(Role.OPERATOR, UserId("root")), ["zoe@x.example"])
    else:
        with own.services.store.writing() as tx:
            forget_contacts(tx, ALICE)
    own.work()
    assert "Falconer" not in said()
    assert "Ostler" not in said()


@pytest.mark.parametrize("gone", ["Straße@x.example", "ANA@bücher.example", "ana@xn--bcher-kva.example"])
def test_one_is_forgotten_by_any_spelling_of_their_address_and_nobody_else(
    own: Asked, gone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    added = ("straße@x.example", "strasse@x.example", "ana@bücher.example", "ana@bucher.example")
    for address in added:
        own("alice", "POST", "/v1/contacts", {"fullName": address, "email": address})
    done = Line(capsys)("erase", gone, "--everywhere", "--yes", "-c", own.world.file)
    assert done.returncode == 0, done.stderr
    left = {one["fullName"] for one in own("alice", "GET", "/v1/contacts?limit=100").json()["items"]}
    assert set(added) - left == {added[0] if gone.startswith("S") else added[2]}
