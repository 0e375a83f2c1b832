"""`gatherly contact …` and its like, as somebody at a terminal meets them."""

from pathlib import Path

import pytest

from tests.daemon.http.asking import PEOPLE
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import ON
from tests.worlds.command_line import Answered, Line
from tests.worlds.folder_world import FolderWorld

CARD = "BEGIN:VCARD\nVERSION:{version}\nFN:{name}\nEND:VCARD\n"


class Terminal:
    """Alice at her terminal."""

    def __init__(self, world: FolderWorld, line: Line) -> None:
        self.world = world
        self._line = line

    def __call__(self, *words: object) -> Answered:
        return self._line(*words, "--as", "alice", "-c", self.world.file)


@pytest.fixture
def alice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(FolderWorld(tmp_path, PEOPLE, NOW, ON), Line(capsys))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("contact", "import", "{away}"), "cannot be read: No such file or directory"),
        (("contact", "import", "{folder}"), "cannot be read: it is not a plain file but a folder"),
        (("event", "import", "{folder}", "--calendar", "x"), "it is not a plain file but a folder"),
        (("contact", "graph", "--svg", "{away}/x.svg"), "cannot be written: No such file or directory"),
    ],
)
def test_a_file_that_is_none_is_named_with_a_way_out(
    alice: Terminal, tmp_path: Path, words: tuple[str, ...], what: str
) -> None:
    done = alice(*(word.format(away=tmp_path / "away", folder=tmp_path) for word in words))
    assert done.returncode == 1
    assert what in done.stderr
    assert ". Name a file " in done.stderr


def test_it_is_told_how_many_cards_were_taken_beside_a_broken_one(alice: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "some.vcf"
    file.write_text(CARD.format(version="3.0", name="Ana") + CARD.format(version="2.1", name="Old"))
    done = alice("contact", "import", file)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "Card 2 cannot be read: version 2.1 is none of 3.0, 4.0. Taken in: 1 card."
    )


def test_a_file_without_a_card_is_refused(alice: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "none.vcf"
    file.write_text("hello")
    done = alice("contact", "import", file)
    assert done.returncode == 1
    assert "No card is in" in done.stderr
    assert ". Give a file of cards" in done.stderr
