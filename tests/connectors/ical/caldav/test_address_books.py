"""The address books of the account whose calendars are read (CardDAV), from real servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.cards.vcard import cards_of
from engine.errors import SourceExpiredError, SourceIncompleteError, SourceUnavailableError
from engine.relations.cards import BrokenCard
from tests.connectors.ical.caldav.sources import opened
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.radicale import Answered, Exchange, Radicale, radicale

BOOK = (
    '<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype>'
    "<D:collection/><C:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>"
)


def card(name: str, more: str = "") -> str:
    title = name.title()
    head = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}\r\nFN:{title} Kovač\r\nN:Kovač;{title};;;\r\n"
    return f"{head}EMAIL:{name}@x.example\r\n{more}END:VCARD\r\n"


def fill(hand: DavHand, home: str) -> None:
    """Put cards into two address books, one with a picture, beside a calendar."""
    for book, names in (("people", ("ana", "ben & co")), ("work", ("zoe",))):
        assert hand.ask("MKCOL", f"{home}{book}/", BOOK, Content_Type="application/xml").status == 201
        for name in names:
            picture = f"PHOTO;ENCODING=b;TYPE=PNG:{'QUJD' * 8000}\r\n" if name == "zoe" else ""
            text = card(name.split()[0], picture)
            put = hand.ask("PUT", f"{home}{book}/{name}.vcf", text, Content_Type="text/vcard; charset=utf-8")
            assert put.status == 201, put


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with radicale(tmp_path / "radicale") as running:
        running.calendar("dave", "home", "Home")
        fill(running.hand("dave"), "/dave/")
        yield running


def names(found: tuple[bytes, ...] | list[bytes]) -> set[str]:
    read = list(cards_of(b"\r\n".join(found)))
    assert not [one for one in read if isinstance(one, BrokenCard)]
    return {str(one.values["full_name"]) for one in read if not isinstance(one, BrokenCard)}


@pytest.mark.parametrize("path", ["", "dave/", "dave/home/", "dave/people/"])
def test_every_card_of_every_book_comes_from_wherever_one_begins(
    server: Radicale, tmp_path: Path, path: str
) -> None:
    connector = opened(f"{server.url}{path}", tmp_path)
    whole = {"Ana Kovač", "Ben Kovač", "Zoe Kovač"}
    assert names(list(connector.cards())) == (whole - {"Zoe Kovač"} if path == "dave/people/" else whole)
    asked = {one.path.rstrip("/") for one in server.asked if one.method == "REPORT"}
    assert asked <= {"/dave/people", "/dave/work"}
    connector.close()


def test_whoever_has_no_book_is_told_so_and_a_wrong_password_is_one(tmp_path: Path) -> None:
    with radicale(tmp_path / "radicale") as running:
        running.calendar("dave", "home", "Home")
        connector = opened(running.url, tmp_path)
        with pytest.raises(SourceUnavailableError, match="names no address book"):
            connector.cards()
        connector.close()
        wrong = opened(running.url, tmp_path, password=f"{PASSWORD}!")
        with pytest.raises(SourceExpiredError):
            wrong.cards()
        wrong.close()


def test_what_is_not_answered_whole_is_not_taken_for_all_there_is(server: Radicale, tmp_path: Path) -> None:
    def between(exchange: Exchange, ask: Callable[[], Answered]) -> Answered:
        if exchange.method != "REPORT":
            return ask()
        empty = b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"></D:multistatus>'
        return Answered("207 Multi-Status", (("Content-Type", "application/xml"),), empty)

    server.between = between
    connector = opened(server.url, tmp_path)
    with pytest.raises(SourceIncompleteError, match="answered 0 of"):
        connector.cards()
    connector.close()
