"""Calendars as files: what a vdir and a single .ics file have in common, and how each keeps its events.

A stored event is addressed by its UID; its version is the hash of its content. Nothing here decides whose an
event is, or whether it may be replaced. What stands in a file is read under guard (`guarded`).
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from config.files.plainfile import MEBIBYTE, read_inside, read_plain
from connectors.ical.folder.atomic_file import put, remove, unreadable
from connectors.ical.folder.seen_files import SeenFiles
from connectors.ical.reading.sandboxed import MOST_OBJECTS, SandboxedReader
from connectors.owner import OwnerAddresses
from engine.errors import SourceIncompleteError, WriteConflictError, WriteRefusedError
from engine.ids import Href
from engine.model.booking import Observed
from engine.model.calendar_object import RawObject

SUFFIX = ".ics"
LARGEST_FILE = 10 * MEBIBYTE
LARGEST_FOLDER = 64 * MEBIBYTE
"""Bytes of all files of one calendar together."""
_FILE_NAME = re.compile(r"[A-Za-z0-9_@+=-][A-Za-z0-9_.@+=-]{0,199}\Z")


class UnreadableEventError(SourceIncompleteError):
    """An event is there, and cannot be read: nobody knows what became of it, but it is not gone."""

    def __init__(self, path: Path, uid: str) -> None:
        super().__init__(f"{path} holds the event {uid}, which cannot be read", "Mend it, or take it out")


@dataclass(frozen=True, slots=True)
class FileReader:
    """How files are understood: under guard, by the owner's zone and addresses."""

    guarded: SandboxedReader
    zone: str
    owner: OwnerAddresses

    def of_uid(self, body: bytes, path: Path, uid: str) -> list[Observed | None]:
        """Read what a file shows of one UID's events; None of one that cannot be read."""
        files = [(str(path), body)]
        ((_place, found),) = self.guarded.observe_files(files, uid, self.zone, self.owner.known)
        return found

    def marked(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, list[Observed]]]:
        """Read what files show of all events with a mark, as few times as may be."""
        for place, found in self.guarded.observe_files(files, None, self.zone, self.owner.known):
            yield place, [one for one in found if one is not None]


class Repository(Protocol):
    """One calendar on disk."""

    @property
    def folder(self) -> Path:
        """Where its lock lies."""

    @property
    def shared(self) -> bool:
        """Whether events share one file, so that a zone written there would change the others too."""

    def signature(self) -> str:
        """Tell apart two states of the files without reading them."""

    def objects(self) -> Sequence[RawObject]:
        """Read everything; one file that is not whole makes all of it incomplete."""

    def find(self, uid: str) -> Observed | None:
        """Look an event up; its `etag` is its version.

        Raises:
            UnreadableEventError: it is there, and cannot be read.
        """

    def marked(self) -> Sequence[Observed]:
        """Give the events with a mark."""

    def add(self, uid: str, calendar: bytes) -> None:
        """Put a new event in; `FileExistsError` where something is in its place."""

    def change(self, uid: str, calendar: bytes) -> None:
        """Put an event in the place of the one with its UID."""

    def drop(self, uid: str) -> None:
        """Take an event out."""


def require_readable(folder: Path, names: Iterable[str]) -> None:
    """Refuse names that no text can hold: what is in such a file could not be told apart, nor remembered.

    Raises:
        SourceIncompleteError: one of them is not UTF-8.
    """
    for name in names:
        if not name.isascii() and any("\udc80" <= letter <= "\udcff" for letter in name):
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            raise SourceIncompleteError(
                f"{folder} holds a name that is not UTF-8: {shown}", "Rename it, or move it elsewhere"
            )


def _mark(path: Path) -> str:
    try:
        seen = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return f"{path.name}:{seen.st_ino}:{seen.st_size}:{seen.st_mtime_ns}:{seen.st_ctime_ns}"


@dataclass(frozen=True, slots=True)
class Vdir:
    """A folder with one event a file."""

    folder: Path
    reader: FileReader
    seen: SeenFiles

    @property
    def shared(self) -> bool:
        """Each event has a file of its own."""
        return False

    def signature(self) -> str:
        """Gather names, sizes and times of its files."""
        return "|".join(_mark(self.folder / name) for name in self._names())

    def objects(self) -> Sequence[RawObject]:
        """Read every file; a file's name is the object's href."""
        found: dict[Href, RawObject] = {}
        for place, objects in self.reader.guarded.files(self._bodies()):
            for one in _addressed(Path(place).name, objects):
                found[one.href] = one
        return list(found.values())

    def find(self, uid: str) -> Observed | None:
        """Look under the name first, then into every file that holds the UID."""
        named = f"{uid}{SUFFIX}"
        names = self._names()
        first = [named] if named in names else []
        unread: Path | None = None
        for name in (*first, *(name for name in names if name != named)):
            body, path = self._body(name), self.folder / name
            found = self.reader.of_uid(body, path, uid) if _holds(body, uid) else []
            for one in found:
                if one is not None:
                    return one
            unread = unread or (path if found else None)
        if unread is not None:
            raise UnreadableEventError(unread, uid)
        return None

    def marked(self) -> Sequence[Observed]:
        """Look into every file that holds a mark and has changed since it was last looked into."""
        names, whose = self._names(), self.reader.owner.known
        self.seen.forget_others(self.folder, frozenset(names))
        paths = [self.folder / name for name in names]
        shown = self.seen.shown(paths, lambda path: (_mark(path), whose), self._marked_in)
        return [one for found in shown for one in found]

    def _marked_in(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Sequence[Observed]]]:
        bodies = ((path, self._body(path.name)) for path in paths)
        marked = ((str(path), body) for path, body in bodies if b"X-GATHERLY-" in body)
        found = {Path(place): shown for place, shown in self.reader.marked(marked)}
        return ((path, found.get(path, ())) for path in paths)

    def add(self, uid: str, calendar: bytes) -> None:
        """Make the event's file."""
        put(self._named(uid), calendar, new=True)

    def change(self, uid: str, calendar: bytes) -> None:
        """Replace the event's file."""
        put(self._place_of(uid), calendar, new=False)

    def drop(self, uid: str) -> None:
        """Remove the event's file."""
        remove(self._place_of(uid))

    def shared_uids(self) -> Iterator[str]:
        """Name UIDs that stand in more than one file, with the files."""
        where: dict[str, list[str]] = {}
        for one in (one for one in self.objects() if not one.shared):
            where.setdefault(one.uid, []).append(one.href)
        return (f"{uid}: {', '.join(files)}" for uid, files in where.items() if len(files) > 1)

    def _names(self) -> list[str]:
        try:
            names = sorted(
                name for name in os.listdir(self.folder) if name.endswith(SUFFIX) and name[0] != "."
            )
        except OSError as error:
            raise unreadable(self.folder, error) from error
        if len(names) > MOST_OBJECTS:
            raise SourceIncompleteError(
                f"{self.folder} holds more than {MOST_OBJECTS} files", "Move old events elsewhere"
            )
        require_readable(self.folder, names)
        return names

    def _bodies(self) -> Iterator[tuple[str, bytes]]:
        total = 0
        for name in self._names():
            body = self._body(name)
            total += len(body)
            if total > LARGEST_FOLDER:
                raise SourceIncompleteError(
                    f"{self.folder} holds more than {LARGEST_FOLDER // MEBIBYTE} MiB",
                    "Move old events elsewhere",
                )
            yield str(self.folder / name), body

    def _body(self, name: str) -> bytes:
        try:
            return read_inside(self.folder, name, LARGEST_FILE)
        except OSError as error:
            raise unreadable(self.folder / name, error) from error

    def _named(self, uid: str) -> Path:
        if not _FILE_NAME.match(uid):
            raise WriteRefusedError(f"{uid!r} cannot be a file's name", code="name")
        return self.folder / f"{uid}{SUFFIX}"

    def _place_of(self, uid: str) -> Path:
        """Find the file that holds just this event."""
        holding = ((name, self._body(name)) for name in self._names())
        candidates = ((str(self.folder / name), body) for name, body in holding if _holds(body, uid))
        for place, objects in self.reader.guarded.files(candidates):
            uids = {one.uid for one in objects if not one.shared}
            if uid in uids:
                if len(uids) > 1:
                    raise WriteConflictError(f"{place} holds more than the event {uid}")
                return Path(place)
        return self._named(uid)


def _addressed(name: str, objects: Sequence[RawObject]) -> Iterator[RawObject]:
    """Name a file's objects: by the file alone where there is one."""
    several = len(objects) > 1
    for one in objects:
        if one.shared:
            yield one
        else:
            yield replace(one, href=Href(f"{name}#{one.uid}" if several else name), etag=one.content_hash)


def _holds(body: bytes, uid: str) -> bool:
    """Tell whether a text may hold a UID: nothing else is looked into."""
    return uid.encode("utf-8", "surrogatepass") in re.sub(rb"\r?\n[ \t]", b"", body)


@dataclass(frozen=True, slots=True)
class SingleFile:
    """One .ics file with many events, rewritten in place: every byte that is not ours stays."""

    path: Path
    reader: FileReader

    @property
    def folder(self) -> Path:
        """The file's folder."""
        return self.path.parent

    @property
    def shared(self) -> bool:
        """All events are in the one file."""
        return True

    def signature(self) -> str:
        """Take the file's size and times."""
        return _mark(self.path)

    def objects(self) -> Sequence[RawObject]:
        """Read the file; a UID is the object's href."""
        ((_place, objects),) = self.reader.guarded.files([(str(self.path), self._bytes())])
        return [one if one.shared else replace(one, etag=one.content_hash) for one in objects]

    def find(self, uid: str) -> Observed | None:
        """Look a UID up."""
        found = self.reader.of_uid(self._bytes(), self.path, uid)
        known = next((one for one in found if one is not None), None)
        if found and known is None:
            raise UnreadableEventError(self.path, uid)
        return known

    def marked(self) -> Sequence[Observed]:
        """Give the events with a mark."""
        ((_place, found),) = self.reader.marked([(str(self.path), self._bytes())])
        return found

    def add(self, uid: str, calendar: bytes) -> None:
        """Put event and zone before the calendar's end."""
        self._edit(None, calendar)

    def change(self, uid: str, calendar: bytes) -> None:
        """Put the event in the place of the old one."""
        self._edit(uid, calendar)

    def drop(self, uid: str) -> None:
        """Cut the event out."""
        self._edit(uid, b"")

    def _edit(self, uid: str | None, calendar: bytes) -> None:
        edited = self.reader.guarded.edited(self._bytes(), str(self.path), uid, calendar)
        put(self.path, edited, new=False)

    def _bytes(self) -> bytes:
        try:
            return read_plain(self.path, LARGEST_FILE)
        except OSError as error:
            raise unreadable(self.path, error) from error
