"""`gatherly busy NAME -c FILE`: what a configured connector's calendars make its owner busy with."""

import pytest

from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

WINDOW = ("--from", "2026-10-20T00:00:00Z", "--to", "2026-10-21T00:00:00Z")
LINE = "\r\n"
TAKEN = [
    ["2026-10-20T08:00:00Z", "2026-10-20T09:30:00Z"],
    ["2026-10-20T23:00:00Z", "2026-10-21T00:00:00Z"],
]


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> FolderWorld:
    """Bob has two events that overlap, one that begins in the window, one outside of it, a broken one."""
    root = tmp_path_factory.mktemp("world")
    made = FolderWorld(root, [Somebody(name="alice"), Somebody(name="bob")], "2026-10-19T12:00:00Z")
    made.busy(
        "bob",
        ("2026-10-20T08:00:00Z", "2026-10-20T09:00:00Z"),
        ("2026-10-20T08:30:00Z", "2026-10-20T09:30:00Z"),
        ("2026-10-20T23:00:00Z", "2026-10-21T01:00:00Z"),
        ("2026-10-22T08:00:00Z", "2026-10-22T09:00:00Z"),
    )
    broken = f"BEGIN:VEVENT{LINE}UID:broken{LINE}DTSTART:never{LINE}END:VEVENT"
    text = f"BEGIN:VCALENDAR{LINE}{broken}{LINE}END:VCALENDAR{LINE}"
    (made.folder("bob") / "broken.ics").write_text(text, newline="")
    return made


def test_merged_busy_times_and_what_could_not_be_read(world: FolderWorld, gatherly: Line) -> None:
    answer = gatherly.asked("busy", "bob-folder", *WINDOW, "-c", world.file)
    assert (answer["id"], answer["busy"], answer["error"]) == ("bob-folder", TAKEN, None)
    assert [one["uid"] for one in answer["quarantined"]] == ["broken"]


def test_the_same_as_lines(world: FolderWorld, gatherly: Line) -> None:
    done = gatherly("busy", "bob-folder", *WINDOW, "-c", world.file)
    assert (done.returncode, done.stdout.splitlines()) == (0, ["  ".join(span) for span in TAKEN])


def test_who_has_nothing_is_free(world: FolderWorld, gatherly: Line) -> None:
    assert gatherly("busy", "alice-folder", *WINDOW, "-c", world.file).stdout == "Free.\n"


def test_why_each_event_counts(world: FolderWorld, gatherly: Line) -> None:
    told = gatherly.asked("busy", "bob-folder", *WINDOW, "--why", "-c", world.file)["why"]
    assert [one["verdict"] for one in told if (one["start"] or "")[:10] == "2026-10-20"] == ["counted"] * 3
    lines = gatherly("busy", "bob-folder", *WINDOW, "--why", "-c", world.file).stdout
    assert lines.count("counted: ") == 3


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("carol-folder", *WINDOW), "bob-folder"),
        (("bob-folder",), "--from"),
        (("bob-folder", *WINDOW[:2]), "--to"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    world: FolderWorld, gatherly: Line, words: tuple[str, ...], named: str
) -> None:
    done = gatherly("busy", *words, "-c", world.file)
    assert done.returncode == 1
    assert named in done.stderr
