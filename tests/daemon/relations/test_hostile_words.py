"""What programs and strangers write to harm whoever reads it again: refused, or kept as plain words."""

import stat
from pathlib import Path
from xml.etree import ElementTree

from connectors.cards.vcard import cards_of
from daemon.app.relations.card_files import CardFiles
from daemon.app.relations.graph import drawing, graph
from daemon.pages.picture import save
from daemon.relations.naming import Names
from engine.ids import UserId
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import Browser, Marked
from tests.daemon.relations.acquainted import desk, known, meeting

ENTRY = '"interactionType": "call", "direction": "outbound", "interactionDate": "2026-11-10T08:00:00Z"'
DEEP = "[" * 900 + "]" * 900
WILD = "<script>alert(1)</script>]]>\u202e\"onload='x'"
UNSEEN = "\u202e\x00\x1b\ufeff"


def raw(api: Asked, method: str, path: str, text: str) -> int:
    """Send a body as it stands, escapes and all; gives the status."""
    headers = {"Authorization": f"Bearer {api.token('alice')}", "Content-Type": "application/json"}
    return api.client.request(method, path, content=text.encode(), headers=headers).status_code


def test_a_document_that_cannot_be_read_again_is_never_kept(own: Asked) -> None:
    zoe = known(own)["zoe"]["id"]
    refused = ('{"a": "\\ud800"}', f'{{"a": {DEEP}}}', '{"a": 1e999}', f'{{"a": 1{"0" * 400}}}')
    for metadata in refused:
        body = f'{{"contactId": "{zoe}", {ENTRY}, "metadata": {metadata}}}'
        assert raw(own, "POST", "/v1/interactions", body) == 422
        assert raw(own, "PATCH", "/v1/users/alice", f'{{"preferences": {{"custom": {metadata}}}}}') == 422
    for more in ('"metadata": null', '"meetingAttendees": null', '"metadata": {"a": "\\u0000x"}'):
        assert raw(own, "POST", "/v1/interactions", f'{{"contactId": "{zoe}", {ENTRY}, {more}}}') == 201
    emails = '{"fullName": "X", "emails": ["a\\ud800@x.example"]}'
    assert raw(own, "POST", "/v1/contacts", emails) == 422
    listed = own("alice", "GET", f"/v1/interactions?limit=100&contactId={zoe}")
    calls = [one for one in listed.json()["items"] if one["interactionType"] == "call"]
    assert [one["metadata"] for one in calls].count({}) == 2
    assert own("alice", "GET", "/v1/users/alice").status_code == 200


def test_pages_and_pictures_show_hostile_words_as_words(own: Asked) -> None:
    body = {"fullName": WILD, "company": WILD, "notes": WILD, "tags": [WILD[:90]], "email": "w@x.example"}
    made = own("alice", "POST", "/v1/contacts", body).json()["id"]
    words = {"subject": WILD, "content": WILD, "meetingAttendees": [WILD], "metadata": {WILD: WILD}}
    entry = {"interactionType": "call", "direction": "outbound", "interactionDate": "2026-11-10T08:00:00Z"}
    told = [own("alice", "POST", "/v1/interactions", {"contactId": made, **entry, **words}).text]
    memory = {"contactId": made, "memoryType": "insight", "title": WILD, "content": WILD}
    told.append(own("alice", "POST", "/v1/memories", memory).text)
    pair = {"contactAId": made, "contactBId": known(own)["zoe"]["id"], "strengthScore": 0.9}
    assert own("alice", "POST", "/v1/relationships", pair).status_code == 201

    browser, here = Browser(own, "alice"), f"/people/contacts/{made}"
    for path in ("/people", here, f"{here}/briefing", "/people?q=%E2%80%AEonload%00%1B", "/people?q=script"):
        page = browser.get(path)
        assert page.status_code == 200
        told.append(page.text)
        tags = [(tag, attributes) for tag, attributes in Marked(page.text).tags if "onload" in attributes]
        assert not tags
        assert "<script>alert" not in page.text
    told.append(drawing(*graph(desk(own))))
    ElementTree.fromstring(told[-1])  # noqa: S314 # our own picture
    assert [(letter, text[:80]) for text in told for letter in UNSEEN if letter in text] == []


def test_people_are_told_apart_by_their_mailboxes(own: Asked) -> None:
    names, alice = Names(own.services.access.custody.identifier), UserId("alice")

    def same(one: str, other: str) -> bool:
        return names.address(alice, one) == names.address(alice, other)

    assert same("Ana@X.example", " ana@x.example")
    assert same("ana@b\u00fccher.example", "ana@xn--bcher-kva.example")
    assert not same("stra\u00dfe@x.example", "strasse@x.example")
    assert not same("\u212aim@x.example", "kim@x.example")


def test_a_card_of_nothing_to_be_seen_makes_nobody(own: Asked) -> None:
    before = known(own)
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\u202e\r\nEND:VCARD\r\n".encode()
    count, broken = CardFiles(desk(own)).take_in(cards_of(card))
    assert (count, [one.reason for one in broken]) == (0, ["it has neither a name nor an address"])
    assert known(own).keys() == before.keys()


def test_a_picture_of_people_is_its_owners_alone(own: Asked, tmp_path: Path) -> None:
    picture = drawing(*graph(desk(own)))
    save(picture, tmp_path / "ties.svg")
    assert stat.S_IMODE((tmp_path / "ties.svg").stat().st_mode) == 0o600
    save("<svg/>", tmp_path / "ties.svg")
    assert (tmp_path / "ties.svg").read_text() == "<svg/>"


def test_a_page_shows_so_many_meetings_however_many_there_were(own: Asked) -> None:
    meeting(own.world, "alice", "daily", 800, "Standup", "daily@x.example", more="RRULE:FREQ=DAILY;COUNT=520")
    own.work()
    page = Browser(own, "alice").get(f"/people/contacts/{known(own)['daily']['id']}").text
    assert page.count("Standup") == 500
    assert "And 20 before." in page
