"""Calendars as files: what a vdir and a single .ics file have in common, and how each keeps its events.

A stored event is addressed by its UID; its version is the hash of its content. Nothing here decides whose an
event is, or whether it may be replaced.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from connectors.ical.atomicfile import put, remove, unreadable
from connectors.ical.body import whole_calendar
from connectors.ical.split import events_of, one_of, split, together
from engine.errors import SourceError, WriteConflictError, WriteRefusedError
from engine.ids import EventUid, Href
from engine.model.calendar import RawObject

SUFFIX = ".ics"
_FILE_NAME = re.compile(r"[A-Za-z0-9_@+=-][A-Za-z0-9_.@+=-]{0,199}\Z")


@dataclass(frozen=True, slots=True)
class Stored:
    """An event in a file: a calendar of its own, and its version."""

    uid: EventUid
    etag: str
    raw: bytes = field(repr=False)


class Shelf(Protocol):
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

    def find(self, uid: str) -> Stored | None:
        """Look an event up."""

    def add(self, uid: str, calendar: bytes) -> None:
        """Put a new event in; `FileExistsError` where something is in its place."""

    def change(self, uid: str, calendar: bytes) -> None:
        """Put an event in the place of the one with its UID."""

    def drop(self, uid: str) -> None:
        """Take an event out."""


def read_file(path: Path) -> bytes:
    """Read a whole calendar.

    Raises:
        SourceUnavailableError: it is not there or cannot be read.
        SourceIncompleteError: it is not a whole calendar.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return whole_calendar(body, str(path))


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

    @property
    def shared(self) -> bool:
        """Each event has a file of its own."""
        return False

    def signature(self) -> str:
        """Gather names, sizes and times of its files."""
        return "|".join(_mark(path) for path in self._files())

    def objects(self) -> Sequence[RawObject]:
        """Read every file; a file's name is the object's href."""
        found = (one for path in self._files() for one in self._objects_of(path))
        return list({one.href: one for one in found}.values())

    def find(self, uid: str) -> Stored | None:
        """Look under the name first, then into every file that holds the UID."""
        named = self._path(uid)
        first = [named] if named is not None and named.exists() else []
        for path in (*first, *(path for path in self._files() if path != named)):
            found = one_of(read_file(path), uid) if self._holds(path, uid) else None
            if found is not None:
                return Stored(found.uid, found.content_hash, found.raw)
        return None

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

    def _files(self) -> list[Path]:
        try:
            names = sorted(os.listdir(self.folder))
        except OSError as error:
            raise unreadable(self.folder, error) from error
        return [self.folder / name for name in names if name.endswith(SUFFIX) and not name.startswith(".")]

    def _objects_of(self, path: Path) -> list[RawObject]:
        body = read_file(path)
        found = split(body)
        events = [one for one in found if not one.shared]
        if len(events) == 1:
            only = together(body)
            return [] if only is None else [replace(only, href=Href(path.name), etag=only.content_hash)]
        return [
            one if one.shared else replace(one, href=Href(f"{path.name}#{one.uid}"), etag=one.content_hash)
            for one in found
        ]

    def _holds(self, path: Path, uid: str) -> bool:
        try:
            return uid.encode() in re.sub(rb"\r?\n[ \t]", b"", path.read_bytes())
        except OSError as error:
            raise unreadable(path, error) from error

    def _path(self, uid: str) -> Path | None:
        return self.folder / f"{uid}{SUFFIX}" if _FILE_NAME.match(uid) else None

    def _named(self, uid: str) -> Path:
        path = self._path(uid)
        if path is None:
            raise WriteRefusedError(f"{uid!r} cannot be a file's name", code="name")
        return path

    def _place_of(self, uid: str) -> Path:
        """Find the file that holds just this event."""
        for path in self._files():
            uids = {one.uid for one in self._objects_of(path)} if self._holds(path, uid) else set()
            if uid in uids:
                if len(uids) > 1:
                    raise WriteConflictError(f"{path} holds more than the event {uid}")
                return path
        return self._named(uid)


@dataclass(frozen=True, slots=True)
class SingleFile:
    """One .ics file with many events, rewritten in place: every byte that is not ours stays."""

    path: Path

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
        return [replace(one, etag=one.content_hash) for one in split(read_file(self.path))]

    def find(self, uid: str) -> Stored | None:
        """Look a UID up."""
        found = one_of(read_file(self.path), uid)
        return None if found is None else Stored(found.uid, found.content_hash, found.raw)

    def add(self, uid: str, calendar: bytes) -> None:
        """Put event and zone before the calendar's end."""
        put(self.path, with_event(self._bytes(), calendar), new=False)

    def change(self, uid: str, calendar: bytes) -> None:
        """Put the event in the place of the old one."""
        put(self.path, with_event(without_event(self._bytes(), uid), calendar), new=False)

    def drop(self, uid: str) -> None:
        """Cut the event out."""
        put(self.path, without_event(self._bytes(), uid), new=False)

    def _bytes(self) -> bytes:
        read_file(self.path)
        return self.path.read_bytes()


def with_event(body: bytes, calendar: bytes) -> bytes:
    """Put another calendar's events before the end of the body; every other byte stays."""
    at = _end(body)
    added = b"".join(events_of(calendar))
    if b"\r\n" not in body:
        added = added.replace(b"\r\n", b"\n")
    return body[:at] + added + body[at:]


def without_event(body: bytes, uid: str) -> bytes:
    """Cut a UID's events out; every other byte stays."""
    for text in list(events_of(body)):
        if any(one.uid == uid for one in split(_calendar(text))):
            body = body.replace(text, b"", 1)
    return body


def _calendar(event: bytes) -> bytes:
    return b"BEGIN:VCALENDAR\r\n" + event + b"END:VCALENDAR\r\n"


def _end(body: bytes) -> int:
    found = list(re.finditer(rb"^[ \t]*END:VCALENDAR", body, re.MULTILINE | re.IGNORECASE))
    if not found:
        raise SourceError("the calendar has no end")
    return found[-1].start()
