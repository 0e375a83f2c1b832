"""What can be found out by asking: nothing by how much work an answer is, nothing by pressing twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.http.rates import Rates
from daemon.http.site.browsing import masked
from engine.model.invitation import HELD_FOR
from tests.daemon.http.site.browsing import Marked
from tests.daemon.outside.outsiders import BASE, EVE, Outsiders, outside
from tests.standins.time import HandClock
from tests.store.questions import questions
from tests.worlds.notice_world import text_of

pytestmark = [pytest.mark.long, pytest.mark.upload]
VERA, GONE = "vera@visitor.test", "gone@visitor.test"


def asked_by(work: Callable[[], object]) -> list[str]:
    with questions() as asked:
        work()
    return asked


def test_no_answer_tells_by_its_work_what_its_words_do_not(tmp_path: Path) -> None:
    """Dead links alike, a page the same however much is held, a forgotten address as any other."""
    with outside(tmp_path) as at:
        link, _ = at.invite(uses=9, days="wednesday", within="5d")
        used, _ = at.invite(uses=1)
        revoked, id_ = at.invite()
        expired, _ = at.invite(expires="1m")
        at.invitations.revoke(id_)
        at.take(used, at.ticks(used)[-1], email="used@visitor.test")
        at.confirm("used@visitor.test")
        at.world.pass_time(60)
        flipped = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
        dead = [asked_by(lambda: at.client.get(one)) for one in (revoked, expired, used, flipped, "/i/x")]  # noqa: B023 # at once
        assert [len(asked) for asked in dead] == [len(dead[0])] * len(dead), dead

        assert at.take(link, at.ticks(link)[0], email="s0@visitor.test").status_code == 200
        few = asked_by(lambda: at.client.get(link))
        before = at.ticks(link)
        for number, client in enumerate(("203.0.113.2", "2001:db8::1", "2001:db8:1::1"), 1):
            taken = at.take(link, at.ticks(link)[0], email=f"s{number}@visitor.test", client=client)
            assert taken.status_code == 200
        many = asked_by(lambda: at.client.get(link))
        assert len(many) == len(few), many
        assert at.ticks(link) == before[3:]
        at.world.pass_time(HELD_FOR)
        at.world.run_once()

        at.take(link, at.ticks(link)[0], email=GONE)
        at.world.run_once()
        at.forget(GONE)
        mails = len(at.mails(GONE))
        first, second = at.ticks(link)[:2]
        usual = at.take(link, first, email=VERA)
        work = asked_by(lambda: at.take(link, second, email=GONE, client="203.0.113.2"))
        assert first not in at.ticks(link)
        assert second not in at.ticks(link), "who was forgotten can be told by what they do not hold"
        assert usual.status_code == 200
        at.world.run_once()
        assert len(at.mails(VERA)) == 1
        assert len(at.mails(GONE)) == mails
        assert GONE not in str(at.services.custody.export(at.world.people[0].name))  # type: ignore[arg-type] # an id
        at.world.pass_time(HELD_FOR)
        at.world.run_once()
        assert at.holds() == 1
        again = asked_by(lambda: at.take(link, at.ticks(link)[0], email="s9@visitor.test"))
        assert len(work) > 5 < len(again)


def test_whoever_presses_twice_is_told_the_same_and_holds_one_time(tmp_path: Path) -> None:
    """A double click is one; another's click on that time is told that it is gone."""
    with outside(tmp_path) as at:
        link, _ = at.invite(uses=9)
        start, later = at.ticks(link)[:2]
        said = [at.take(link, start) for _ in range(3)]
        assert {(one.status_code, one.text) for one in said} == {(200, said[0].text)}
        assert at.take(link, start, email=VERA.upper()).status_code == 200
        assert at.holds() == 1
        at.world.run_once()
        assert len(at.mails(VERA, "confirm")) == 1
        for email, client, wanted in (
            (VERA, "203.0.113.2", start),
            ("other@visitor.test", "203.0.113.1", start),
            ("other@visitor.test", "203.0.113.2", start),
            (VERA, "203.0.113.1", later),
        ):
            assert at.take(link, wanted, email=email, client=client).status_code == 409
        assert at.confirm().status_code == 200
        assert at.take(link, start).status_code == 409
        assert at.holds() == 1


def test_rates_zones_and_the_preview_with_a_guest(tmp_path: Path) -> None:
    """An IPv6 client is a /64, whatever address it takes of it; browsers may live in no place."""
    with outside(tmp_path) as at:
        link, _ = at.invite(days="wednesday", within="5d")
        zone_is_read(at, link)
        preview_names_the_guest(at)
        at.doors.by_address = Rates(HandClock(), 3)
        one, neighbour, elsewhere = (
            at.clients[name] for name in ("2001:db8::1", "2001:db8::2", "2001:db8:1::1")
        )
        assert [one.get(link).status_code for _ in range(3)] == [200] * 3
        for path in (link, "/r/x", "/sign-in"):
            refused = neighbour.get(path)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
        assert elsewhere.get(link).status_code == 200
        assert [at.clients[name].get(link).status_code for name in ("203.0.113.1", "203.0.113.2")] == [
            200
        ] * 2


def zone_is_read(at: Outsiders, link: str) -> None:
    """A browser that says `Etc/GMT+5` reads times five hours behind Greenwich, and so do its mails."""
    start = at.ticks(link)[0]
    told = at.client.get(f"{link}?tz=Etc/GMT%2B5").text
    assert '<option value="Etc/GMT+5" selected>' in told
    assert told != at.client.get(link).text == at.client.get(f"{link}?tz=Etc/Nowhere").text
    fields = {"start": start, "name": "Vera", "email": VERA, "tz": "Etc/GMT+5"}
    assert at.client.post(link, data=fields).status_code == 200
    at.world.run_once()
    assert "GMT+5" in text_of(at.mails(VERA)[-1])
    assert '<option value="Etc/GMT+5" selected>' in at.client.get(at.link(VERA, "confirm")).text


def preview_names_the_guest(at: Outsiders) -> None:
    """By form and by sentence; one who may not be asked is refused before anything is sent, as then."""

    def typed(path: str, **fields: str) -> tuple[int, str]:
        browser = at.signed_in("alice")
        cookie = next(one.value or "" for one in browser.cookies.jar)
        opened = at.doors.browsers.browser(cookie)
        assert opened is not None
        sent = browser.post(path, data={"csrf": masked(opened.csrf), **fields}, headers={"Origin": BASE})
        return sent.status_code, Marked(sent.text).text

    form = {"title": "Lunch", "duration": "30", "within": "5"}
    for asked in ({**form, "others": EVE}, {"message": f"Lunch with {EVE} on Wednesday"}):
        status, text = typed("/new/preview", **asked)
        assert (status, f"{EVE} would be asked by mail" in text) == (200, True), text
        assert "suit those whose calendars are known" in text
    mallory = "mallory@example.net"
    for asked in ({**form, "others": mallory}, {"message": f"Lunch with {mallory} on Wednesday"}):
        status, text = typed("/new/preview", **asked)
        assert (status, f"{mallory} is no user, and may not be a guest" in text) == (200, True), text
        assert "would be asked" not in text
        assert typed("/new", **asked)[0] == 422
    assert at.mails(EVE) == at.mails(mallory) == []
