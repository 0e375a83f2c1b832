"""Guests: asked by mail, answering by ticks, invited to what is booked, and told the truth when too late."""

from pathlib import Path

import pytest

from daemon.app.requests.conversation import begin, say
from engine.errors import InputError
from engine.ids import UserId
from engine.model.guest import Guest
from engine.sessions.guests import AwaitsGuestError, GuestRules, guest_address
from engine.time.instant import parse_instant
from engine.time.span import DAY
from tests.daemon.outside.outsiders import CANARY, EVE, FRANK, LINK, Outsiders, outside
from tests.worlds.notice_world import html_of, text_of


def test_a_guest_is_asked_ticks_and_is_invited_then(tmp_path: Path) -> None:
    """The whole way: mail, page, ticks, the host's view, booking, a late answer, another round, a no."""
    with outside(tmp_path) as at:
        session = at.ask("bob", EVE, title="Goldcrest")
        (mail,) = at.mails(EVE)
        assert mail["X-Gatherly-Kind"] == "asked"
        link = at.link(EVE, "asked")
        page = at.client.get(link)
        assert at.client.get(link).text == page.text
        assert at.guests(session) == [{"address": EVE, "answeredAt": None, "suits": []}]
        for said in (page.text, text_of(mail), html_of(mail)):
            assert not [word for word in (CANARY, "bob", "%") if word in said.replace("100%", "")]
        starts = at.ticks(link)
        assert 1 <= len(starts) <= 6
        assert starts == [one["start"] for one in at.world.view(session)["proposedTimes"]]
        with pytest.raises(AwaitsGuestError, match="has not answered"):
            at.services.desk.accept(session, 1)
        choose = at.world.letters("alice", "proposed")[-1]
        assert "those whose calendars are known" in text_of(choose)
        hosts = at.client.get(LINK.findall(text_of(choose))[0]).text
        assert (f"with bob, {EVE}" in hosts, "Take this time" in hosts) == (True, False)
        assert hosts.count(f"Waits for the answer of {EVE}") == len(starts)
        assert at.tick(link).status_code == 409
        assert at.tick(link, "2026-11-17T10:00:07Z").status_code == 409
        assert at.tick(link, "soon").status_code == 409
        assert at.press(link, "take").status_code == 410
        assert at.guests(session)[0]["answeredAt"] is None
        assert at.tick(link, starts[1]).status_code == 200
        assert at.guests(session)[0]["suits"] == [starts[1]]
        again = at.tick(link, starts[0])
        assert again.status_code == 409
        assert "answered already" in again.text
        assert at.guests(session)[0]["suits"] == [starts[1]]
        at.world.run_once()
        told = at.world.letters("alice", "answered")[-1]
        assert EVE in told["Subject"]
        assert f"start={starts[1]}" in text_of(told)
        assert f"start={starts[0]}" not in text_of(told)
        hosts = at.client.get(LINK.findall(text_of(told))[0]).text
        assert hosts.count("Take this time") == 1
        assert hosts.count(f"Does not suit {EVE}") == len(starts) - 1
        with pytest.raises(AwaitsGuestError, match="does not suit"):
            at.services.desk.accept_at(session, starts[0])
        assert at.calendar(EVE) == {}
        at.booked(session, starts[1])
        assert [parse_instant(starts[1])] == [int(one.timestamp()) for one in at.calendar(EVE).values()]
        late = at.tick(link, starts[0])
        assert (late.status_code, "booked already" in late.text) == (409, True)
        invitation = at.mails(EVE)[-1]
        assert "bob" not in str(invitation)
        at.services.desk.reschedule(session)
        assert at.client.get(link).status_code == 410
        at.world.undo()
        assert at.calendar(EVE) == {}
        anew = at.link(EVE, "asked")
        assert anew != link
        assert len(at.mails(EVE, "asked")) == 2
        at.tick(anew, *at.ticks(anew))
        second = at.guests(session)[0]["suits"][-1]
        at.booked(session, second)
        assert [parse_instant(second)] == [int(one.timestamp()) for one in at.calendar(EVE).values()]
        leaving = at.links(EVE)[-1]
        assert at.client.get(leaving).status_code == 200
        assert at.world.view(session)["status"] == "scheduled"
        assert at.press(leaving, "cannot").status_code == 200
        assert at.world.view(session)["status"] == "pending"
        assert at.press(leaving, "cannot").status_code == 410
        at.world.undo()
        assert at.calendar(EVE) == {}


@pytest.mark.long
@pytest.mark.upload
def test_none_of_these_is_an_answer_and_an_optional_guest_never_hinders(tmp_path: Path) -> None:
    """An optional guest is asked, and invited whatever they say; a required one's none leaves nothing."""
    with outside(tmp_path) as at:
        one = at.ask(FRANK, title="Brambling")
        two = at.ask("bob", optional=(EVE,), title="Siskin")
        assert at.press(at.link(FRANK, "asked"), "none").status_code == 200
        answered = at.guests(one)[0]
        assert (answered["suits"], answered["answeredAt"] is not None) == ([], True)
        with pytest.raises(AwaitsGuestError):
            at.services.desk.accept(one, 1)
        at.services.desk.accept(two, 1)
        at.world.run_once()
        assert at.world.view(two)["status"] == "scheduled"
        assert len(at.calendar(EVE)) == 1
        leaving = at.links(EVE)[-1]
        assert at.press(leaving, "cannot").status_code == 200
        said = at.press(leaving, "cannot")
        assert (said.status_code, "said already" in said.text) == (409, True)
        assert at.world.view(two)["status"] == "scheduled"
        at.services.desk.cancel(two)
        at.world.undo()
        assert at.calendar(EVE) == {}
        at.forget(FRANK)
        assert FRANK not in str(at.world.view(one))
        assert FRANK not in str(_notices(at))
        assert at.client.get(at.link(FRANK, "asked")).status_code == 410
        with pytest.raises(InputError, match="erased"):
            at.world.create("alice", FRANK)
        at.services.desk.accept(one, 1)


def _notices(at: Outsiders) -> list[str]:
    with at.services.store.reading() as tx:
        return [one.title for one in tx.repositories.notifications.of_user(UserId("alice"))]


@pytest.mark.parametrize(
    ("guest", "why"),
    [
        ("eve@example.net", "may not be a guest"),
        ("eve@sub.example.org", "may not be a guest"),
        ("eve@example.org.evil.test", "may not be a guest"),
        ('a"b@example.org', "no address"),
        ("eve@example.org\r\nBcc: x@example.org", "no address"),
        ("eve@localhost", "no address"),
        (f"{'e' * 65}@example.org", "no address"),
        ("a@b@example.org", "no address"),
        ("eve@example.org.", "no address"),
        ("eve@.example.org", "no address"),
        ("eve.@example.org", "no address"),
        (".eve@example.org", "no address"),
        ("e..ve@example.org", "no address"),
        ("\u00e9ve@example.org", "no address"),
        ("eve@-example.org", "no address"),
        ("eve@ex\u0430mple.org", "may not be a guest"),
        ("eve@exa\u00admple.net", "may not be a guest"),
    ],
)
def test_who_may_not_be_a_guest_is_refused_in_words(guest: str, why: str) -> None:
    """Nobody is let in by a look-alike, and nothing is mailed."""
    rules = GuestRules(domains=frozenset({"example.org"}), reachable=True)
    with pytest.raises(InputError, match=why):
        rules.check([Guest(address=guest_address(guest))])


@pytest.mark.parametrize(
    "spelling",
    [
        "EVE@EXAMPLE.ORG",
        "eve@\uff45xample.org",
        "eve@example\u3002org",
        "eve@exa\u00admple.org",
        " eve@example.org\n",
    ],
)
def test_a_mailbox_is_the_same_however_it_is_written(spelling: str) -> None:
    """Who is forgotten, or holds a time, is known by every spelling that mail goes by."""
    assert guest_address(spelling) == EVE
    assert guest_address("a@m\u00fcnchen.de") == guest_address("A@XN--mnchen-3ya.DE") == "a@xn--mnchen-3ya.de"


@pytest.mark.long
@pytest.mark.upload
def test_a_host_can_have_only_so_many_asked_in_a_day(tmp_path: Path) -> None:
    """What was let in is asked later; what comes beyond it is refused; the same once a day has passed."""
    with outside(tmp_path, "mails_per_day = 2\n") as at:
        first = at.ask(EVE)
        at.ask(FRANK)
        with pytest.raises(InputError, match="within a day"):
            at.world.create("alice", "gina@example.org")
        at.services.desk.reject(first)
        at.world.run_once()
        at.world.run_once()
        assert len(at.mails(EVE)) == 1
        at.world.pass_time(DAY + 60)
        at.world.run_once()
        at.world.run_once()
        assert len(at.mails(EVE)) == 2


@pytest.mark.long
@pytest.mark.upload
def test_invitations_count_among_the_mails_of_a_day_and_wait_unless_their_time_was_ticked(
    tmp_path: Path,
) -> None:
    """A host who books and moves over and over mails an optional guest no more than is let be."""
    with outside(tmp_path, "mails_per_day = 4\n") as at:
        ticked = at.ask(EVE, title="Goldcrest", days="wednesday")
        silent = at.ask("bob", optional=(FRANK,), title="Siskin")
        link = at.link(EVE, "asked")
        starts = at.ticks(link)
        at.tick(link, *starts)
        for _ in range(3):
            at.services.desk.accept(silent, 1)
            at.world.run_once()
            at.services.desk.reschedule(silent)
            at.world.undo()
        to_frank = [str(mail["X-Gatherly-Kind"]) for mail in at.mails(FRANK)]
        assert len(at.mails(EVE)) + len([kind for kind in to_frank if kind == "asked"]) <= 4
        requests = [mail for mail in at.mails(FRANK) if "REQUEST" in str(mail.get_content_type()) + str(mail)]
        assert len(requests) <= 2
        assert at.world.view(silent)["status"] == "pending"
        at.booked(ticked, starts[0])
        assert len(at.calendar(EVE)) == 1
        for number in range(5):
            at.services.desk.edit(ticked, title=f"Goldcrest {number}")
            at.world.run_once()
        assert len([mail for mail in at.mails(EVE) if mail["X-Gatherly-Kind"] is None]) == 1
        at.world.pass_time(DAY)
        at.world.run_once()
        assert "Goldcrest 4" in at.mails(EVE)[-1]["Subject"]


@pytest.mark.long
@pytest.mark.upload
def test_a_sentence_takes_a_guest_and_one_who_becomes_a_user_keeps_answers(tmp_path: Path) -> None:
    """`lunch with eve@example.org on Tuesday`; nobody else who is named so is a guest by accident."""
    with outside(tmp_path) as at:
        session = begin(at.services.desk, f"Schedule lunch with {EVE} on Tuesday", "alice").id
        at.world.run_once()
        assert at.guests(session)[0]["address"] == EVE
        link = at.link(EVE, "asked")
        at.tick(link, *at.ticks(link))
        _, (answer,) = say(at.services.desk, session, "Add mallory@example.net", "alice")
        assert "may not be a guest" in answer.content
        assert [one["address"] for one in at.guests(session)] == [EVE]
        with pytest.raises(InputError, match="may not be a guest"):
            begin(at.services.desk, "Schedule lunch with mallory@example.net on Tuesday", "alice")
