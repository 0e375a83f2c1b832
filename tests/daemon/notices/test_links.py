"""Links: shown by whoever opens them, acted by with one press, and all that is wrong told alike."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from connectors.sandbox.task import run_here
from daemon.app.accounts.settings import change_settings
from daemon.app.links import Act, LinkDesk
from daemon.app.principal import Principal, Role
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.services import Services
from engine.ids import SessionId, UserId
from engine.model.notices import LinkVerb
from engine.model.session import Answer, SessionStatus
from engine.notices.links import token_of
from engine.time.span import DAY
from tests.standins.busy_store import ChangedBefore
from tests.store.questions import questions
from tests.worlds.notice_world import NoticeWorld, noticing, text_of

LINK = re.compile(r"(?<=http://127\.0\.0\.1:8765)/r/[\w-]+")
UNSUBSCRIBE = re.compile(r"<http://127\.0\.0\.1:8765(/r/[\w-]+)>")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Opened:
    """A world whose daemon stands, with its links opened as by anybody."""

    def __init__(self, world: NoticeWorld, services: Services) -> None:
        self.world, self.services = world, services
        doors = Doors.of(services.access, run_here)
        doors.by_address._most = 1e9
        self.client = TestClient(make_application(doors), base_url="http://127.0.0.1:8765")

    def asked(self, **wishes: str) -> tuple[SessionId, str]:
        """Have Alice ask for half an hour with Bob; gives the session and the link in her mail."""
        session = self.world.create("alice", "bob", **wishes)
        self.world.run_once()
        return session, self.link("alice", "proposed", wishes.get("title", ""))

    def link(self, who: str, kind: str, title: str = "") -> str:
        letters = [one for one in self.world.letters(who, kind) if title in str(one["Subject"])]
        return str(LINK.findall(text_of(letters[-1]))[0])

    def press(self, link: str, verb: str, start: str = "") -> Response:
        return self.client.post(link, data={"verb": verb, "start": start})

    def session(self, session: SessionId) -> SessionStatus:
        with self.services.store.reading() as tx:
            found = tx.sessions.get(session)
        assert found is not None
        return found.status

    def slots(self, session: SessionId) -> list[str]:
        return [one["start"] for one in self.world.view(session)["proposedTimes"]]


@contextmanager
def opening(root: Path, settings: str = "") -> Iterator[Opened]:
    with noticing(root, settings=settings) as world, world.standing(), world.services() as services:
        yield Opened(world, services)


def test_a_time_is_taken_by_one_press_and_the_link_is_dead_then(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        session, link = opened.asked(title="Tea <b>")
        page = opened.client.get(link)
        assert page.status_code == 200
        assert "Tea &lt;b&gt;" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert opened.client.get(link).status_code == 200
        assert opened.session(session) is SessionStatus.PENDING
        start = opened.slots(session)[1]
        assert f"start={start}" in text_of(opened.world.letters("alice", "proposed")[0])
        assert opened.press(link, "take", start).status_code == 200
        opened.world.run_once()
        assert opened.session(session) is SessionStatus.SCHEDULED
        assert opened.world.view(session)["finalTime"]["start"] == start
        assert opened.client.get(link).status_code == 410
        assert opened.press(link, "take", start).status_code == 410
        assert opened.client.get(opened.link("bob", "booked")).status_code == 200


@pytest.mark.long
@pytest.mark.upload
def test_who_was_told_that_it_is_booked_says_by_the_mails_link_that_they_cannot_come(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        session, link = opened.asked()
        opened.press(link, "take", opened.slots(session)[0])
        opened.world.run_once()
        out = opened.link("bob", "booked")
        assert "I cannot come" in opened.client.get(out).text
        assert "None of these" not in opened.client.get(out).text
        assert opened.press(out, "cannot").status_code == 200
        with opened.services.store.reading() as tx:
            found = tx.sessions.get(session)
        assert found is not None
        assert (found.responses[-1].user_id, found.responses[-1].answer) == ("bob", Answer.DECLINED)
        assert opened.client.get(opened.link("alice", "booked")).status_code == 410
        opened.world.undo()
        kinds = opened.world.kinds("alice")
        assert [kinds.count(kind) for kind in ("answered", "reopened", "proposed")] == [1, 1, 2]


def test_a_relaxation_is_applied_by_its_link(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        opened.world.busy("bob", ("2026-11-17T10:20:00Z", "2026-11-17T10:40:00Z"))
        wishes = {"days": "tuesday", "between": "02:00-03:00", "duration": "60m"}
        failed = opened.world.create("alice", "bob", title="Falcon", **wishes)
        opened.world.run_once()
        links = LINK.findall(text_of(opened.world.letters("alice", "failed")[0]))
        assert len(set(links)) >= 3
        assert "would help" in opened.client.get(links[0]).text
        assert opened.press(links[0], "relax").status_code == 200
        assert opened.press(links[0], "relax").status_code == 410
        opened.world.run_once()
        assert opened.session(failed) is SessionStatus.FAILED
        assert opened.world.kinds("alice") == ["failed", "proposed"]


@pytest.mark.long
@pytest.mark.upload
def test_one_click_ends_the_mails_and_nothing_else(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        session, link = opened.asked()
        letter = opened.world.letters("alice", "proposed")[0]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = UNSUBSCRIBE.search(str(letter["List-Unsubscribe"]))
        assert found is not None
        assert opened.client.get(found[1]).status_code == 200
        with opened.services.store.reading() as tx:
            assert tx.repositories.personal_settings.get("alice") is None
        body = {"List-Unsubscribe": "One-Click"}
        assert [opened.client.post(found[1], data=body).status_code for _ in range(2)] == [200, 200]
        opened.press(link, "take", opened.slots(session)[0])
        opened.world.run_once()
        assert opened.world.kinds("alice") == ["proposed"]
        assert opened.world.kinds("bob") == ["booked"]


def test_what_ends_the_mails_leaves_channels_that_are_set_meanwhile(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        opened.asked()
        found = UNSUBSCRIBE.search(str(opened.world.letters("alice", "proposed")[0]["List-Unsubscribe"]))
        assert found is not None
        access, alice = opened.services.access, UserId("alice")

        def on_her_page() -> None:
            change_settings(access, Principal(Role.USER, alice), alice, {"notify": ["email", "phone"]})

        busy = replace(access, store=ChangedBefore(access.store, on_her_page))  # type: ignore[type-var] # a StoreAccess
        links = LinkDesk(busy, access.custody.identifier)
        links.act(found[1].removeprefix("/r/"), Act(verb=LinkVerb.QUIET))
        with access.store.reading() as tx:
            kept = tx.repositories.personal_settings.get(alice)
        assert kept is not None
        assert kept.values["notify"] == ["phone"]


def raw(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def token(of: bytes) -> str:
    return urlsafe_b64encode(of).decode().rstrip("=")


def flipped(place: int) -> Callable[[str], str]:
    return lambda good: token(raw(good)[:place] + bytes([raw(good)[place] ^ 1]) + raw(good)[place + 1 :])


def letter_changed(place: int) -> Callable[[str], str]:
    def change(good: str) -> str:
        other = ALPHABET[(ALPHABET.index(good[place]) + 1) % len(ALPHABET)]
        return good[:place] + other + good[place + 1 :]

    return change


WRONG: dict[str, Callable[[str], str]] = {
    **{f"bit of byte {place} flipped": flipped(place) for place in range(0, 57, 3)},
    **{f"letter {place} changed": letter_changed(place) for place in (0, 1, 22, 34, 44, 60, 74)},
    "padding added": lambda good: good + "=",
    "another last letter of the same bytes": letter_changed(75),
    "cut by one": lambda good: good[:-1],
    "cut by half": lambda good: good[: len(good) // 2],
    "only its head": lambda good: token(raw(good)[:25]),
    "without its code": lambda good: token(raw(good)[:25] + bytes(32)),
    "a short code": lambda good: token(raw(good)[:41]),
    "longer": lambda good: token(raw(good) + b"x"),
    "twice": lambda good: good + good,
    "reversed": lambda good: good[::-1],
    "small letters": lambda good: good.lower(),
    "capitals": lambda good: good.upper(),
    "swapped case": lambda good: good.swapcase(),
    "standard alphabet": lambda good: good.replace("-", "+").replace("_", "+") + "+",
    "version 0": lambda good: token(b"\0" + raw(good)[1:]),
    "version 2": lambda good: token(b"\2" + raw(good)[1:]),
    "a later expiry": lambda good: token(raw(good)[:17] + (2**40).to_bytes(8, "big") + raw(good)[25:]),
    "an expiry that has passed": lambda good: token(raw(good)[:17] + bytes(8) + raw(good)[25:]),
    "another id": lambda good: token(raw(good)[:1] + bytes(16) + raw(good)[17:]),
    "nothing but zeroes": lambda good: token(bytes(57)),
    "nothing but ones": lambda good: token(b"\xff" * 57),
    "one letter": lambda good: "A",
    "a dot": lambda good: good + ".",
    "blank around it": lambda good: f"%20{good}%20",
    "a blank inside": lambda good: f"{good[:9]}%20{good[9:]}",
    "a NUL": lambda good: good + "%00",
    "a line end": lambda good: good + "%0D%0A",
    "not ASCII": lambda good: good[:-1] + "%C3%A9",
    "wide digits": lambda good: good[:-1] + "%EF%BC%91",
    "a JSON Web Token": lambda good: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.",
    "SQL": lambda good: "'%20OR%20'1'='1",
    "a path out": lambda good: "..%5C..%5Cetc%5Cpasswd",
    "a template": lambda good: "%7B%7B7*7%7D%7D",
    "the word null": lambda good: "null",
    "very long": lambda good: "A" * 5000,
    "an id in the open": lambda good: raw(good)[1:17].hex(),
}


def test_whatever_is_wrong_with_a_link_is_answered_alike_after_the_same_questions(
    tmp_path: Path,
) -> None:
    with opening(tmp_path) as opened:
        session, link = opened.asked()
        good, start = link.removeprefix("/r/"), opened.slots(session)[0]
        assert len(WRONG) >= 55
        answers, asked = set(), set[tuple[str, ...]]()
        for name, change in WRONG.items():
            wrong = change(good)
            assert wrong != good, name
            with questions() as told:
                answered = (opened.client.get(f"/r/{wrong}"), opened.press(f"/r/{wrong}", "take", start))
            asked.add(tuple(told))
            for answer in answered:
                headers = {key: value for key, value in answer.headers.items() if key != "date"}
                answers.add((answer.status_code, answer.text, tuple(sorted(headers.items()))))
                assert answer.status_code == 410, name
        assert len(answers) == len(asked) == 1
        assert opened.session(session) is SessionStatus.PENDING
        assert opened.client.get(link).status_code == 200


STALE = ("used", "rejected", "another verb", "of another key", "called off", "expired", "of somebody gone")
"""What makes a good link a bad one; the last two concern everybody's at once."""


def went_bad(how: str, opened: Opened, session: SessionId, link: str) -> tuple[str, str]:
    """Make a link go bad; gives what is opened then, and what is pressed there."""
    if how == "used":
        opened.press(link, "none")
    elif how == "expired":
        opened.world.pass_time(8 * DAY)
    elif how == "rejected":
        opened.services.desk.reject(session)
        opened.world.run_once()
    elif how == "another verb":
        return link, "relax"
    elif how == "of somebody gone":
        opened.services.custody.erase(UserId("alice"), opened.world.clock.now())
    elif how == "of another key":
        with opened.services.store.reading() as tx:
            mine = next(one for one in tx.repositories.links.of_user(UserId("alice")) if one.session_id)
        return f"/r/{token_of(lambda text: (text.encode() * 9)[:32], mine)}", "take"
    else:
        opened.services.desk.cancel(session)
    return link, "take"


@pytest.mark.long
@pytest.mark.upload
def test_what_was_good_once_is_answered_as_what_never_was(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        never = opened.press("/r/AAAA", "take")
        for how in STALE:
            session, link = opened.asked(title=how)
            start = opened.slots(session)[0]
            bad, verb = went_bad(how, opened, session, link)
            got = opened.press(bad, verb, start)
            assert (got.status_code, got.text) == (never.status_code, never.text) == (410, never.text), how


@pytest.mark.long
@pytest.mark.upload
def test_a_time_that_was_never_offered_is_refused_in_words_and_the_link_lives(tmp_path: Path) -> None:
    with opening(tmp_path) as opened:
        session, link = opened.asked()
        for start in ("", "soon", "2026-11-18T03:07:00Z", "9" * 60):
            answer = opened.press(link, "take", start)
            assert answer.status_code == 409, start
            assert "Take this time" in answer.text
        assert opened.press(link, "take", opened.slots(session)[0]).status_code == 200


@pytest.mark.long
@pytest.mark.upload
def test_a_feed_holds_what_is_booked_until_it_is_revoked(tmp_path: Path) -> None:
    from daemon.app.accounts.feeds import Feeds

    with opening(tmp_path) as opened:
        feeds = Feeds(opened.services.access)
        address = feeds.address(UserId("bob"), "feed").removeprefix("http://127.0.0.1:8765")
        assert "VEVENT" not in opened.client.get(address).text
        session, link = opened.asked(title="Curlew")
        opened.press(link, "take", opened.slots(session)[0])
        opened.world.run_once()
        got = opened.client.get(address)
        assert (got.status_code, got.text.count("BEGIN:VEVENT")) == (200, 1)
        assert "SUMMARY:Curlew" in got.text
        again = opened.client.get(address, headers={"If-None-Match": got.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert opened.client.get(address.replace("/feed/", "/r/").removesuffix(".ics")).status_code == 410
        assert feeds.revoke(UserId("bob"), "feed")
        assert opened.client.get(address).status_code == 404
