"""Calendars in files: the contract for a vdir and for a single file, and what only files can do."""

import errno
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.ical.folder.connector import FolderConnector, connect
from connectors.ical.options import FolderOptions
from engine.errors import (
    SourceError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import EventId, RemoteCalendarId
from tests.connectors.ical.reading.busy_times import calendar, event
from tests.contracts.connector import ReadingContract, WritingContract, draft, everything, titles
from tests.standins.descriptors import no_more_descriptors
from tests.standins.surroundings import surroundings


def opened(path: Path) -> FolderConnector:
    return connect(FolderOptions.model_validate({"path": path.name}), surroundings(path.parent))


def text(uid: str, start: str, title: str) -> str:
    return event(f"UID:{uid}", f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{title}")


class FolderSource:
    """A vdir and somebody else's hand in it."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.connector = opened(path)
        self.calendar = RemoteCalendarId(".")

    def put(self, uid: str, start: str, title: str) -> None:
        (self.path / f"{uid}.ics").write_bytes(calendar(text(uid, start, title)))

    def remove(self, uid: str) -> None:
        (self.path / f"{uid}.ics").unlink()

    def fail(self) -> None:
        (self.path / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")


class FileSource:
    """One .ics file and another program that writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events: dict[str, str] = {}
        self.connector = opened(path)
        self.calendar = RemoteCalendarId(".")
        self._save()

    def put(self, uid: str, start: str, title: str) -> None:
        self.events[uid] = text(uid, start, title)
        self._save()

    def remove(self, uid: str) -> None:
        del self.events[uid]
        self._save()

    def fail(self) -> None:
        self.path.write_bytes(b"")

    def _save(self) -> None:
        self.path.write_bytes(calendar(*self.events.values()))


class TestVdir(ReadingContract, WritingContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> FolderSource:
        return FolderSource(tmp_path / "dave")


class TestSingleFile(ReadingContract, WritingContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> FileSource:
        return FileSource(tmp_path / "dave.ics")


def test_a_written_file_is_named_after_its_uid_and_leaves_no_litter(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    source.connector.write(source.calendar, draft())
    assert sorted(one.name for one in source.path.iterdir()) == [".gatherly.lock", "a1b2c3@install-1.ics"]


def test_a_single_file_keeps_every_byte_that_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "dave.ics"
    odd = calendar(text("one", "20261020T080000Z", "First"), header='X-ODD;p="a:b": kept \r\n').replace(
        b"\r\n", b"\n"
    )
    path.write_bytes(odd)
    connector = opened(path)
    connector.write(RemoteCalendarId("."), draft())
    written = path.read_bytes()
    assert written.startswith(odd.removesuffix(b"END:VCALENDAR\n"))
    assert b"\r" not in written
    connector.withdraw(RemoteCalendarId("."), draft().event_id)
    assert path.read_bytes() == odd


def test_a_file_that_means_something_else_by_the_zone_gets_the_time_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "dave.ics"
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    path.write_bytes(calendar(zone, text("one", "20261020T080000Z", "First")))
    connector = opened(path)
    connector.write(RemoteCalendarId("."), draft())
    found = connector.read(RemoteCalendarId("."), draft().event_id)
    assert found is not None
    assert found.span == draft().span
    assert b"DTSTART:20261020T080000Z" in path.read_bytes()


def test_writing_into_a_shared_file_changes_what_no_other_event_means(tmp_path: Path) -> None:
    path = tmp_path / "dave.ics"
    series = (
        "BEGIN:VEVENT\r\nUID:retro\r\nDTSTART;TZID=Europe/Berlin:20260106T160000\r\nDURATION:PT1H\r\n"
        "RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
    )
    path.write_bytes(calendar(series))
    connector = opened(path)
    before = connector.changes(RemoteCalendarId("."), None, {}).objects
    connector.write(RemoteCalendarId("."), draft())
    after = connector.changes(RemoteCalendarId("."), None, {}).objects
    assert set(before) < set(after)
    assert len(after) == 2


def test_two_files_with_one_uid_are_both_read_and_reported(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    source.put("one", "20261020T080000Z", "First")
    (source.path / "copy.ics").write_bytes(calendar(text("one", "20261021T080000Z", "Copy")))
    read = everything(source)
    assert sorted(one.href for one in read.objects) == ["copy.ics", "one.ics"]
    assert titles(source, read.objects) == ["First", "Copy"]
    assert "one: copy.ics, one.ics" in source.connector.probe().notes[0]


def test_an_event_under_another_name_is_found_and_blocks_its_uid(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    uid = draft().event_id
    (source.path / "renamed.ics").write_bytes(calendar(text(uid, "20261020T080000Z", "Theirs")))
    found = source.connector.read(source.calendar, uid)
    assert found is not None
    assert found.mark is None
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, draft())


def test_subfolders_are_calendars_of_their_own(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    (source.path / "Work").mkdir()
    (source.path / "Work" / "w.ics").write_bytes(calendar(text("w", "20261020T080000Z", "Work")))
    assert [one.calendar for one in source.connector.calendars()] == [".", "Work"]
    read = source.connector.changes(RemoteCalendarId("Work"), None, {})
    assert titles(source, read.objects) == ["Work"]
    with pytest.raises(SourceUnavailableError, match="not a folder's name"):
        source.connector.changes(RemoteCalendarId("../elsewhere"), None, {})


def test_what_is_not_there_or_not_whole_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"missing.* cannot be read.*Create it"):
        opened(tmp_path / "missing").changes(RemoteCalendarId("."), None, {})
    source = FolderSource(tmp_path / "dave")
    source.fail()
    with pytest.raises(SourceIncompleteError, match=r"broken\.ics is cut short"):
        everything(source)


def test_a_full_disk_refuses_the_write_and_leaves_the_calendar_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "dave.ics")
    source.put("one", "20261020T080000Z", "First")
    before = source.path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteRefusedError, match="the disk is full") as raised:
        source.connector.write(source.calendar, draft())
    assert raised.value.code == "disk_full"
    assert source.path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == [".gatherly.lock", "dave.ics"]


@pytest.mark.parametrize("kind", [FolderSource, FileSource])
def test_a_write_for_which_no_file_can_be_opened_is_none_that_is_refused(
    kind: type[FolderSource | FileSource], tmp_path: Path
) -> None:
    source = kind(tmp_path / "dave.ics")
    source.put("one", "20261020T080000Z", "First")
    there, one = source.connector.write(source.calendar, draft()), draft()
    calls: tuple[Callable[[], object], ...] = (
        lambda: source.connector.write(source.calendar, replace(one, event_id=EventId("another"))),
        lambda: source.connector.write(source.calendar, one, there.etag),
        lambda: source.connector.withdraw(source.calendar, one.event_id),
        lambda: source.connector.read(source.calendar, one.event_id),
        lambda: source.connector.changes(source.calendar, None, {}),
    )
    told = r"no more files.*LimitNOFILE"
    for call in calls:
        with no_more_descriptors(), pytest.raises(SourceUnavailableError, match=told):
            call()
    assert titles(source, everything(source).objects) == [one.title, "First"]


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_a_write_that_the_disk_cannot_take_now_is_none_that_is_refused(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FolderSource(tmp_path / "dave")

    def away(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", away)
    with pytest.raises(SourceUnavailableError, match="It is tried again"):
        source.connector.write(source.calendar, draft())


NOT_UTF_8 = (b"\xff.ics", b"\xc3\x28.ics", b"caf\xe9.ics", b"\xed\xa0\x80.ics", b"ok\xfe\n\x1b[31m.ics")


@pytest.mark.parametrize("name", NOT_UTF_8)
def test_a_file_whose_name_no_text_can_hold_is_told_of_with_its_remedy(name: bytes, tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    source.put("one", "20261020T080000Z", "First")
    Path(os.fsdecode(os.fsencode(source.path) + b"/" + name)).write_bytes(calendar())
    with pytest.raises(SourceIncompleteError, match=r"a name that is not UTF-8: .*Rename it") as raised:
        source.connector.changes(source.calendar, None, {})
    str(raised.value).encode()
    assert source.connector.probe().problems


def test_a_subfolder_whose_name_no_text_can_hold_is_told_of_with_its_remedy(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    Path(os.fsdecode(os.fsencode(source.path) + b"/work\xff")).mkdir()
    with pytest.raises(SourceIncompleteError, match=r"not UTF-8: work\\xff"):
        source.connector.calendars()


@pytest.mark.parametrize("name", ["loop.ics", "a\nb.ics", "\x1b[31m.ics", "\u202e.ics", "\U0010ffff.ics"])
def test_a_link_to_itself_is_told_of_by_every_call(name: str, tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "dave")
    (source.path / name).symlink_to(name)
    for call in (
        lambda: source.connector.marked(source.calendar, None),
        lambda: source.connector.read(source.calendar, draft().event_id),
        lambda: source.connector.changes(source.calendar, None, {}),
        lambda: source.connector.write(source.calendar, draft()),
        lambda: source.connector.withdraw(source.calendar, draft().event_id),
    ):
        with pytest.raises(SourceError, match=r"links?\b"):
            call()


@pytest.mark.parametrize("path", ["x" * 300, "~no such user/x", "x/" * 3000, "loop", "loop/x"])
def test_a_path_that_cannot_be_is_told_of_by_every_call(path: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    connector = connect(FolderOptions.model_validate({"path": path}), surroundings(tmp_path))
    for call in (
        connector.calendars,
        lambda: connector.marked(RemoteCalendarId("."), None),
        lambda: connector.changes(RemoteCalendarId("."), None, {}),
        lambda: connector.write(RemoteCalendarId("."), draft()),
    ):
        with pytest.raises(SourceError):
            call()
    assert connector.probe().problems


@pytest.mark.parametrize("make", [FolderSource, FileSource])
def test_a_copy_that_cannot_be_read_any_more_is_not_taken_for_gone(
    tmp_path: Path, make: type[FolderSource | FileSource]
) -> None:
    source = make(tmp_path / ("dave" if make is FolderSource else "dave.ics"))
    source.connector.write(source.calendar, draft())
    file = source.path if make is FileSource else source.path / f"{draft().event_id}.ics"
    whole = file.read_bytes()
    begun = re.sub(rb"DTSTART[^\r]*", b"DTSTART:tomorrow", whole[whole.index(b"BEGIN:VEVENT") :])
    file.write_bytes(whole[: whole.index(b"BEGIN:VEVENT")] + begun)
    with pytest.raises(SourceIncompleteError, match="cannot be read"):
        source.connector.read(source.calendar, draft().event_id)
    for etag in (None, "any"):
        with pytest.raises(WriteConflictError, match="cannot be read"):
            source.connector.write(source.calendar, draft(), etag)
    assert source.connector.read(source.calendar, EventId("tomorrow@install-1")) is None
    source.connector.withdraw(source.calendar, draft().event_id)
    assert source.connector.read(source.calendar, draft().event_id) is None


@pytest.mark.parametrize("make", [FolderSource, FileSource])
def test_somebody_else_s_event_that_cannot_be_read_stays(
    tmp_path: Path, make: type[FolderSource | FileSource]
) -> None:
    source = make(tmp_path / ("dave" if make is FolderSource else "dave.ics"))
    source.put("theirs", "tomorrow", "Unreadable")
    source.connector.withdraw(source.calendar, EventId("theirs"))
    with pytest.raises(SourceIncompleteError, match="cannot be read"):
        source.connector.read(source.calendar, EventId("theirs"))
