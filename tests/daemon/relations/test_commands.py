"""`gatherly contact …` and its like, as somebody at a terminal meets them."""

import json
from pathlib import Path
from typing import Any

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

    def without(self, *words: object) -> Answered:
        """Run a command that nobody in particular asks."""
        return self._line(*words, "-c", self.world.file)

    def asked(self, *words: object) -> Any:
        """Read what a command tells as a document."""
        return json.loads(self(*words, "--json").stdout)


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


@pytest.fixture
def ana(alice: Terminal) -> str:
    """Somebody whom Alice knows, by id."""
    return str(alice.asked("contact", "add", "--name", "Ana Kovač", "--email", "ana@x.example")["id"])


def test_a_contact_is_meant_by_id_its_beginning_address_or_name(alice: Terminal, ana: str) -> None:
    for meant in (ana, ana[:8], "ANA@x.example", "ana kovač"):
        assert alice.asked("contact", "show", meant)["id"] == ana, meant
    for meant in ("Ana", "", "nobody@x.example", "\udcff"):
        done = alice("contact", "forget", meant)
        assert done.returncode == 1, meant
        assert "There is no contact" in done.stderr


def test_two_of_one_name_are_told_apart_before_anything_is_done(alice: Terminal, ana: str) -> None:
    other = alice.asked("contact", "add", "--name", "Ana Kovač")["id"]
    done = alice("contact", "forget", "Ana Kovač")
    assert done.returncode == 1
    assert "means 2 contacts" in done.stderr
    assert ana in done.stderr
    assert other in done.stderr


def test_whoever_was_merged_is_not_meant_by_their_name(alice: Terminal, ana: str) -> None:
    alice.asked("contact", "add", "--name", "Anka")
    assert alice("contact", "merge", ana[:8], "Anka").returncode == 0
    assert "There is no contact Anka" in alice("contact", "show", "Anka").stderr


def test_lists_name_people_and_put_the_most_first(alice: Terminal, ana: str) -> None:
    added = [
        alice.asked(
            *("interest", "add", "--contact", "ana@x.example", "--category", "sports"),
            *("--topic", topic, "--confidence", sure),
        )["id"]
        for topic, sure in (("curling", "0.2"), ("rowing", "0.9"), ("tennis", "0.4"))
    ]
    lines = alice("interest", "list").stdout.splitlines()
    told = ["Ana Kovač: rowing (sports)", "Ana Kovač: tennis (sports)", "Ana Kovač: curling (sports)"]
    assert [line[line.index("Ana") :] for line in lines[1:]] == told
    assert alice.asked("interest", "show", added[0][:8])["interestTopic"] == "curling"
    assert "`gatherly interest list` shows them" in alice("interest", "show", "nothing").stderr


def test_what_was_found_comes_with_its_day_the_newest_first(alice: Terminal, ana: str) -> None:
    for day in ("2020-10-02", "2020-11-02", "2020-09-02"):
        alice("contact", "log", ana, "--type", "call", "--at", f"{day}T10:00", "--note", "the roof")
    lines = alice("contact", "search", "roof").stdout.splitlines()
    days = [line.split("  ")[2] for line in lines[1:]]
    assert days == ["Mon 2 Nov 2020", "Fri 2 Oct 2020", "Wed 2 Sep 2020"]
    assert all(line.endswith("Ana Kovač: the roof") for line in lines[1:])


@pytest.mark.parametrize(
    ("verb", "said"), [("archive", "put away"), ("restore", "back"), ("forget", "forgotten")]
)
def test_it_is_said_who_was_meant(alice: Terminal, ana: str, verb: str, said: str) -> None:
    done = alice("contact", verb, ana[:8])
    assert f"Ana Kovač is {said}" in done.stderr


def test_what_lies_ahead_is_no_interaction_yet(alice: Terminal, ana: str) -> None:
    one = alice.asked("contact", "log", ana, "--type", "call", "--at", "2020-10-02T10:00")["id"]
    for words in (
        ("contact", "log", ana, "--type", "call", "--at", "2090-01-01T10:00"),
        ("interaction", "add", "--contact", ana, "--type", "call", "--at", "2090-01-01T10:00"),
        ("interaction", "edit", one, "--at", "2090-01-01T10:00"),
    ):
        done = alice(*words)
        assert done.returncode == 1, words
        assert "lies ahead" in done.stderr
        assert "gatherly session create" in done.stderr
    assert [each["id"] for each in alice.asked("contact", "timeline", ana)] == [one]


def test_it_is_told_beforehand_whose_contact_goes_everywhere(alice: Terminal, ana: str) -> None:
    for address, count in (("ANA@x.example", 1), ("nobody@x.example", 0)):
        done = alice.without("erase", address, "--everywhere", "--dry-run")
        assert f"Contacts of others that go, by {address}'s addresses: {count}" in done.stdout
    assert alice.asked("contact", "show", ana)["id"] == ana


def test_without_saying_whose_they_are_the_only_users(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(capsys)
    for people, code in ((PEOPLE[:1], 0), (PEOPLE, 1)):
        folder = tmp_path / str(code)
        folder.mkdir()
        done = line("contact", "list", "-c", FolderWorld(folder, people, NOW, ON).file)
        assert done.returncode == code
    assert "Say whose, with --as USER" in done.stderr


def test_a_picture_counts_in_words_that_fit(alice: Terminal, ana: str, tmp_path: Path) -> None:
    alice("contact", "add", "--name", "Ben")
    alice("relationship", "add", "--contact", ana, "--other", "Ben", "--type", "friend")
    assert alice("contact", "graph", "--svg", tmp_path / "x.svg").returncode == 0
    picture = (tmp_path / "x.svg").read_text()
    assert "<title>2 people, 1 relationship</title>" in picture
    assert "<title>said to know each other</title>" in picture
    (line,) = alice("contact", "graph").stdout.splitlines()[1:]
    assert {"Ana Kovač", "Ben"} == set(line.split("  ")[-1].split(" and "))


def test_what_is_there_already_is_named(alice: Terminal, ana: str) -> None:
    alice("contact", "add", "--name", "Ben")
    for words in (
        ("interest", "add", "--contact", ana, "--category", "a", "--topic", "b", "--confidence", "1"),
        ("relationship", "add", "--contact", ana, "--other", "Ben"),
    ):
        there = alice.asked(*words)["id"]
        again = alice(*words)
        assert again.returncode == 1
        assert f"already. Change {there}" in again.stderr


def test_a_change_that_names_nothing_changes_nothing(alice: Terminal, ana: str) -> None:
    one = alice.asked("memory", "add", "--contact", ana, "--type", "insight", "--content", "x")
    done = alice("memory", "edit", one["id"])
    assert done.returncode == 1
    assert "Nothing was named to change" in done.stderr
    assert alice.asked("memory", "show", one["id"]) == one


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tag", "chess"), "No contact has the tag chess."),
        (("--archived",), "No contact is put away."),
        (("--archived", "--tag", "chess"), "No contact that is put away has the tag chess."),
    ],
)
def test_an_empty_list_says_what_was_looked_for(
    alice: Terminal, ana: str, options: tuple[str, ...], said: str
) -> None:
    assert said in alice("contact", "list", *options).stdout + alice("contact", "list", *options).stderr


def test_a_connector_that_is_none_is_answered_with_those_there_are(alice: Terminal) -> None:
    done = alice("contact", "import", "--from", "nope")
    assert "nope is no connector of yours. Yours: alice-folder" in done.stderr
