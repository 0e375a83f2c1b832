"""Whoever asks for a sign-in gets a letter, if their address is known; nobody learns whether it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from config.configuration import Configuration
from daemon.app.accounts.sign_in_letters import SignInLetter
from daemon.notices.sign_in import KIND, sign_in_letters
from engine.model.user import User
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked
from tests.daemon.http.conftest import SETTINGS
from tests.daemon.http.site.browsing import BASE, Browser
from tests.standins.mailserver import HOST, PATIENCE, Mailroom, mail_server
from tests.worlds.folder_world import FolderWorld

MAIL = '[mail]\nsmtp = "smtp://{host}:{port}"\nfrom = "Our gatherly <gatherly@example.com>"\n'


class Sent:
    """Sends letters as the daemon does, and tells when one has gone out or could not."""

    def __init__(self) -> None:
        self.ended: Queue[str] = Queue()

    def __call__(self, configuration: Configuration) -> SignInLetter | None:
        letter = sign_in_letters(configuration)
        if letter is None:
            return None

        def send(user: User, address: str) -> None:
            try:
                letter(user, address)
            finally:
                self.ended.put(user.id)

        return send


@pytest.fixture
def room() -> Mailroom:
    return Mailroom()


@pytest.fixture
def api(tmp_path: Path, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    with mail_server(room) as port:
        settings = SETTINGS + MAIL.format(host=HOST, port=port)
        world = FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z", settings)
        with world.standing(), world.services() as services:
            asked = Asked(world, services)
            asked.doors.letters = Sent()
            yield asked


def test_a_known_address_is_mailed_a_link_that_signs_in_and_others_are_told_the_same(
    api: Asked, room: Mailroom
) -> None:
    browser = Browser(api, None)
    said = []
    for address in ("nobody@example.com", "ALICE@example.com", "alice@example.com.evil"):
        answer = browser.post("/sign-in", {"address": address}, csrf=None)
        said.append((answer.status_code, answer.text))
    assert len(set(said)) == 1
    assert said[0][0] == 200
    assert isinstance(api.doors.letters, Sent)
    assert api.doors.letters.ended.get(timeout=PATIENCE) == "alice"
    letter = room.messages()[0]
    assert room.recipients == ["alice@example.com"]
    assert letter["X-Gatherly-Kind"] == KIND
    assert letter["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        part = letter.get_body((kind,))
        assert part is not None
        found = re.findall(rf"{BASE}/sign-in/[\w-]+", str(part.get_content()))
        assert len(set(found)) == 1
    assert browser.client.post(found[0].removeprefix(BASE)).status_code == 303
    assert browser.get("/").status_code == 200


def test_a_relay_that_refuses_hinders_nobody(api: Asked, room: Mailroom) -> None:
    room.at_recipient = "550 No such user"
    answer = Browser(api, None).post("/sign-in", {"address": "alice@example.com"}, csrf=None)
    assert answer.status_code == 200
    assert isinstance(api.doors.letters, Sent)
    api.doors.letters.ended.get(timeout=PATIENCE)
    assert room.letters == []


def test_what_is_no_address_is_asked_for_again(api: Asked) -> None:
    for address in ("", "alice", "a" * 300 + "@example.com"):
        answer = Browser(api, None).post("/sign-in", {"address": address}, csrf=None)
        assert answer.status_code == 422, address
        assert "Write an address" in answer.text
