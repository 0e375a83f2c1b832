"""Invitation links: free starts and nothing else, a hold, one mail, a booking; the late are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.ids import UserId
from engine.model.invitation import HELD_FOR
from engine.time.instant import parse_instant
from engine.time.span import DAY
from tests.daemon.outside.outsiders import BASE, CANARY, outside
from tests.worlds.notice_world import html_of, text_of

VERA = "vera@visitor.test"
HERE, THERE = "203.0.113.1", "203.0.113.2"


def test_a_stranger_takes_a_start_confirms_by_mail_and_can_say_that_they_cannot_come(tmp_path: Path) -> None:
    """The whole way, and what is refused on it."""
    with outside(tmp_path) as at:
        link, id_ = at.invite(title="Office hour", within="6d", days="tuesday", between="09:00-15:00", uses=2)
        page = at.client.get(link)
        starts = at.ticks(link)
        assert len(starts) >= 2
        assert "2026-11-17T18:00:00Z" not in starts
        assert CANARY not in page.text
        assert "Bob" not in page.text
        assert [at.client.get(link).text for _ in range(5)] == [page.text] * 5
        tokyo = at.client.get(f"{link}?tz=Asia/Tokyo").text
        assert "Wednesday 18 November" in tokyo
        assert at.client.get(f"{link}?tz=../../etc/passwd").text == page.text
        for start in ("2026-11-17T18:00:00Z", "2026-11-17T03:00:00Z", "2027-01-01T00:00:00Z", "x", ""):
            refused = at.take(link, start)
            assert (refused.status_code, "not to be had" in refused.text) == (409, True), start
        for name, email in (
            ("", VERA),
            ("V" * 101, VERA),
            ("Vera", "vera"),
            ("Vera", "v@x.test\r\nBcc: y@x.test"),
        ):
            assert at.take(link, starts[0], name, email).status_code == 409
        assert at.holds() == 0
        name = "Vera\r\nBcc: evil@example.org"
        assert at.take(link, starts[0], name).status_code == 200
        assert at.holds() == 1
        assert starts[0] not in at.ticks(link)
        at.world.run_once()
        (mail,) = at.mails(VERA)
        assert (mail["X-Gatherly-Kind"], mail["Bcc"], mail["To"]) == ("confirm", None, mail["To"])
        confirm = at.link(VERA, "confirm")
        for _ in range(3):
            assert at.client.get(confirm).status_code == 200
        assert at.world.events("alice") == []
        assert at.press(confirm, "confirm").status_code == 200
        assert at.press(confirm, "confirm").status_code == 410
        at.world.run_once()
        (event,) = at.world.events("alice")
        assert "SUMMARY:Office hour" in event
        assert [int(one.timestamp()) for one in at.calendar(VERA).values()] == [parse_instant(starts[0])]
        (row,) = at.invitations.listed()
        assert (row["id"], row["uses"], row["used"], "url" in row) == (id_, 2, 1, False)
        assert "Asia/Tokyo" in text_of(at.mails(VERA)[-1])
        for one in at.mails(VERA):
            assert CANARY not in text_of(one) + html_of(one)
            assert "bob" not in str(one)
        at.take(link, at.ticks(link)[-1], email="ben@visitor.test", client="203.0.113.2")
        at.confirm("ben@visitor.test")
        at.world.run_once()
        assert at.client.get(link).status_code == 410
        leaving = next(one for one in at.links(VERA) if one != confirm)
        assert at.press(leaving, "cannot").status_code == 200
        at.world.undo()
        assert (at.calendar(VERA), len(at.world.events("alice"))) == ({}, 1)
        told = at.press(leaving, "cannot")
        assert (told.status_code, "does not take place" in told.text) == (409, True)


@pytest.mark.long
@pytest.mark.upload
def test_what_nobody_confirms_is_free_again_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    """One unconfirmed hold an address and a client; then everybody sees the time again."""
    with outside(tmp_path) as at:
        link, _ = at.invite(uses=5)
        *_, first, second, third = at.ticks(link)
        assert at.take(link, first).status_code == 200
        for email, client in (("other@visitor.test", HERE), (VERA, THERE), (VERA.upper(), THERE)):
            refused = at.take(link, second, email=email, client=client)
            assert (refused.status_code, "waits to be confirmed" in refused.text) == (409, True)
        assert at.take(link, second, email="six@visitor.test", client="2001:db8::1").status_code == 200
        assert at.take(link, third, email="seven@visitor.test", client="2001:db8::2").status_code == 409
        assert at.take(link, third, email="ate@visitor.test", client="2001:db8:1::1").status_code == 200
        taken = at.take(link, first, email="late@visitor.test", client="203.0.113.2")
        assert (taken.status_code, "not to be had" in taken.text) == (409, True)
        assert at.holds() == 3
        at.world.run_once()
        confirm = at.link(VERA, "confirm")
        at.world.pass_time(HELD_FOR)
        assert at.client.get(confirm).status_code == at.press(confirm, "confirm").status_code == 410
        assert first in at.ticks(link)
        at.world.run_once()
        assert at.holds() == 0
        for _ in range(4):
            assert at.take(link, first).status_code == 200
            at.world.pass_time(HELD_FOR)
        assert at.take(link, first).status_code == 409


@pytest.mark.long
@pytest.mark.upload
def test_a_time_that_its_owner_filled_meanwhile_is_told_and_let_go(tmp_path: Path) -> None:
    """Confirming what is not free any more books nothing, and says so."""
    with outside(tmp_path) as at:
        link, _ = at.invite(uses=2)
        start = at.ticks(link)[0]
        at.take(link, start)
        at.world.run_once()
        at.world.busy("alice", (start, start.replace(":00Z", ":59Z")))
        at.world.run_once()
        refused = at.press(at.link(VERA, "confirm"), "confirm")
        assert (refused.status_code, "not to be had" in refused.text, link in refused.text) == (
            409,
            True,
            True,
        )
        assert (at.holds(), at.world.events("alice")) == (0, [])
        assert start not in at.ticks(link)


@pytest.mark.long
@pytest.mark.upload
def test_whatever_is_wrong_with_a_link_is_told_alike(tmp_path: Path) -> None:
    """Revoked, expired, used up, forged, cut, another's kind, unknown: one page, one status."""
    with outside(tmp_path) as at:
        live, _ = at.invite(expires="2d")
        revoked, id_ = at.invite()
        expired, _ = at.invite(expires="1h")
        at.invitations.revoke(id_)
        at.ask("eve@example.org")
        asked = at.link("eve@example.org", "asked")
        at.world.pass_time(3600)
        flipped = live[:-3] + ("A" if live[-3] != "A" else "B") + live[-2:]
        wrong = (
            revoked,
            expired,
            flipped,
            live[:-1],
            live + "A",
            "/i/" + "A" * 76,
            "/i/x",
            asked.replace("/r/", "/i/"),
        )
        pages = {
            (page.status_code, page.text) for one in wrong for page in (at.client.get(one), at.take(one, "x"))
        }
        assert [status for status, _ in pages] == [410]
        assert at.client.get(live.replace("/i/", "/r/")).status_code == 410
        assert at.client.get(live).status_code == 200
        at.world.pass_time(2 * DAY)
        assert at.client.get(live).status_code == 410


def test_an_owner_whose_calendar_is_not_known_offers_nothing(tmp_path: Path) -> None:
    """Unknown is never free."""
    with outside(tmp_path) as at:
        link, _ = at.invite()
        assert at.ticks(link)
        with at.services.store.writing() as tx:
            for account in tx.calendars.accounts():
                if account.user_id == UserId("alice"):
                    tx.calendars.put_account(replace(account, last_success=None))
        at.world.pass_time(30 * DAY // 5)
        assert at.ticks(link) == []
        assert BASE not in at.client.get(link).text


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("email", ["alice@example.com", "bob@example.com"])
def test_a_users_address_is_told_as_any_other(tmp_path: Path, email: str) -> None:
    """Whether somebody is a user cannot be found out; what they confirm is booked all the same."""
    with outside(tmp_path) as at:
        link, _ = at.invite()
        start = at.ticks(link)[0]
        usual = at.take(link, start, email=email)
        assert (usual.status_code, "One step is left" in usual.text) == (200, True)
        assert at.confirm(email).status_code == 200
        at.world.run_once()
        assert len(at.world.events("alice")) == 1
