"""F4's rules on contacts, in force: on one world, asked over HTTP and looked at in the store's own bytes."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.ids import UserId
from engine.time.span import DAY
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import BODIES, KINDS, ON, known, lay, meeting
from tests.worlds.folder_world import FolderWorld, Somebody

ALICE, BOB = UserId("alice"), UserId("bob")


def test_who_is_put_away_is_kept_whole_and_comes_back(api: Asked) -> None:
    path = f"/v1/contacts/{known(api)['zoe']['id']}"
    before = api("alice", "GET", path).json()
    assert api("alice", "PATCH", path, {"isArchived": True}).json()["isArchived"] is True
    assert "zoe" not in known(api)
    api.work()
    kept = api("alice", "GET", path).json()
    assert {**kept, "isArchived": False, "updatedAt": None} == {**before, "updatedAt": None}
    assert api("alice", "GET", f"/v1/interactions?contactId={before['id']}").json()["items"]
    api("alice", "PATCH", path, {"isArchived": False})
    assert "zoe" in known(api)


def test_an_interest_that_is_not_met_again_fades_in_the_store(own: Asked) -> None:
    zoe = known(own)["zoe"]["id"]

    def football() -> Mapping[str, Any]:
        items = own("alice", "GET", f"/v1/interests?contactId={zoe}").json()["items"]
        found: Mapping[str, Any] = next(one for one in items if one["interestTopic"] == "football")
        return found

    before = football()
    own.world.pass_time(180 * DAY)
    own.work()
    after = football()
    assert after["confidenceScore"] == pytest.approx(before["confidenceScore"] / 2, rel=0.05)
    assert after["decayFactor"] == pytest.approx(before["decayFactor"] / 2, rel=0.05)
    assert after["evidenceCount"] == before["evidenceCount"]
    meeting(own.world, "alice", "again", -179, "Football match", "zoe@x.example")
    own.work()
    assert football()["confidenceScore"] > before["confidenceScore"]


def test_every_change_of_every_kind_is_in_the_log(api: Asked) -> None:
    people = known(api)
    for kind, (body, change) in {
        **BODIES,
        "contacts": ({"fullName": "Log Person"}, {"company": "X"}),
    }.items():
        whole = dict(body)
        if kind == "relationships":
            whole |= {"contactAId": people["zoe"]["id"], "contactBId": people["serial"]["id"]}
        elif kind != "contacts":
            whole["contactId"] = people["zoe"]["id"]
        made = api("alice", "POST", f"/v1/{kind}", whole).json()["id"]
        api("alice", "PATCH", f"/v1/{kind}/{made}", change)
        api("alice", "DELETE", f"/v1/{kind}/{made}")
        trail = api("root", "GET", "/v1/audit?limit=100").json()["items"]
        mine = {one["action"]: one for one in trail if one["objectId"] == made}
        assert mine.keys() == {"create", "update", "delete"}, kind
        for one in mine.values():
            assert {"old", "new"} <= one["details"].keys(), kind
            assert f"/v1/{kind}" in str(one["details"]), kind
        assert set(mine["update"]["details"]["new"]) >= set(change) - {"isArchived"}, kind


def test_nothing_of_a_person_lies_in_clear(own: Asked) -> None:
    zoe = known(own)["zoe"]["id"]
    said = {
        "notes": "likes herons",
        "company": "Umbrella Glass",
        "phone": "+1-555-0199",
        "bio": "Grinds lenses",
    }
    own("alice", "PATCH", f"/v1/contacts/{zoe}", {**said, "tags": ["astronomy"], "location": "Ulmerland"})
    own("alice", "POST", "/v1/memories", {"memoryType": "insight", "content": "Allergic to walnuts"})
    own("alice", "POST", "/v1/interests", {"contactId": zoe, **BODIES["interests"][0]})
    own("alice", "GET", f"/v1/contacts/{zoe}/briefing")
    whole = b"".join(one.read_bytes() for one in sorted(own.world.root.glob("gatherly.db*")))
    assert len(whole) > 10_000
    words = ("astronomy", "Ulmerland", "walnuts", "curling", "zoe@x.example", "Zoe X", "Football")
    assert [one for one in (*said.values(), *words) if one.encode() in whole] == []


def test_whoever_wants_no_contacts_has_none(own: Asked) -> None:
    """Said by themselves: what was kept goes at once, nothing is derived, and it comes back by their word."""
    no, yes = ({"privacySettings": {"relations": wants}} for wants in (False, True))
    assert known(own, "bob")
    assert own("bob", "PATCH", "/v1/users/bob", no).status_code == 200
    assert own("bob", "GET", "/v1/me").json()["privacySettings"] == {"relations": False}
    for kind in ("contacts", *KINDS):
        refused = own("bob", "GET", f"/v1/{kind}")
        assert refused.status_code == 404
        assert "privacySettings.relations" in refused.text
    meeting(own.world, "bob", "more", 2, "Sync", "alice@example.com", "carol@example.com")
    own.work()
    with own.services.store.reading() as tx:
        repositories = tx.repositories
        kept = (repositories.contacts, repositories.interactions, repositories.memories)
        assert [one.count(BOB) for one in kept] == [0, 0, 0]
        assert not repositories.meeting_sources.of_user(BOB)
        assert repositories.contacts.count(ALICE)
    assert (
        own("bob", "PATCH", "/v1/users/bob", {"privacySettings": {"relations": "maybe"}}).status_code == 422
    )
    assert own("bob", "PATCH", "/v1/users/bob", {"privacySettings": {"everything": True}}).status_code == 422
    assert own("bob", "PATCH", "/v1/users/bob", yes).status_code == 200
    own.work()
    assert "alice" in known(own, "bob")


def test_the_files_may_say_so_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever's table says `relations = false` has none, whatever they say themselves; others have theirs."""
    silent = Somebody(name="bob", extra="relations = false")
    people = [silent if one.name == "bob" else one for one in PEOPLE]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        world = FolderWorld(tmp_path_factory.mktemp("files"), people, NOW, ON)
        lay(world)
        with served(world) as asked:
            asked("bob", "PATCH", "/v1/users/bob", {"privacySettings": {"relations": True}})
            asked.work()
            assert asked("bob", "GET", "/v1/contacts").status_code == 404
            assert "bob" in known(asked)
            with asked.services.store.reading() as tx:
                assert not tx.repositories.contacts.count(BOB)
                assert not tx.repositories.meeting_sources.of_user(BOB)
