"""Whom people know, from meetings in their calendars to what HTTP, pages and cards tell: on one world."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from connectors.cards.vcard import cards_of
from daemon.app.principal import OPERATOR
from daemon.app.reader import Reader
from daemon.app.relations.briefings import Briefings
from daemon.app.relations.card_files import CardFiles
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.everywhere import forget_everywhere
from daemon.app.relations.merging import merge, unmerge
from engine.ids import UserId
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.http.site.browsing import Browser
from tests.daemon.relations.acquainted import AT, BODIES, KINDS, PEOPLE_ROUTES, desk, known, lay, meeting
from tests.worlds.folder_world import FolderWorld


def test_who_was_met_often_enough_is_a_contact_and_nobody_else(api: Asked) -> None:
    assert known(api).keys() == {"zoe", "bob", "xenia", "yann", "zora", "anchor", "free", "serial"}
    assert known(api, "bob").keys() == {"alice"}


def test_one_interaction_an_event_and_one_an_instance(api: Asked) -> None:
    people = known(api)
    counts = {
        name: len(api("alice", "GET", f"/v1/interactions?contactId={people[name]['id']}").json()["items"])
        for name in ("zoe", "xenia", "serial")
    }
    assert counts == {"zoe": 3, "xenia": 3, "serial": 4}


def test_a_second_pass_changes_nothing(api: Asked) -> None:
    before = {kind: api("alice", "GET", f"/v1/{kind}?limit=100").json() for kind in ("contacts", *KINDS)}
    api.work()
    assert before == {
        kind: api("alice", "GET", f"/v1/{kind}?limit=100").json() for kind in ("contacts", *KINDS)
    }


def test_titles_tell_interests_with_their_sources(api: Asked) -> None:
    zoe = known(api)["zoe"]["id"]
    (found,) = api("alice", "GET", f"/v1/interests?contactId={zoe}").json()["items"]
    assert (found["interestTopic"], found["evidenceCount"], len(found["sourceInteractions"])) == (
        "football",
        3,
        3,
    )


def test_a_relationship_is_kept_once_the_smaller_id_first(api: Asked) -> None:
    names = {one["id"]: name for name, one in known(api).items()}
    found = api("alice", "GET", "/v1/relationships").json()["items"]
    told = {
        frozenset((names[one["contactAId"]], names[one["contactBId"]])): one["sharedInteractions"]
        for one in found
    }
    assert all(one["contactAId"] < one["contactBId"] for one in found)
    assert told == {
        frozenset(("xenia", "yann")): 3,
        frozenset(("xenia", "zora")): 2,
        frozenset(("yann", "zora")): 2,
    }
    assert {one["mutualConnections"] for one in found} == {1}


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_is_created_read_updated_and_deleted_by_its_owner_alone(api: Asked, kind: str) -> None:
    people = known(api)
    body, change = BODIES[kind]
    body = dict(body)
    if kind == "relationships":
        body |= {"contactAId": people["zoe"]["id"], "contactBId": people["bob"]["id"]}
    elif kind != "contacts":
        body["contactId"] = people["zoe"]["id"]
    made = api("alice", "POST", f"/v1/{kind}", body)
    assert made.status_code == 201
    path = f"/v1/{kind}/{made.json()['id']}"
    assert api("alice", "PATCH", path, change).status_code == 200
    assert change.items() <= api("alice", "GET", path).json().items()
    for who, status in (("nobody", 401), ("bob", 404), ("root", 404)):
        assert api(who, "GET", path).status_code == status
        assert api(who, "PATCH", path, change).status_code == status
        assert api(who, "DELETE", path).status_code == status
    if kind in ("interests", "relationships"):
        assert api("alice", "POST", f"/v1/{kind}", body).status_code == 409
    assert api("alice", "DELETE", path).status_code == 204
    assert api("alice", "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("interests", {"confidenceScore": 1.5}),
        ("contacts", {"birthday": "1981-02-29"}),
        ("contacts", {"email": "no address"}),
        ("contacts", {"linkedinUrl": "javascript:alert(1)"}),
        ("contacts", {"email": "xenia@x.example"}),
    ],
)
def test_what_nobody_may_have_is_refused(api: Asked, kind: str, change: dict[str, Any]) -> None:
    zoe = known(api)["zoe"]["id"]
    path = f"/v1/contacts/{zoe}"
    if kind == "interests":
        path = f"/v1/interests/{api('alice', 'GET', '/v1/interests').json()['items'][0]['id']}"
    assert api("alice", "PATCH", path, change).status_code == 422


def test_search_finds_people_meetings_and_notes_of_ones_own_alone(api: Asked) -> None:
    def hits(who: str, words: str) -> set[tuple[str, str]]:
        found = api(who, "GET", f"/v1/search?q={words}").json()["items"]
        return {(one["kind"], one["fullName"]) for one in found}

    assert ("interaction", "Zoe X") in hits("alice", "footb")
    assert ("contact", "Zoe X") in hits("alice", "ZOE")
    assert hits("alice", "footb unheard") == hits("bob", "football") == hits("bob", "zoe") == set()


def test_a_briefing_names_its_sources_and_goes(api: Asked) -> None:
    xenia = known(api)["xenia"]["id"]
    found = api("alice", "GET", f"/v1/contacts/{xenia}/briefing").json()
    assert found["contactId"] == xenia
    assert all(one["sources"] for one in found["sentences"])
    assert "Yann X knows them too" in " ".join(one["text"] for one in found["sentences"])
    assert parse_instant(found["expiresAt"]) == AT + DAY
    assert api("bob", "GET", f"/v1/contacts/{xenia}/briefing").status_code == 404


def test_a_briefing_before_a_meeting_says_which(own: Asked) -> None:
    world = own.world
    meeting(world, "alice", "ahead", -2, "Orchard plans", "xenia@x.example", "yann@x.example")
    own.work()
    people = known(own)
    first, *_ = Briefings(desk(own)).of_next()["sentences"]
    start = Reader("America/New_York", AT).when(AT + 2 * DAY + 3 * HOUR)
    assert first["text"] in {
        f"“Orchard plans”, {start}, with {whom}." for whom in ("Xenia X, Yann X", "Yann X, Xenia X")
    }
    assert set(first["sources"]) == {people["xenia"]["id"], people["yann"]["id"]}


def test_a_briefing_before_a_session_says_which(own: Asked) -> None:
    asked = {"title": "Cider", "inviteeIds": ["bob@example.com"], "duration": 30}
    session = own("alice", "POST", "/v1/sessions", asked).json()["id"]
    first, *_ = Briefings(desk(own)).of_session(session)["sentences"]
    assert first["text"] == "“Cider”, at a time that is not settled yet, with Bob X."
    assert first["sources"][0] == session


def test_views_and_exports_are_in_the_log_and_hold_nothing_in_clear(api: Asked) -> None:
    zoe = known(api)["zoe"]["id"]
    api("alice", "GET", f"/v1/contacts/{zoe}")
    api("alice", "PATCH", f"/v1/contacts/{zoe}", {"notes": "a heron of mine"})
    CardFiles(desk(api)).hand_out()
    trail = api("root", "GET", "/v1/audit?limit=100")
    told = {(one["action"], one["objectType"]) for one in trail.json()["items"]}
    assert {("view", "contact"), ("update", "contact"), ("export", "contact")} <= told
    assert "heron" not in trail.text
    assert "GET /v1/contacts/" in trail.text
    api("alice", "PATCH", f"/v1/contacts/{zoe}", {"notes": None})


def test_a_merge_is_undone_whole(api: Asked) -> None:
    people = known(api)
    keep, other = people["anchor"]["id"], people["free"]["id"]
    before = {
        name: api("alice", "GET", f"/v1/interactions?contactId={people[name]['id']}").json()
        for name in ("anchor", "free")
    }
    merged = merge(desk(api), keep, other)
    assert merged["emails"] == ["anchor@x.example", "free@x.example"]
    assert len(api("alice", "GET", f"/v1/interactions?contactId={keep}").json()["items"]) == 4
    assert api("alice", "GET", f"/v1/contacts/{other}").status_code == 404
    api.work()
    assert "free" not in known(api)
    unmerge(desk(api), keep)
    api.work()
    after = {
        name: api("alice", "GET", f"/v1/interactions?contactId={people[name]['id']}").json()
        for name in ("anchor", "free")
    }
    assert {name: {one["id"] for one in found["items"]} for name, found in after.items()} == {
        name: {one["id"] for one in found["items"]} for name, found in before.items()
    }


def entered(api: Asked, who: str) -> set[str]:
    """Give what somebody entered of a contact, in words."""
    name = known(api)[who]["id"]
    kinds = {"interests": "interestTopic", "memories": "content", "relationships": "relationshipType"}
    listed = {
        kind: api("alice", "GET", f"/v1/{kind}?contactId={name}&limit=100").json()["items"] for kind in kinds
    }
    found = {str(one[word]) for kind, word in kinds.items() for one in listed[kind]}
    return found & {"curling", "chess", "Knits", "family", "friend"}


def test_what_was_entered_goes_into_a_merge_and_comes_back_out_of_it(own: Asked) -> None:
    people = known(own)
    zoe, yann, zora, serial = (people[name]["id"] for name in ("zoe", "yann", "zora", "serial"))

    def enter(kind: str, values: dict[str, object]) -> None:
        assert own("alice", "POST", f"/v1/{kind}", values).status_code == 201

    for contact, topic in ((yann, "curling"), (yann, "chess"), (zoe, "chess")):
        interest = {"interestCategory": "sports", "interestTopic": topic, "confidenceScore": 0.4}
        enter("interests", {"contactId": contact, **interest})
    enter("memories", {"contactId": yann, "memoryType": "insight", "content": "Knits"})
    for other, how in ((serial, "family"), (zoe, "friend")):
        enter("relationships", {"contactAId": yann, "contactBId": other, "relationshipType": how})
    before = {who: entered(own, who) for who in ("zoe", "yann")}
    assert before == {"zoe": {"chess", "friend"}, "yann": {"curling", "chess", "Knits", "family", "friend"}}
    merge(desk(own), zoe, yann)
    own.work()
    assert entered(own, "zoe") >= {"curling", "chess", "Knits", "family"}
    merge(desk(own), zora, zoe)
    own.work()
    assert entered(own, "zora") >= {"curling", "chess", "Knits", "family"}
    unmerge(desk(own), zora)
    own.work()
    assert {who: entered(own, who) for who in ("zoe", "yann")} == before
    assert entered(own, "zora") == set()


def test_what_a_merge_filled_in_goes_back_with_whose_it_was(own: Asked) -> None:
    zoe, yann, zora = (known(own)[name]["id"] for name in ("zoe", "yann", "zora"))
    shown = "company", "phone", "jobTitle", "tags"

    def seen() -> dict[str, dict[str, Any]]:
        found = {name: own("alice", "GET", f"/v1/contacts/{name}").json() for name in (zoe, yann, zora)}
        return {name: {key: one[key] for key in shown} for name, one in found.items()}

    given = {"company": "Altus", "phone": "+1 555", "jobTitle": "Baker", "tags": ["choir", "work"]}
    assert own("alice", "PATCH", f"/v1/contacts/{yann}", given).status_code == 200
    assert own("alice", "PATCH", f"/v1/contacts/{zoe}", {"tags": ["work"]}).status_code == 200
    before = seen()
    merge(desk(own), zoe, yann)
    merge(desk(own), zora, zoe)
    merged = own("alice", "GET", f"/v1/contacts/{zora}").json()
    assert {key: merged[key] for key in shown} == {**given, "tags": ["work", "choir"]}
    changed = own("alice", "PATCH", f"/v1/contacts/{zora}", {"jobTitle": "Miller"})
    assert changed.status_code == 200
    unmerge(desk(own), zora)
    assert seen() == {**before, zora: {**before[zora], "jobTitle": "Miller"}}


def test_what_waits_for_a_merge_to_be_taken_apart_is_unseen(own: Asked) -> None:
    """It was entered of somebody who is no more meanwhile: nothing leads to a contact that is not there."""
    people = known(own)
    zoe, yann = people["zoe"]["id"], people["yann"]["id"]
    interest = {"interestCategory": "sports", "interestTopic": "chess", "confidenceScore": 0.4}
    waiting = []
    for contact in (zoe, yann):
        made = own("alice", "POST", "/v1/interests", {"contactId": contact, **interest})
        waiting.append(f"/v1/interests/{made.json()['id']}")
    tie = own("alice", "POST", "/v1/relationships", {"contactAId": zoe, "contactBId": yann}).json()["id"]
    waiting.append(f"/v1/relationships/{tie}")
    merge(desk(own), zoe, yann)
    seen = [own("alice", "GET", f"/v1/{kind}?limit=100").text for kind in ("interests", "relationships")]
    assert not any(yann in text for text in seen)
    assert [own("alice", "GET", path).status_code for path in waiting] == [200, 404, 404]
    assert own("alice", "DELETE", waiting[2]).status_code == 404
    unmerge(desk(own), zoe)
    assert [own("alice", "GET", path).status_code for path in waiting] == [200, 200, 200]


def test_an_address_that_was_given_away_meanwhile_is_nobodys_twice(own: Asked) -> None:
    people = known(own)
    zoe, yann, xenia = (people[name]["id"] for name in ("zoe", "yann", "xenia"))
    merge(desk(own), zoe, yann)
    merge(desk(own), zoe, xenia)
    changed = own("alice", "PATCH", f"/v1/contacts/{zoe}", {"emails": ["zoe@x.example"]})
    assert changed.status_code == 200
    taken = own("alice", "POST", "/v1/contacts", {"fullName": "Ivo", "emails": ["yann@x.example"]})
    assert taken.status_code == 201
    assert len(unmerge(desk(own), zoe)) == 2
    own.work()
    shown = {name: own("alice", "GET", f"/v1/contacts/{name}").json() for name in (zoe, yann, xenia)}
    assert shown[yann]["emails"] == []
    assert shown[xenia]["emails"] == ["xenia@x.example"]
    assert shown[zoe]["emails"] == ["zoe@x.example"]
    assert own("alice", "GET", f"/v1/interactions?contactId={xenia}").json()["items"]


def test_cards_go_out_and_come_in_as_the_same_people(own: Asked) -> None:
    text = CardFiles(desk(own)).hand_out()
    taken, broken = CardFiles(desk(own, "carol")).take_in(cards_of(text.encode()))
    assert (taken, broken) == (len(known(own)), [])
    mine = {(one["fullName"], *one["emails"]) for one in known(own).values()}
    assert {(one["fullName"], *one["emails"]) for one in known(own, "carol").values()} == mine


def test_a_card_that_says_nothing_new_changes_nothing(own: Asked) -> None:
    text = CardFiles(desk(own)).hand_out().encode()
    for _ in range(2):
        own.world.pass_time(60)
        assert CardFiles(desk(own, "carol")).take_in(cards_of(text))[1] == []
    log = own("root", "GET", "/v1/audit?limit=100").json()["items"]
    assert {one["action"] for one in log if one["objectType"] == "contact"} == {"create", "export"}


def test_what_is_forgotten_does_not_come_back_until_it_is_entered(own: Asked) -> None:
    zora = known(own)["zora"]["id"]
    Contacts(desk(own)).delete(zora)
    meeting(own.world, "alice", "zora-again", 2, "Again", "zora@x.example")
    own.work()
    assert "zora" not in known(own)
    Contacts(desk(own)).add({"full_name": "Zora X", "emails": ("zora@x.example",)})
    own.work()
    entered = known(own)["zora"]["id"]
    assert len(own("alice", "GET", f"/v1/interactions?contactId={entered}").json()["items"]) == 3


def test_an_event_that_goes_takes_back_what_it_told(own: Asked) -> None:
    (own.world.folder("alice") / "series.ics").unlink()
    own.work()
    assert "serial" not in known(own)


def test_a_page_finds_people_and_what_was_said_of_ones_own_alone(own: Asked) -> None:
    alice, zoe = Browser(own, "alice"), known(own)["zoe"]["id"]
    found = alice.get("/people?q=football").text
    assert f'href="/people/contacts/{zoe}"' in found
    assert "Football match" in found
    assert 'value="football"' in found
    assert f"/people/contacts/{zoe}" not in Browser(own, "bob").get("/people?q=football").text
    for strange in ("%3Cscript%3Ealert(1)%3C/script%3E", "x" * 3000, "%00", "%22onfocus=x"):
        page = alice.get(f"/people?q={strange}")
        assert page.status_code == 200, strange
        assert "Nothing fits" in page.text, strange
        assert "<script>alert" not in page.text
        assert '"onfocus' not in page.text
    assert "Those you meet" in alice.get("/people?q=%20").text


def test_pages_show_the_list_the_graph_and_a_timeline_to_their_owner(own: Asked) -> None:
    alice, zoe = Browser(own, "alice"), known(own)["zoe"]["id"]
    page = alice.get("/people").text
    assert "Zoe X" in page
    assert f"/people/contacts/{zoe}" in page
    assert "<svg" in page
    assert "Football match" in alice.get(f"/people/contacts/{zoe}").text
    assert "Zoe X is a contact" in alice.get(f"/people/contacts/{zoe}/briefing").text
    assert Browser(own, "bob").get(f"/people/contacts/{zoe}").status_code == 404
    assert '<a href="/people" aria-current="page">' in page
    assert 'value="zoe@x.example"' in alice.get(f"/new?with={quote('zoe@x.example')}").text
    assert re.search(r"\w+ (has|have) gone quiet", page)
    assert 'role="search"' in page
    nobody = Browser(own, "root").get("/people").text
    assert "Nobody yet." in nobody
    assert 'role="search"' not in nobody
    session = own.session()
    own("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1})
    before = f"/people/sessions/{session}"
    assert before in alice.get(f"/sessions/{session}").text
    assert "Bob" in alice.get(before).text
    assert before not in Browser(own, "root").get(f"/sessions/{session}").text


def test_a_persons_page_shows_what_is_kept_of_them(own: Asked) -> None:
    people = known(own)
    zoe, xenia = people["zoe"]["id"], people["xenia"]["id"]
    food = {"contactId": zoe, "memoryType": "insight", "title": "Food", "content": "No peanuts"}
    own("alice", "POST", "/v1/memories", food)
    own("alice", "POST", "/v1/relationships", {"contactAId": zoe, "contactBId": xenia})
    noted = {"contactId": zoe, "interactionType": "call", "interactionDate": NOW, "content": "The roof leaks"}
    own("alice", "POST", "/v1/interactions", noted)
    page = Browser(own, "alice").get(f"/people/contacts/{zoe}").text
    assert "<dt>Interests</dt><dd>football</dd>" in page
    assert "<dt>Knows</dt><dd>Xenia X</dd>" in page
    assert "<dt>Insight</dt><dd>Food: No peanuts</dd>" in page
    assert '<li class="noted">The roof leaks<br><small' in page
    own("alice", "PATCH", f"/v1/contacts/{xenia}", {"isArchived": True})
    assert "<dt>Knows</dt>" not in Browser(own, "alice").get(f"/people/contacts/{zoe}").text


def test_what_there_is_to_tell_of_people_is_told_once(own: Asked) -> None:
    lines = ("VERSION:3.0", "FN:Zoe X", "EMAIL:zoe@x.example", "ORG:%s", "BDAY:1980-11-16")
    card = "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")).encode()
    zoe = known(own)["zoe"]["id"]
    for company in (b"Umbra", b"Nimbus"):
        CardFiles(desk(own)).take_in(cards_of(card % company))
    noted = {"contactId": zoe, "interactionType": "manual", "interactionDate": NOW}
    own("alice", "POST", "/v1/interactions", {**noted, "content": "follow up 16 Nov: the roof"})
    for at in (AT, AT + 6 * HOUR, AT + 40 * DAY):
        own.world.clock.at = at
        own.work()
    listed = own("alice", "GET", "/v1/notifications?limit=100").json()["items"]
    told = [(one["notificationType"], one["priority"]) for one in listed if one["contactId"] == zoe]
    assert sorted(told) == [
        ("birthday", "medium"),
        ("follow_up", "high"),
        ("going_cold", "medium"),
        ("job_change", "medium"),
    ]
    assert all(one["message"] for one in listed if one["contactId"] == zoe)
    assert "the roof" in next(one["message"] for one in listed if one["notificationType"] == "follow_up")


def there_with(api: Asked, who: str) -> set[str]:
    """Give the addresses that interactions with somebody say were there."""
    path = f"/v1/interactions?contactId={known(api)[who]['id']}&limit=100"
    return {each for one in api("alice", "GET", path).json()["items"] for each in one["meetingAttendees"]}


def test_whoever_is_erased_everywhere_goes_with_all_their_addresses_and_out_of_what_was_entered(
    own: Asked,
) -> None:
    people = known(own)
    merge(desk(own), people["yann"]["id"], people["xenia"]["id"])
    call = {
        "contactId": people["zora"]["id"],
        "interactionType": "call",
        "direction": "outbound",
        "interactionDate": NOW,
        "meetingAttendees": ["Yann@x.example", "zora@x.example"],
    }
    assert own("alice", "POST", "/v1/interactions", call).status_code == 201
    own.work()
    forget_everywhere(own.services.access, OPERATOR, ["yann@x.example"])
    own.work()
    assert there_with(own, "zora") == {"zora@x.example"}
    assert not {"xenia", "yann"} & known(own).keys()
    meeting(own.world, "alice", "again", 2, "Orchard", "xenia@x.example", "zora@x.example")
    own.work()
    assert there_with(own, "zora") == {"zora@x.example"}


def test_whom_somebody_never_wants_to_see_again_is_named_beside_nobody(own: Asked) -> None:
    assert "yann@x.example" in there_with(own, "zora")
    Contacts(desk(own)).delete(known(own)["yann"]["id"])
    own.work()
    assert there_with(own, "zora") == {"xenia@x.example", "zora@x.example"}


def test_whoever_is_erased_everywhere_is_in_nobodys_contacts_and_stays_away(own: Asked) -> None:
    yann = known(own)["yann"]["id"]
    Contacts(desk(own, "carol")).add({"full_name": "Yann X", "emails": ("yann@x.example",)})
    assert forget_everywhere(own.services.access, OPERATOR, ["Yann@x.example"]) == 2, "Alice's, and Carol's"
    meeting(own.world, "alice", "yann-again", 1, "Again", "yann@x.example", "xenia@x.example")
    own.work()
    for who in ("alice", "carol"):
        assert "yann" not in known(own, who)
        assert "yann@x.example" not in own(who, "GET", "/v1/interactions?limit=100").text
    assert own("alice", "GET", f"/v1/contacts/{yann}").status_code == 404
    assert own("alice", "GET", "/v1/search?q=yann").json()["items"] == []


def test_everything_goes_with_its_user_and_nothing_of_others(own: Asked) -> None:
    archive = own.services.custody.export(UserId("alice"))
    assert any(one["full_name"] == "Zoe X" for one in archive["contacts"])
    bobs = known(own, "bob")
    own.services.custody.erase(UserId("alice"), AT)
    with own.services.store.reading() as tx:
        left = [
            repository.of_user(UserId("alice"))
            for repository in (
                tx.repositories.contacts,
                tx.repositories.known_addresses,
                tx.repositories.interactions,
                tx.repositories.interests,
                tx.repositories.relationships,
                tx.repositories.memories,
                tx.repositories.meeting_sources,
                tx.repositories.embeddings,
                tx.repositories.encounters,
            )
        ]
    assert not any(left)
    assert known(own, "bob").keys() == bobs.keys() == {"alice"}


def test_off_every_route_names_the_key_and_nothing_is_derived(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    world = FolderWorld(tmp_path_factory.mktemp("off"), PEOPLE, NOW, SETTINGS)
    lay(world)
    with served(world) as asked:
        asked.work()
        for route in PEOPLE_ROUTES:
            method, path = route.split()
            answer = asked("alice", method, path.format(id="x"), {} if method in ("POST", "PATCH") else None)
            assert answer.status_code == 404, route
            assert "[relations] enabled" in answer.text
            assert asked("nobody", method, path.format(id="x")).status_code == 401
        with asked.services.store.reading() as tx:
            assert not tx.repositories.meeting_sources.of_user(UserId("alice"))
            assert not tx.repositories.contacts.of_user(UserId("alice"))
