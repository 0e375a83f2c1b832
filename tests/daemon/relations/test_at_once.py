"""Two at once, on a database that shows what another has committed in the middle of a transaction."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from connectors.cards.vcard import cards_of
from daemon.app.relations.card_files import CardFiles
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, served
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import ON, desk
from tests.standins.time import Numbered
from tests.worlds.folder_world import FolderWorld

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.upload]


class Interrupted(Numbered):
    """Randomness: once it is told to, another thread does something to its end while it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None

    def token(self) -> str:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            other = Thread(target=meanwhile)
            other.start()
            other.join()
        return super().token()


def test_a_card_that_is_taken_in_twice_at_once_is_one_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    chance = Interrupted()
    settings = f'{ON}[store]\nurl = "{postgres}"\n'
    with served(FolderWorld(tmp_path, PEOPLE, NOW, settings, randomness=chance)) as api:
        cards = list(
            cards_of(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nEMAIL:ana@x.example\r\nEND:VCARD\r\n")
        )
        chance.meanwhile = lambda: CardFiles(desk(api)).take_in(cards)
        assert CardFiles(desk(api)).take_in(cards) == (1, [])
        found = api("alice", "GET", "/v1/contacts").json()["items"]
        assert [one["email"] for one in found] == ["ana@x.example"]
