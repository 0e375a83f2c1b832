"""Calendars in files (`kind = "folder"`): a vdir, or one .ics file.

The folder or file itself is the calendar "."; a vdir's subfolders are calendars by their names.
"""

import hashlib
import os
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from connectors.context import ConnectorContext
from connectors.ical.folder.atomic_file import LOCK, locked, require_room, unreadable
from connectors.ical.folder.calendar_files import (
    SUFFIX,
    FileReader,
    Repository,
    SingleFile,
    UnreadableEventError,
    Vdir,
    require_readable,
)
from connectors.ical.folder.seen_files import SeenFiles
from connectors.ical.options import FolderOptions
from connectors.ical.reading.own_events import MARK, marked_by
from connectors.ical.reading.sandboxed import SandboxedReader, owner_of
from connectors.options import ConnectorOptions
from connectors.reading_rules import read_by_reading
from engine.errors import (
    SourceError,
    SourceIncompleteError,
    SourceUnavailableError,
    UnknownThingError,
    WriteAmbiguousError,
    WriteConflictError,
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.span import Instant, Span

ITSELF = RemoteCalendarId(".")


def connect(options: ConnectorOptions, context: ConnectorContext) -> "FolderConnector":
    """Make a connector of `kind = "folder"`."""
    if not isinstance(options, FolderOptions):
        raise TypeError(f"{type(options).__name__} are not a folder's options")
    path = context.base / os.path.expanduser(options.path)
    zone = options.tz or context.zone
    return FolderConnector(path=path, context=context, zone=zone, transparent=options.transparent)


class FolderConnector:
    """Reads and writes files; see `engine.ports.connector.Connector`."""

    def __init__(self, *, path: Path, context: ConnectorContext, zone: str, transparent: str) -> None:
        self._transparent = transparent
        self._path = path
        self._context = context
        self._reader = SandboxedReader(context.run, context.install)
        self._files = FileReader(self._reader, zone, context.owner)
        self._seen = SeenFiles()
        self._inner = tuple(name for name in context.read or () if name != ITSELF)

    def probe(self) -> Probe:
        """Read every calendar, and try the lock where events are to be written."""
        notes: list[str] = []
        try:
            listed = self.calendars()
            problems = self._missing([one.calendar for one in listed])
            for calendar in listed:
                notes += self._notes(self._repository(calendar.calendar))
            if self._context.write is not None and not problems:
                self._try_writing(self._repository(self._context.write).folder)
        except (SourceError, UnknownThingError) as error:
            problems = [str(error)]
        well = not problems
        can_write = well and self._context.write is not None
        return Probe(
            reachable=well, authorised=well, can_write=can_write, notes=tuple(notes), problems=tuple(problems)
        )

    def _missing(self, there: Sequence[RemoteCalendarId]) -> list[str]:
        """Name what is to be read or written and is not there."""
        wanted = (*(self._context.read or ()), *((self._context.write,) if self._context.write else ()))
        names = ", ".join(there)
        return [
            f"{self._path} has no calendar {name!r}. Make the folder, or name one of: {names}"
            for name in dict.fromkeys(wanted)
            if name not in there
        ]

    def _try_writing(self, folder: Path) -> None:
        """See that events could be written; a lock that is there is tried, none is made."""
        require_room(folder)
        if os.path.lexists(folder / LOCK):
            with locked(folder, self._context.clock):
                pass

    def calendars(self) -> Sequence[RemoteCalendar]:
        """Give the calendar itself, and a vdir's subfolders."""
        itself = RemoteCalendar(calendar=ITSELF, name=self._path.stem, is_primary=True, read_only=False)
        if self._is_file():
            return [itself]
        try:
            inner = sorted(one.name for one in self._path.iterdir() if one.is_dir() and one.name[0] != ".")
        except OSError as error:
            raise unreadable(self._path, error) from error
        require_readable(self._path, inner)
        self._inner = tuple(map(RemoteCalendarId, inner))
        return [
            itself,
            *(RemoteCalendar(calendar=RemoteCalendarId(name), name=name, read_only=False) for name in inner),
        ]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read the files whole where any of them was touched since."""
        return read_by_reading(
            partial(self._read, calendar), token, known, self._context.owner, self._transparent, is_cut=True
        )

    def _read(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        repository = self._repository(calendar)
        before = _token(repository)
        if token == before:
            return Changes(whole=False, unchanged=True, token=token)
        objects = tuple(repository.objects())
        if _token(repository) != before:
            raise SourceIncompleteError(f"{self._path} changed while it was read", "It is read again later")
        return Changes(objects=objects, whole=True, token=before)

    def stamp(self) -> Hashable:
        """Tell when files were last put there, renamed or taken away; one written over is not noticed."""
        places = (self._path, *(self._path / name for name in self._inner))
        try:
            return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in map(os.stat, places))
        except OSError:
            return None

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what the objects mean for their owner."""
        return self._reader.interpret(
            objects, window, zone, owner_of(self._context, self._transparent), why=why
        )

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Write a new event, or replace the version that the etag names; read it back from the disk."""
        with self._open(calendar) as repository:
            try:
                there = repository.find(draft.event_id)
            except UnreadableEventError as error:
                raise WriteConflictError(error.what, error.remedy) from error
            if etag is None:
                self._create(repository, there, draft)
            else:
                self._replace(repository, there, draft, etag)
            return self._written(repository, draft)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its UID."""
        return self._repository(calendar).find(event_id)

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Remove an event that gatherly wrote, whichever installation did; anybody else's stays.

        After a lost store the installation has another id, and what it wrote is still to be removed.
        """
        with self._open(calendar) as repository:
            try:
                there = repository.find(event_id)
                ours = there is not None and there.mark is not None
            except UnreadableEventError:
                ours = any(str(one.uid) == event_id and MARK in one.raw for one in repository.objects())
            if ours:
                repository.drop(event_id)

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """Find events with a mark."""
        return marked_by(self._repository(calendar).marked(), install)

    def close(self) -> None:
        """Nothing is kept open."""

    def _create(self, repository: Repository, there: Observed | None, draft: EventDraft) -> None:
        from connectors.ical.text.compose import compose  # its library is for writing alone

        taken = WriteConflictError(f"{self._path} already holds an event {draft.event_id}")
        if there is not None:
            raise taken
        try:
            repository.add(draft.event_id, compose(draft, in_utc=repository.shared))
        except FileExistsError as error:
            raise taken from error

    def _replace(self, repository: Repository, there: Observed | None, draft: EventDraft, etag: str) -> None:
        from connectors.ical.text.compose import compose  # its library is for writing alone

        if there is None or there.etag != etag or there.mark is None:
            raise WriteConflictError(f"{self._path} holds another version of {draft.event_id}")
        repository.change(draft.event_id, compose(draft, in_utc=repository.shared))

    def _written(self, repository: Repository, draft: EventDraft) -> Written:
        """Read it back: the file's own idea of the zone, where it has one, may not be the world's."""
        there = repository.find(draft.event_id)
        if there is None or there.span != draft.span:
            raise WriteAmbiguousError(f"{draft.event_id} does not read back from {self._path}")
        return Written(draft.event_id, there.etag)

    @contextmanager
    def _open(self, calendar: RemoteCalendarId) -> Iterator[Repository]:
        repository = self._repository(calendar)
        with locked(repository.folder, self._context.clock):
            yield repository

    def _is_file(self) -> bool:
        try:
            return self._path.is_file() or (self._path.suffix == SUFFIX and not self._path.is_dir())
        except OSError as error:
            raise unreadable(self._path, error) from error

    def _repository(self, calendar: RemoteCalendarId) -> Repository:
        if self._is_file():
            if calendar != ITSELF:
                raise SourceUnavailableError(
                    f"{self._path} is one calendar; there is no {calendar!r}", 'Use "."'
                )
            return SingleFile(self._path, self._files)
        if calendar == ITSELF:
            return Vdir(self._path, self._files, self._seen)
        if calendar.startswith(".") or "/" in calendar or "\x00" in calendar:
            raise SourceUnavailableError(f"{calendar!r} is not a folder's name", "Name a subfolder")
        return Vdir(self._path / calendar, self._files, self._seen)

    def _notes(self, repository: Repository) -> list[str]:
        if isinstance(repository, Vdir):
            return [f"two files hold one UID: {shared}; remove one" for shared in repository.shared_uids()]
        repository.objects()
        return []


def _token(repository: Repository) -> str:
    return hashlib.blake2b(repository.signature().encode(), digest_size=16).hexdigest()
