"""Files changed whole or not at all: temporary file, fsync, rename, fsync of the folder, under a lock."""

import errno
import fcntl
import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from config.files.plainfile import open_plain, sync_folder
from engine.errors import SourceError, SourceUnavailableError, WriteAmbiguousError, WriteRefusedError
from engine.ports.world import Clock
from engine.shortage import shortage_in

LOCK = ".gatherly.lock"
LOCK_SECONDS = 15.0
PAUSE = 0.05
OWNERS = 0o600
NEIGHBOURS = 100
"""So many files of a folder are looked at for the mode that they have in common."""
_REFUSALS = {
    errno.ENOSPC: ("the disk is full", "Make room", "disk_full"),
    errno.EDQUOT: ("the quota is used up", "Make room", "disk_full"),
    errno.EROFS: ("it is read-only", "Mount it writable", "read_only"),
    errno.EACCES: ("gatherly may not write there", "Give the daemon's user the right to write", "forbidden"),
    errno.EPERM: ("gatherly may not write there", "Give the daemon's user the right to write", "forbidden"),
}

_PASSING = frozenset({errno.EIO, errno.EINTR, errno.EAGAIN, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT})
"""What a disk, or a server behind a mount, gets over."""


def require_room(folder: Path) -> None:
    """See that files can be made in a folder, without making one.

    Raises:
        WriteRefusedError: they cannot.
    """
    if os.access(folder, os.W_OK | os.X_OK):
        return
    read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY) if folder.exists() else False
    code = errno.EROFS if read_only else errno.EACCES if folder.exists() else errno.ENOENT
    raise refused(folder, OSError(code, os.strerror(code)))


@contextmanager
def locked(folder: Path, clock: Clock) -> Iterator[None]:
    """Keep other writers of this folder waiting; they wait for us and we for them.

    Raises:
        WriteRefusedError: no lock file can be made there.
        SourceUnavailableError: none can be made now.
        WriteAmbiguousError: somebody else keeps the lock.
    """
    try:
        handle = open_plain(folder / LOCK, os.O_RDWR | os.O_CREAT, follow=False)
    except OSError as error:
        raise refused(folder, error) from error
    try:
        _wait_for(handle, folder, clock)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, folder: Path, clock: Clock) -> None:
    for _ in range(int(LOCK_SECONDS / PAUSE)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            clock.wait(PAUSE)
        else:
            return
    raise WriteAmbiguousError(f"{folder} is locked by another program", "Close what keeps it locked")


def put(path: Path, content: bytes, *, new: bool) -> None:
    """Write a file so that it is there whole, or not at all.

    Args:
        path: where it is to stand.
        content: all of it.
        new: fail where something stands there already.

    Raises:
        FileExistsError: new, and something does.
        WriteRefusedError: it was not written.
        SourceUnavailableError: nor was it because of what will be over.
        WriteAmbiguousError: it stands there, but may not survive a power cut.
    """
    temporary = path.with_name(f".{path.name[:200]}.new")
    try:
        _write(temporary, content, path)
        if new:
            os.link(temporary, path)
            temporary.unlink()
        else:
            temporary.replace(path)
    except FileExistsError:
        temporary.unlink(missing_ok=True)
        raise
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise refused(path, error) from error
    _lasts(path.parent)


def remove(path: Path) -> None:
    """Take a file away for good; one that is gone already is well.

    Raises:
        WriteRefusedError: it is still there.
        SourceUnavailableError: so it is because of what will be over.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refused(path, error) from error
    _lasts(path.parent)


def _lasts(folder: Path) -> None:
    """Make a rename or removal in a folder last.

    Raises:
        WriteAmbiguousError: the system could not promise it.
    """
    try:
        sync_folder(folder)
    except OSError as error:
        raise WriteAmbiguousError(f"{folder} could not be synced: {error.strerror}") from error


def _write(temporary: Path, content: bytes, path: Path) -> None:
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, OWNERS)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), _mode(path))  # whatever the service's umask says
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _mode(path: Path) -> int:
    """Give the mode that a file keeps, or that a new one has in common with most of its neighbours.

    The programs that share the folder can then read it as well; everybody may write to it in no case.
    """
    with suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode) & 0o777
    modes: Counter[int] = Counter()
    with os.scandir(path.parent) as neighbours:
        for one in islice((each for each in neighbours if each.name.endswith(path.suffix)), NEIGHBOURS):
            with suppress(OSError):
                if one.is_file(follow_symlinks=False):
                    modes[stat.S_IMODE(one.stat(follow_symlinks=False).st_mode) & 0o664] += 1
    return OWNERS | modes.most_common(1)[0][0] if modes else OWNERS


def refused(path: Path, error: OSError) -> SourceError:
    """Say why a file was not written: for good, or because of what will be over."""
    shortage = shortage_in(error)
    if shortage is not None:
        return SourceUnavailableError(f"{path} cannot be written: {shortage.what}", shortage.remedy)
    if error.errno in _PASSING:
        return SourceUnavailableError(f"{path} cannot be written: {error.strerror}", "It is tried again")
    known = _REFUSALS.get(error.errno or 0)
    if known is None:
        return WriteRefusedError(f"{path} cannot be written: {error.strerror}", code="file")
    return WriteRefusedError(f"{path} cannot be written: {known[0]}", known[1], code=known[2])


def unreadable(path: Path, error: OSError) -> SourceUnavailableError:
    """Say why a file or folder was not read."""
    remedy = {
        errno.ENOENT: "Create it, or correct `path`",
        errno.EACCES: "Give the daemon's user the right to read it",
    }.get(error.errno or 0, "")
    shortage = shortage_in(error)
    if shortage is not None:
        return SourceUnavailableError(f"{path} cannot be read: {shortage.what}", shortage.remedy)
    return SourceUnavailableError(f"{path} cannot be read: {error.strerror}", remedy)
