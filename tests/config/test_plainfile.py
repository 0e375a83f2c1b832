"""Only plain files of bounded size are read; whatever else stands there is told of, and never waited for."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from config.credentials import Credentials
from config.files.layers import read_drop_ins, read_file
from config.files.plainfile import NotPlainError, open_plain, read_inside, read_plain
from config.secrets import SecretPlaces, read_credential, read_secret_file
from connectors.gcal.client import read_json
from connectors.ical.folder.atomic_file import locked
from connectors.ical.folder.connector import FolderConnector, connect
from connectors.ical.options import FolderOptions
from engine.errors import GatherlyError, SourceIncompleteError, SourceUnavailableError
from engine.ids import RemoteCalendarId
from store.keys import load_key_file
from store.lock import DaemonLock
from tests.connectors.ical.reading.busy_times import calendar, event
from tests.standins.odd_files import ODD
from tests.standins.surroundings import surroundings
from tests.standins.time import StillClock

GOOD = calendar(event("UID:good", "DTSTART:20261012T080000Z", "DURATION:PT1H"))


def folder(path: Path) -> FolderConnector:
    return connect(FolderOptions.model_validate({"path": str(path)}), surroundings(path.parent))


def a_secret(path: Path) -> None:
    read_secret_file(path)


def a_credential(path: Path) -> None:
    read_credential(path.name, SecretPlaces(path.parent, Credentials(path.parent)))


def a_key(path: Path) -> None:
    load_key_file(path, may_create=False)


def a_client(path: Path) -> None:
    read_json(path)


def a_configuration(path: Path) -> None:
    layer = read_file(path)
    assert layer.problems
    raise SourceUnavailableError(layer.problems[0].wrong)


def a_calendar(path: Path) -> None:
    folder(path).changes(RemoteCalendarId("."), None, {})


def a_file_of_a_folder(path: Path) -> None:
    (path.parent / "good.ics").write_bytes(GOOD)
    folder(path.parent).changes(RemoteCalendarId("."), None, {})


READERS: dict[str, Callable[[Path], None]] = {
    one.__name__: one
    for one in (a_secret, a_credential, a_key, a_client, a_configuration, a_calendar, a_file_of_a_folder)
}


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize("reader", sorted(READERS))
def test_what_is_no_plain_file_is_told_of_and_costs_nothing(reader: str, odd: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.ics"
    ODD[odd](path)
    if odd in ("sparse", "huge"):
        path.chmod(0o600)
    if reader == "a_calendar" and odd == "folder":
        return  # a folder that is configured is a vdir
    tracemalloc.start()
    with pytest.raises((GatherlyError, OSError)):
        READERS[reader](path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 << 20


@pytest.mark.parametrize("odd", ["pipe", "link_to_a_pipe", "link_to_zeros", "local_socket", "folder"])
def test_a_lock_is_a_plain_file_or_none(odd: str, tmp_path: Path) -> None:
    for name in ("store.db.lock", ".gatherly.lock"):
        ODD[odd](tmp_path / name)
        (tmp_path / "elsewhere").unlink(missing_ok=True)
    with pytest.raises(GatherlyError):
        DaemonLock(tmp_path / "store.db").take(0)
    with pytest.raises(GatherlyError), locked(tmp_path, StillClock()):
        pass


@pytest.mark.parametrize("odd", ["pipe", "link_to_zeros", "sparse"])
def test_an_odd_drop_in_is_a_problem_of_its_own(odd: str, tmp_path: Path) -> None:
    main = tmp_path / "gatherly.toml"
    main.write_text("")
    (tmp_path / "conf.d").mkdir()
    ODD[odd](tmp_path / "conf.d" / "bad.toml")
    (tmp_path / "conf.d" / "good.toml").write_text('[users.ann]\nname = "Ann"\n')
    bad, good = read_drop_ins(main)
    assert bad.problems
    assert not good.problems


def test_a_link_within_a_folder_is_followed_and_one_that_leads_out_is_not(tmp_path: Path) -> None:
    inner = tmp_path / "calendar"
    inner.mkdir()
    (inner / "one.ics").write_bytes(GOOD)
    (tmp_path / "secret.ics").write_bytes(GOOD)
    (inner / "near.ics").symlink_to("one.ics")
    assert read_inside(inner, "near.ics", 1 << 20) == GOOD
    for target in (tmp_path / "secret.ics", Path("../secret.ics"), Path("/etc/passwd")):
        (inner / "far.ics").symlink_to(target)
        with pytest.raises(NotPlainError, match="leads out of the folder"):
            read_inside(inner, "far.ics", 1 << 20)
        (inner / "far.ics").unlink()


def test_a_configured_file_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.ics").write_bytes(GOOD)
    (tmp_path / "work.ics").symlink_to("real.ics")
    connector = folder(tmp_path / "work.ics")
    assert [one.uid for one in connector.changes(RemoteCalendarId("."), None, {}).objects] == ["good"]


def test_a_file_may_be_just_as_large_as_is_allowed_and_no_larger(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    assert len(read_plain(path, 1000)) == 1000
    with pytest.raises(NotPlainError, match="larger"):
        read_plain(path, 999)


def test_a_file_without_a_size_is_read_no_further_than_is_allowed() -> None:
    with pytest.raises(NotPlainError, match="larger"):
        read_plain(Path("/proc/self/smaps"), 100)


def test_what_is_opened_is_kept_from_children_and_never_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    handle = open_plain(tmp_path / "file")
    assert not os.get_inheritable(handle)
    os.close(handle)


def test_a_folder_of_more_than_its_measure_is_a_failed_read(tmp_path: Path) -> None:
    padded = calendar(event("UID:a", "DTSTART:20261012T080000Z", "DESCRIPTION:" + "x" * (9 << 20)))
    for number in range(8):
        (tmp_path / f"{number}.ics").write_bytes(padded)
    connector = folder(tmp_path)
    with pytest.raises(SourceIncompleteError, match="more than 64 MiB"):
        connector.changes(RemoteCalendarId("."), None, {})
