"""Whose calendars they are: the account's own addresses, read from the server (RFC 6638 section 2.4.1)."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.ids import RemoteCalendarId
from engine.model.calendar_object import Changes
from tests.connectors.ical.caldav.sources import opened
from tests.connectors.ical.reading.busy_times import window
from tests.contracts.connector import ZONE
from tests.standins.odd_dav import CALENDAR, NAMESPACES, Heard, OddDav, Said, event, odd_dav, response

ITSELF = RemoteCalendarId(".")
DECEMBER = window("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")
ALIAS = "d.meyer@alias.example"


@pytest.fixture
def odd() -> Iterator[OddDav]:
    with odd_dav() as running:
        declined = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ALIAS}\r\nATTENDEE:mailto:eve@example.com\r\nSUMMARY"
        running.objects[f"{CALENDAR}no.ics"] = event("no", 7).replace("SUMMARY", declined)
        running.objects[f"{CALENDAR}yes.ics"] = event("yes", 8)
        yield running


def principal(*hrefs: str, status: int = 207) -> Said:
    told = "".join(f"<d:href>{href}</d:href>" for href in hrefs)
    members = response("/p/", f"<c:calendar-user-address-set>{told}</c:calendar-user-address-set>")
    return Said(status, f"<d:multistatus {NAMESPACES}>{members}</d:multistatus>".encode())


def telling(answer: Said) -> Callable[[Heard], Said | None]:
    """Have the calendar name a principal, which answers so."""

    def before(heard: Heard) -> Said | None:
        if heard.target == "/p/":
            return answer
        if heard.method == "PROPFIND" and "current-user-principal" in heard.body:
            kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
            named = f"{kind}<d:current-user-principal><d:href>/p/</d:href></d:current-user-principal>"
            body = f"<d:multistatus {NAMESPACES}>{response(CALENDAR, named)}</d:multistatus>"
            return Said(207, body.encode())
        return None

    return before


def busy(odd: OddDav, base: Path, token: str | None = None) -> tuple[list[str], Changes]:
    with closing(opened(odd.url, base)) as connector:
        first = connector.changes(ITSELF, None, {})
        if token is not None:
            connector.changes(ITSELF, token, {})
        return [str(one.uid) for one in connector.interpret(first.objects, DECEMBER, ZONE).occurrences], first


@pytest.mark.parametrize(
    "spelled", [f"mailto:{ALIAS}", f"MAILTO:{ALIAS.upper()}", "mailto:d%2Emeyer@alias.example"]
)
def test_what_the_owner_declined_by_another_address_of_the_account_is_free(
    odd: OddDav, tmp_path: Path, spelled: str
) -> None:
    assert busy(odd, tmp_path)[0] == ["no", "yes"]
    odd.before = telling(principal("/p/", "urn:uuid:1234", spelled, "mailto:dave@example.com"))
    assert busy(odd, tmp_path)[0] == ["yes"]


def test_a_token_remembers_the_addresses_so_that_nothing_is_asked_after_a_restart(
    odd: OddDav, tmp_path: Path
) -> None:
    odd.before = telling(principal(f"mailto:{ALIAS}"))
    _, first = busy(odd, tmp_path)
    odd.heard.clear()
    with closing(opened(odd.url, tmp_path)) as connector:
        connector.changes(ITSELF, first.token, {})
        assert len([one for one in odd.heard if one.method == "PROPFIND"]) == 0
        found = connector.interpret(first.objects, DECEMBER, ZONE)
    assert [str(one.uid) for one in found.occurrences] == ["yes"]


@pytest.mark.parametrize(
    "answer",
    [Said(403), Said(500), Said(207, b"<"), Said(302, b"", {"Location": "http://["}), principal(),
     principal("mailto:", "mailto:" + "a" * 9000 + "@b", "x" * 500, "http://[")],
)  # fmt: skip
def test_an_account_that_does_not_tell_is_read_all_the_same(
    odd: OddDav, tmp_path: Path, answer: Said
) -> None:
    odd.before = telling(answer)
    assert busy(odd, tmp_path)[0] == ["no", "yes"]
