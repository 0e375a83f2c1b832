"""A session as people read it: on their own clock, with everybody's answer and outcome, and what is next."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.commands.sessions.session_words import reason_words
from daemon.runtime.clock import SystemClock
from daemon.terminal.screen import unpainted
from engine.booking.timing import QUARANTINE
from engine.time.instant import to_datetime
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (
    Somebody(name="alice", zone="America/New_York", hours=("09:00", "17:00"), extra='name = "Alice Marlow"'),
    Somebody(name="bob", zone="Europe/Berlin", extra='name = "Bob"'),
    Somebody(name="tomas", zone="Asia/Kolkata", writes=False, extra='name = "Tomás"'),
)


@pytest.fixture(autouse=True)
def zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    made = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    with made.standing():
        yield made


@pytest.fixture
def shown(world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> "Shown":
    return Shown(world, Line(capsys))


class Shown:
    def __init__(self, world: FolderWorld, line: Line) -> None:
        self._world = world
        self._line = line

    def __call__(self, *words: str) -> str:
        done = self._line("session", *words, "-c", self._world.file)
        assert done.returncode == 0, done.stderr
        assert not re.search(r"\d{4}-\d\d-\d\dT|\x1b", done.stdout), (
            "times are the reader's, a pipe has no colour"
        )
        return done.stdout


def test_offers_are_told_on_every_clock_with_reasons_and_who_answered_what(
    world: FolderWorld, shown: Shown
) -> None:
    session = world.create("alice", "bob", optional=("tomas",), title="Roadmap")
    world.run_once()
    with world.services() as services:
        services.desk.decline(session, "tomas")
    text = shown("show", session, "--as", "alice")
    assert text.startswith("Roadmap, 30 minutes: waits for you, until Thu 19 Nov 05:00\n")
    assert "1  Thu 12 Nov 09:00–09:30" in text
    assert "Bob 15:00 in Berlin · Tomás 19:30 in Kolkata" in text
    assert re.search(r"\+24 +everybody required can come", text)
    assert re.search(r"−1 +it is 1 day after the earliest possible", text)
    assert re.search(r"Bob +· · · has not answered", text)
    assert re.search(r"Tomás +× × × optional, stays away", text)
    assert f"You choose: gatherly session accept {session[:8]} --slot 1" in text


def test_what_is_booked_tells_everybodys_outcome_and_what_is_taken_back_when_new_times_come(
    world: FolderWorld, shown: Shown
) -> None:
    session = world.create("alice", "bob", optional=("tomas",), title="Roadmap")
    world.run_once()
    world.accept(session)
    assert "Roadmap, 30 minutes: being booked" in shown("show", session)
    world.run_once()
    text = shown("show", session, "--as", "bob")
    assert "Roadmap, 30 minutes: booked" in text
    assert "Thu 12 Nov 15:00–15:30, Berlin\nAlice Marlow 09:00 in New York" in text
    assert re.search(r"✓ you +bob-folder +written and read back", text)
    assert re.search(r"✓ Tomás +- +told by gatherly", text)
    with world.services() as services:
        services.desk.reschedule(session)
    world.run_once()
    world.pass_time(QUARANTINE - 30)
    world.run_once()
    text = shown("show", session)
    assert "Roadmap, 30 minutes: taking it back; new times in about" in text
    assert "quarantine" not in text
    assert "one last look for late ones at" in text


def test_without_a_time_ways_out_come_before_what_is_in_the_way(world: FolderWorld, shown: Shown) -> None:
    session = world.create("alice", "bob", title="Board", duration="600m")
    world.run_once()
    text = shown("show", session)
    assert text.startswith("Board, 600 minutes: no time; 2 ways out\n")
    assert text.index("What would help") < text.index("What is in the way")
    assert "Alice Marlow: outside working hours" in text
    assert "  × " in f"  {shown('list')}".replace("\n", "\n  ")


def test_a_list_without_any_of_a_kind_says_so(world: FolderWorld, shown: Shown) -> None:
    assert shown("list") == "There is no session.\n"
    world.create("alice", "bob", title="Roadmap")
    assert shown("list", "--status", "scheduled") == "There is no session that is booked.\n"
    assert re.search(r"· \S+ +Roadmap +- +looking for times", shown("list"))
    assert "Times are Kolkata's." in shown("list", "--as", "tomas")


MAIL = """
[connectors.tomas-mail]
kind = "email"
user = "tomas"
smtp = "smtp://127.0.0.1:9"
from = "scheduler@example.com"
"""


def test_a_mail_that_is_held_up_is_no_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tomas = Somebody(name="tomas", zone="Asia/Kolkata", writes=False, extra=f'name = "Tomás"\n{MAIL}')
    world = FolderWorld(tmp_path, (*PEOPLE[:2], tomas), "2026-11-12T10:00:00Z")
    shown = Shown(world, Line(capsys))
    with world.standing():
        session = world.create("alice", "tomas", title="Roadmap", between="09:00-12:00")
        world.run_once()
        world.accept(session)
        world.run_once()
        held_up = "The mail to Tomás has not gone out. It is tried again; gatherly check says what is amiss."
        text = shown("show", session)
        assert text.startswith("Roadmap, 30 minutes: booked; 1 calendar still to be told\n")
        assert f"Next  {held_up}\n      Another time: gatherly session reschedule" in text
        assert "Nothing to do" not in text
        assert re.search("! .*booked; 1 calendar still to be told", shown("list"))
        world.pass_time(60)
        with world.services() as services:
            services.desk.cancel(session)
        world.run_once()
        world.pass_time(QUARANTINE + 60)
        world.run_once()
        text = shown("show", session)
        assert "called off" in text.splitlines()[0]
        assert f"Next  {held_up}" in text


TODAY = to_datetime(SystemClock().now()).date()
HOPELESS = {
    "longer than anybody's day": ("--duration", "40h"),
    "longer than the common hours": ("--duration", "6h30m"),
    "longer than its range": ("--duration", "90m", "--between", "09:00-10:00"),
    "on days without hours": ("--days", "saturday,sunday"),
    "no day is left": (
        *("--within", "1d"),
        *(word for day in range(-1, 3) for word in ("--not-on", str(TODAY + timedelta(days=day)))),
    ),
    "noticed too late": ("--within", "1d", "--notice", "2d"),
    "a range out of hours": ("--between", "22:00-23:30"),
    "longer than its days": ("--duration", "40h", "--within", "1d"),
}


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> FolderWorld:
    """Alice's and Bob's hours have six in common; Carol and Dan have none at all."""
    bob = Somebody(name="bob", zone="Europe/Berlin", hours=("12:00", "21:00"))
    people = (*PEOPLE[:1], bob, Somebody(name="carol"), Somebody(name="dan"))
    made = FolderWorld(tmp_path_factory.mktemp("world"), people, "2026-11-12T10:00:00Z")
    with made.services():
        return made


@pytest.mark.parametrize("case", HOPELESS)
def test_what_no_calendar_could_ever_hold_is_said_when_it_is_asked_for(
    at_work: FolderWorld, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    asked = ("session", "create", "--host", "alice", "--with", "bob", "--title", "Talk", *HOPELESS[case])
    done = Line(capsys)(*asked, "--json", "-c", at_work.file)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "pending"
    assert done.stderr.startswith("No time can suit it, however empty the calendars are (")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("host", "guest", "words"),
    [
        ("alice", "bob", ()),
        ("alice", "bob", ("--duration", "6h")),
        ("alice", "bob", ("--between", "13:00-")),
        ("alice", "carol", ("--duration", "8h")),
        ("carol", "dan", ("--duration", "40h")),
    ],
)
def test_what_may_find_a_time_is_taken_without_a_word(
    at_work: FolderWorld, capsys: pytest.CaptureFixture[str], host: str, guest: str, words: tuple[str, ...]
) -> None:
    asked = ("session", "create", "--host", host, "--with", guest, "--title", "Talk", *words)
    assert Line(capsys)(*asked, "-c", at_work.file).stderr == ""


def test_a_session_without_regard_to_habits_says_so(world: FolderWorld, shown: Shown) -> None:
    fresh, usual = (world.create("alice", "bob", fresh=one) for one in (True, False))
    assert "without regard to habits" in shown("show", fresh)
    assert "habits" not in shown("show", usual)


def test_reasons_of_a_time_stand_below_one_another() -> None:
    told = [{"points": one, "text": "because"} for one in (32.75, -1.5, 4, -12.25)]
    lines = [unpainted(line) for line in reason_words(told)]
    assert {line.index("because") for line in lines} == {15}
    assert [line.split()[0] for line in lines] == ["+32.75", "−1.5", "+4", "−12.25"]
    assert [unpainted(line) for line in reason_words(told[1:3])] == [
        "      −1.5    because",
        "        +4    because",
    ]


def test_the_help_says_which_time_is_taken_where_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    told = " ".join(Line(capsys)("session", "accept", "--help").stdout.split())
    assert "without it and --at, the first" in told


def test_a_long_reason_goes_on_below_itself_within_the_line() -> None:
    text = "it suits your habits: you took 18 of 20 times at 14:00; 9 of 12 times on Mondays"
    told = [{"points": 25.5, "text": text}, {"points": -1.0, "text": "short"}]
    lines = [unpainted(line) for line in reason_words(told, width=60)]
    assert lines == [
        "     +25.5    it suits your habits: you took 18 of 20 times",
        "              at 14:00; 9 of 12 times on Mondays",
        "        −1    short",
    ]
