"""Who holds a SQLite store whose file has gone from its place: its lock has gone with it.

A daemon that has opened its store binds a name of the kernel's own (unix(7), abstract sockets), which lasts
as long as the process, whatever becomes of the disk, and says which file it holds.
"""

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keeper:
    """A process that holds a store, and whether what it holds is the file that stands in the place.

    A place that cannot be looked at is not said to hold another: opening it tells why.
    """

    process: int
    in_place: bool


@contextmanager
def kept(store: Path | None) -> Iterator[None]:
    """Let others find this process as the one that holds a file's store, for as long as the block lasts."""
    if store is None:
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as name:
        with suppress(OSError):
            name.bind(f"\0{_name(store)}{os.getpid()}/{_file_at(store) or ''}".encode())
        yield


def keeper(store: Path) -> Keeper | None:
    """Find another process that holds a store, wherever its file is by now; None where none is seen.

    Only those are seen whose process ids count as they do here.
    """
    name = f" @{_name(store)}"
    with suppress(OSError):
        for line in Path("/proc/net/unix").read_text(errors="replace").splitlines():
            _, _, told = line.partition(name)
            process, _, file = told.partition("/")
            if process.isdecimal() and int(process) != os.getpid():
                stands = _file_at(store)
                return Keeper(int(process), stands is None or file == stands)
    return None


def _file_at(store: Path) -> str | None:
    """Name the file that stands at a place; an empty text where none does, None where none can be seen."""
    try:
        found = store.stat()
    except FileNotFoundError:
        return ""
    except OSError:
        return None
    return f"{found.st_dev}.{found.st_ino}"


def _name(store: Path) -> str:
    """Name a store by its place, without telling it, and by the space in which process ids count."""
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")
    place = f"{space} {os.path.realpath(store)}".encode(errors="surrogateescape")
    return f"gatherly/{hashlib.sha256(place).hexdigest()[:40]}/"
