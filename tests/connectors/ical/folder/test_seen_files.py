"""A file that lies as it lay is not read again: a folder may hold years of events, and is swept all day."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.ical.folder.connector import FolderConnector, connect
from connectors.ical.folder.seen_files import SeenFiles
from connectors.ical.options import FolderOptions
from engine.errors import SourceIncompleteError
from engine.ids import RemoteCalendarId
from engine.model.booking import Observed
from tests.contracts.connector import INSTALL, draft
from tests.standins.surroundings import surroundings

FOLDER = RemoteCalendarId(".")


@pytest.fixture
def read() -> list[str]:
    """What was asked of the children that read what strangers wrote."""
    return []


@pytest.fixture
def connector(tmp_path: Path, read: list[str]) -> FolderConnector:
    (tmp_path / "dave").mkdir()
    context = surroundings(tmp_path)

    def counted(task: str, *args: Any, **kwargs: Any) -> bytes:
        read.append(task)
        return context.run(task, *args, **kwargs)

    return connect(FolderOptions.model_validate({"path": "dave"}), replace(context, run=counted))


def spans(connector: FolderConnector) -> list[int]:
    return [one.span.start for one in connector.marked(FOLDER, INSTALL) if one.span]


def test_only_what_has_changed_is_read_again(
    connector: FolderConnector, tmp_path: Path, read: list[str]
) -> None:
    for number in range(3):
        connector.write(FOLDER, draft(f"{number}@install-1", hours=number))
    before = spans(connector)
    read.clear()
    assert spans(connector) == before
    assert read == []
    file = tmp_path / "dave" / "1@install-1.ics"
    text, seen = file.read_bytes(), file.stat()
    start = next(line for line in text.splitlines() if line.startswith(b"DTSTART;TZID"))
    file.write_bytes(text.replace(start, start[:-6] + b"080000"))
    assert file.stat().st_size == seen.st_size
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    after = spans(connector)
    assert len(read) == 1
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] != before[1]


def test_a_child_is_asked_once_for_many_files(
    connector: FolderConnector, tmp_path: Path, read: list[str]
) -> None:
    for number in range(20):
        connector.write(FOLDER, draft(f"{number}@install-1", hours=number))
    (tmp_path / "dave" / "foreign.ics").write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    anew = connect(FolderOptions.model_validate({"path": "dave"}), connector._context)
    read.clear()
    assert sorted(spans(anew)) == [draft(hours=number).span.start for number in range(20)]
    assert len(read) == 1


def test_the_one_file_of_many_that_is_no_calendar_is_named(
    connector: FolderConnector, tmp_path: Path
) -> None:
    for number in range(3):
        connector.write(FOLDER, draft(f"{number}@install-1", hours=number))
    broken = tmp_path / "dave" / "1@install-1.ics"
    broken.write_bytes(broken.read_bytes()[:-20])
    with pytest.raises(SourceIncompleteError, match=r"/1@install-1\.ics"):
        spans(connector)


def test_what_is_gone_is_shown_no_more(connector: FolderConnector, tmp_path: Path) -> None:
    connector.write(FOLDER, draft())
    assert len(spans(connector)) == 1
    (tmp_path / "dave" / f"{draft().event_id}.ics").unlink()
    assert spans(connector) == []
    connector.write(FOLDER, draft(hours=2))
    assert spans(connector) == [draft(hours=2).span.start]


def test_what_changes_while_it_is_read_is_read_again() -> None:
    seen, states, looks = SeenFiles(), iter("abbccc"), list[int]()

    def look(paths: Sequence[Path]) -> list[tuple[Path, list[Observed]]]:
        looks.extend(len(looks) for _ in paths)
        return [(path, []) for path in paths]

    for _ in range(4):
        seen.shown([Path("one")], lambda _: next(states, "c"), look)
    assert looks == [0, 1, 2]


def test_two_may_look_at_once() -> None:
    seen = SeenFiles()

    def look(*paths: Path) -> None:
        seen.shown(paths, lambda _: "state", lambda files: [(file, []) for file in files])

    class Meanwhile(frozenset[str]):
        def __contains__(self, name: object) -> bool:
            look(Path("folder") / f"after-{name}")
            return super().__contains__(name)

    look(Path("folder/one"), Path("folder/two"))
    seen.forget_others(Path("folder"), Meanwhile({"one"}))
    asked = list[Path]()

    def note(files: Sequence[Path]) -> list[tuple[Path, list[Observed]]]:
        asked.extend(files)
        return [(file, []) for file in files]

    seen.shown([Path("folder/one"), Path("folder/two"), Path("folder/after-one")], lambda _: "state", note)
    assert asked == [Path("folder/two")]
