"""Plain files opened and read without waiting and without surprise.

A pipe would be waited for, a device may have no end, a sparse file is larger than it lies there. What is not
a plain file is never opened; links are followed to plain files only.
"""

import errno
import os
import stat
import tempfile
from pathlib import Path

MEBIBYTE = 1024 * 1024
_PIECE = 1 << 18


class NotPlainError(OSError):
    """What stands there is no plain file, or one that is too large; `strerror` says what it is."""


def open_plain(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600, *, follow: bool = True) -> int:
    """Open a plain file; gives its handle, which no child process inherits.

    What root makes belongs to whom its folder belongs to: a command beside the service leaves nothing there
    that the service could not open.

    Args:
        path: what is to be opened.
        flags: as of `os.open`; with `O_CREAT` a missing file is made.
        mode: of a file that is made.
        follow: whether a link may stand there.

    Raises:
        NotPlainError: it is a pipe, a socket, a device or a folder; or a link that is not to be followed.
        OSError: it cannot be opened.
    """
    extra = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        _require_plain(path, os.stat(path, follow_symlinks=follow).st_mode)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        made = _made(path, flags | extra, mode)
        if made is not None:
            return made
    handle = os.open(path, flags | extra, mode)
    try:
        _require_plain(path, os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def _made(path: Path, flags: int, mode: int) -> int | None:
    """Make a file that is nobody else's, None where somebody has made it meanwhile or a link stands there."""
    try:
        handle = os.open(path, flags | os.O_EXCL, mode)
    except FileExistsError:
        if flags & os.O_EXCL:
            raise
        return None
    try:
        give_to_owner_of(path.parent, handle)
    except OSError:
        os.close(handle)
        raise
    return handle


def folder_beside(place: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a folder beside a file, in which what is to take its place is written first.

    Raises:
        OSError: it cannot be made there.
    """
    folder = tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent)
    handle = os.open(folder.name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        give_to_owner_of(place.parent, handle)
    finally:
        os.close(handle)
    return folder


def give_to_owner_of(folder: Path, handle: int) -> None:
    """Give what root has just made to whom its folder belongs to.

    Raises:
        OSError: the folder cannot be looked at, or the file system knows no owners.
    """
    if os.geteuid() == 0:
        owner = os.stat(folder)
        os.fchown(handle, owner.st_uid, owner.st_gid)


def read_plain(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Read a whole plain file of at most so many bytes.

    Raises:
        NotPlainError: it is none, or larger.
        OSError: it cannot be read.
    """
    handle = open_plain(path, follow=follow)
    try:
        if os.fstat(handle).st_size > most:
            raise _too_large(path, most)
        return _read(handle, path, most)
    finally:
        os.close(handle)


def read_plain_text(path: Path, most: int) -> str:
    """Read a plain file of at most so many bytes as UTF-8.

    Raises:
        NotPlainError: it is none, or larger.
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return read_plain(path, most).decode("utf-8")


def read_inside(folder: Path, name: str, most: int) -> bytes:
    """Read a plain file of a folder; a link in it is followed only to what lies in the folder too.

    Raises:
        NotPlainError: it is none, larger, or leads out of the folder.
        OSError: it cannot be read.
    """
    path = folder / name
    if path.is_symlink():
        target = Path(os.path.realpath(path))  # a link to itself is met when it is opened
        if not target.is_relative_to(os.path.realpath(folder)):
            raise NotPlainError(errno.EINVAL, "it is a link that leads out of the folder", str(path))
        path = target
    return read_plain(path, most, follow=False)


def sync_folder(folder: Path) -> None:
    """Make what was renamed or removed in a folder last.

    Raises:
        OSError: the system could not promise it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(handle: int, path: Path, most: int) -> bytes:
    parts = bytearray()
    while piece := os.read(handle, _PIECE):
        parts += piece
        if len(parts) > most:
            raise _too_large(path, most)
    return bytes(parts)


def _require_plain(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotPlainError(errno.EINVAL, f"it is not a plain file but {_kind(mode)}", str(path))


def _too_large(path: Path, most: int) -> NotPlainError:
    size = f"{most // MEBIBYTE} MiB" if most >= MEBIBYTE else f"{most // 1024} KiB"
    return NotPlainError(errno.EFBIG, f"it is larger than {size}", str(path))


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def is_absent(path: Path) -> bool:
    """Tell whether nothing is there; what cannot even be looked at is not absent: opening it tells why."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False
