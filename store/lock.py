"""One daemon a SQLite file: a lock beside the file, held by the kernel for as long as the process lives."""

import errno
import fcntl
import os
import pwd
import stat
from pathlib import Path

from config.files.plainfile import open_plain
from engine.errors import StoreBusyError, StoreUnavailableError

_ROOM = "Make room on its disk, and start gatherly again"
_OF_THE_DISK = {
    errno.EROFS: "Mount its disk for writing, and start gatherly again",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
}


class DaemonLock:
    """The lock on `<file>.lock`, which names the process that holds it and since when it does."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f"{store.name}.lock")
        self._store = store
        self._file: int | None = None

    def take(self, now: int) -> None:
        """Take it; `now` (seconds since 1970) is written beside the process id.

        Raises:
            StoreBusyError: another process holds it; the error names it.
            StoreUnavailableError: the lock file cannot be made or written.
        """
        try:
            file = open_plain(self._path, os.O_RDWR | os.O_CREAT, follow=False)
        except OSError as error:
            raise StoreUnavailableError(
                f"The lock {self._path} cannot be made: {error.strerror}", self.remedy(error)
            ) from error
        if os.fstat(file).st_nlink > 1:
            os.close(file)
            raise StoreUnavailableError(
                f"The lock {self._path} is another file's second name", "Take it away, and start again"
            )
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            busy = self._taken(file) if error.errno in (errno.EAGAIN, errno.EACCES) else None
            os.close(file)
            raise (busy or StoreUnavailableError(f"The lock {self._path} cannot be taken")) from error
        try:
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()} {now}\n".encode(), 0)
        except OSError as error:
            os.close(file)
            raise StoreUnavailableError(
                f"The lock {self._path} cannot be written: {error.strerror}", self.remedy(error)
            ) from error
        self._file = file

    def release(self) -> None:
        """Let it go; the file stays, since taking it away would race with who takes it next."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def remedy(self, error: OSError) -> str:
        """Say what to do about a lock that cannot be had: its disk takes nothing, or it is another user's."""
        if error.errno in _OF_THE_DISK:
            return _OF_THE_DISK[error.errno]
        try:
            found = self._path.lstat()
        except OSError:
            return f"Make the folder {self._path.parent}, writable for gatherly, and keep others out of it"
        if stat.S_ISREG(found.st_mode) and found.st_uid != os.geteuid():
            return (
                f"It belongs to user {_name(found.st_uid)}: run gatherly as that user, or remove {self._path}"
            )
        return f"Take {self._path} away, or let the user gatherly runs as write to it"

    def _taken(self, file: int) -> StoreBusyError:
        process, _, since = os.pread(file, 64, 0).decode(errors="replace").strip().partition(" ")
        return _busy(self._store, process, int(since) if since.isdigit() else None)


def _busy(store: Path, process: str, since: int | None = None) -> StoreBusyError:
    return StoreBusyError(
        f"Another gatherly (process {process or 'unknown'}) works on the store {store}",
        "Stop it first, or name another store",
        since=since,
    )


def refuse_if_held(store: Path) -> None:
    """See that no process works on a store's file, before somebody is asked about what it would forbid.

    Raises:
        StoreBusyError: one does; the error names it.
    """
    process = holder(store)
    if process is not None:
        raise _busy(store, str(process))


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def holder(store: Path) -> int | None:
    """Give the process that works on a store's file; None where none does."""
    try:
        file = open_plain(store.with_name(f"{store.name}.lock"), os.O_RDONLY, follow=False)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        process = os.pread(file, 64, 0).decode(errors="replace").partition(" ")[0]
        return int(process) if process.isdecimal() else None
    finally:
        os.close(file)
    return None
