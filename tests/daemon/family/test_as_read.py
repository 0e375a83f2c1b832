"""What the commands of the family's calendar print for people: in words, on the clock of whoever asks."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest

from tests.daemon.family.home import SETTINGS
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (
    Somebody(name="alice", zone="Europe/Berlin"),
    Somebody(name="bob", zone="America/New_York", extra='clock = "12h"'),
    Somebody(name="carol", zone="Europe/Berlin"),
)
SUNDAYS = count(10, 7)
"""Days of January 2190 and on: each test has its own in the world that they share."""


class Kitchen:
    """A family at its kitchen table: what each of them is told by a command."""

    def __init__(self, world: FolderWorld, line: Line, day: date) -> None:
        self.world, self._line = world, line
        self.day = f"{day}T"
        self.said = f"Sun {day.day} {day:%b} {day.year}"

    def __call__(self, *words: str, who: str | None = "alice") -> str:
        """Give what a command prints."""
        asked = (*words, "-c", str(self.world.file), *(() if who is None else ("--as", who)))
        done = self._line(*asked)
        return done.stdout + done.stderr

    def add(self, title: str, start: str, *more: str) -> str:
        """Add an event of an hour and a half in the family's calendar; gives what is printed."""
        when = ("--start", f"{self.day}{start}", "--duration", "90m", "--calendar", "family", "--confirm")
        return self("event", "add", "--title", title, *when, *more)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderWorld]:
    found = FolderWorld(tmp_path_factory.mktemp("kitchen"), PEOPLE, "2190-01-07T10:00:00Z", SETTINGS)
    with found.standing():
        yield found


@pytest.fixture
def kitchen(world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> Kitchen:
    return Kitchen(world, Line(capsys), date(2190, 1, 1) + timedelta(days=next(SUNDAYS) - 1))


def id_of(printed: str) -> str:
    return printed.rpartition("id ")[2].split()[0]


def test_a_conflict_is_told_on_the_clock_of_whoever_asks_with_what_each_way_out_does(
    kitchen: Kitchen,
) -> None:
    kitchen.add("Soccer", "14:00", "--with", "carol", "--flexibility", "preferred")
    said = kitchen.add("Dentist", "14:30", "--with", "carol", "--priority", "high")
    collides = f"Soccer overlaps with Dentist by 60 minutes (14:30-15:30) on {kitchen.said}, for carol"
    assert collides in said, "whoever makes a conflict hears of it"
    hers, his = kitchen("conflict", "list"), kitchen("conflict", "list", who="bob")
    assert collides in hers
    assert f"1. Move Soccer to {kitchen.said} 13:00 [" in hers
    assert "2. Call Soccer off [" in hers
    assert f"(8:30am-9:30am) on {kitchen.said}" in his
    assert f"1. Move Soccer to {kitchen.said} 7:00 am [" in his
    name = said.split()[-1]
    assert "60 minutes (2:30pm-3:30pm) on Sun" in kitchen("conflict", "show", name, "--json"), "as F2 has it"
    done = kitchen("conflict", "resolve", name, "--option", "1")
    assert "resolved" in done
    assert "1. " not in done, "what is resolved has no way out left"


def test_an_event_names_who_answered_what_and_who_was_invited_by_address(kitchen: Kitchen) -> None:
    said = kitchen.add("Cake", "10:00", "--with", "carol", "--with", "gran@example.org", "--optional", "bob")
    assert "with bob (optional), carol, gran@example.org (invited)" in said
    name = id_of(said)
    assert "with bob (optional), carol (declined), gran" in kitchen(
        "event", "answer", name, "decline", who="carol"
    )
    assert "bob (optional, tentative)" in kitchen("event", "answer", name, "tentative", who="bob")


def test_a_series_is_told_in_words(kitchen: Kitchen) -> None:
    said = kitchen.add("Piano", "16:00", "--repeat", "FREQ=WEEKLY;BYDAY=SU", "--with", "carol")
    assert "repeats: every week on Sunday" in said


def test_a_time_that_cannot_be_read_is_asked_for_as_it_may_be_written(kitchen: Kitchen) -> None:
    said = kitchen("event", "add", "--title", "Run", "--start", "tomorrow 10:00", "--calendar", "family")
    assert "Write it as 2026-11-20T14:00, with an offset where it is of another zone" in said
    span = ("--from", "next week", "--to", "2026-01-12")
    assert "Write it as 2026-11-20T14:00" in kitchen("event", "list", *span)


def test_a_thing_without_room_is_refused_in_words(kitchen: Kitchen) -> None:
    span = ("--from", f"{kitchen.day}09:00", "--to", f"{kitchen.day}11:00")
    assert "car is reserved for alice" in kitchen("resource", "reserve", "car", *span)
    said = kitchen("resource", "reserve", "car", *span, who="carol")
    assert "Family Car has no room then" in said
    assert "Z" not in said, "no time of another clock"


def test_a_rule_is_listed_without_the_marks_of_a_language(kitchen: Kitchen) -> None:
    asked = '{"type": "blocked_window", "start": "18:00", "end": "19:00", "days": ["MON", "TUE"]}'
    kitchen("rule", "add", "all", "--name", "Dinner", "--level", "hard", "--rule", asked, who=None)
    assert "days=MON,TUE" in kitchen("rule", "list", "all")


def test_a_pass_counts_the_copies_of_events(kitchen: Kitchen) -> None:
    kitchen.world.run_once()
    kitchen.add("Cake", "10:00", "--with", "carol")
    assert kitchen.world.run_once().writes == 1


def test_the_log_says_what_was_done_by_whom(kitchen: Kitchen) -> None:
    name = id_of(kitchen.add("Cake", "10:00", "--with", "carol"))
    kitchen("event", "move", name, "--start", f"{kitchen.day}11:00")
    kitchen("event", "answer", name, "accept", who="carol")
    kitchen("event", "cancel", name)
    said = kitchen("log", "--since", "1h", who=None)
    told = [line.partition(name)[2].strip() for line in said.splitlines() if name in line]
    assert told == [
        "was added by alice",
        "was moved by alice",
        "was answered by carol",
        "was called off by alice",
    ]


def test_what_somebody_without_an_account_said_is_taken_down_by_who_may_change_the_event(
    kitchen: Kitchen,
) -> None:
    name = id_of(kitchen.add("Cake", "10:00", "--with", "carol", "--with", "gran@example.org"))
    kitchen("event", "answer", name, "decline", who="carol")
    said = kitchen("event", "answer", name, "accept", "--for", "Gran@example.org")
    assert "with carol (declined), gran@example.org (accepted)" in said
    said = kitchen("event", "edit", name, "--with", "carol", "--with", "uncle@example.org")
    assert "with carol (declined), uncle@example.org (invited)" in said, "what users have answered stands"
    assert "was not invited" in kitchen("event", "answer", name, "accept", "--for", "gran@example.org")
    theirs = kitchen("event", "answer", name, "accept", "--for", "carol@example.com")
    assert "was not invited" in theirs, "a user answers for themselves"
