"""People with folders for calendars, wired from a real configuration file on a real SQLite store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon import wire
from daemon.jobs.single_pass import Pass, run_once
from daemon.services import Services
from engine.ids import SessionId
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Instant
from tests.standins.time import Numbered, StillClock
from tests.store.blank import NAME, lay_blank_store

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20250101T000000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:{title}
END:VEVENT
END:VCALENDAR
"""


def event(uid: str, start: str, end: str, title: str = "Taken") -> str:
    """Give a calendar with one event; times are RFC 3339."""
    times = {"start": _basic(start), "end": _basic(end)}
    return EVENT.format(uid=uid, title=title, **times).replace("\n", "\r\n")


def _basic(at: str) -> str:
    return format_instant(parse_instant(at)).replace("-", "").replace(":", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person of the world; `extra` are more lines of their table."""

    name: str
    zone: str = "UTC"
    hours: tuple[str, str] | None = None
    writes: bool = True
    extra: str = ""


@dataclass(slots=True)
class FolderWorld:
    """The operator's machine: a configuration, a folder of calendars, and a clock that tests move."""

    root: Path
    people: Sequence[Somebody]
    now: str
    settings: str = ""
    clock: StillClock = field(init=False)
    randomness: Numbered = field(default_factory=Numbered)
    said: list[str] = field(default_factory=list)
    _standing: Services | None = None

    def __post_init__(self) -> None:
        self.clock = StillClock(parse_instant(self.now))
        for person in self.people:
            self.folder(person.name).mkdir(parents=True, exist_ok=True)
        if "[store]" not in self.settings or f"sqlite:///{NAME}" in self.settings:
            lay_blank_store(self.root)
        self.file.write_text("\n".join([self.settings, *(self._tables(person) for person in self.people)]))

    @property
    def file(self) -> Path:
        return self.root / "gatherly.toml"

    def folder(self, name: str) -> Path:
        return self.root / "calendars" / name

    def _tables(self, person: Somebody) -> str:
        hours = ""
        if person.hours:
            start, end = person.hours
            hours = f'working_hours = {{ start = "{start}", end = "{end}" }}'
        write = 'write = "."' if person.writes else ""
        return f"""
[users."{person.name}"]
email = "{person.name}@example.com"
timezone = "{person.zone}"
{hours}
{person.extra}
[connectors.{person.name}-folder]
kind = "folder"
user = "{person.name}"
path = "calendars/{person.name}"
{write}
"""

    def busy(self, name: str, *spans: tuple[str, str]) -> None:
        """Put events into somebody's folder."""
        for start, end in spans:
            uid = f"{name}-{_basic(start)}"
            (self.folder(name) / f"{uid}.ics").write_text(event(uid, start, end), newline="")

    @contextmanager
    def services(self) -> Iterator[Services]:
        """Wire everything anew, as a start of the daemon does, unless services are left open."""
        if self._standing is not None:
            yield self._standing
            return
        with wire.open_daemon(self.file, clock=self.clock, randomness=self.randomness) as services:
            yield services

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Leave the services open for whatever is done meanwhile: a daemon that is not started anew."""
        with self.services() as services:
            self._standing = services
            try:
                yield
            finally:
                self._standing = None

    def run_once(self) -> Pass:
        """Do what `gatherly run --once` does."""
        with self.services() as services:
            return run_once(services, self.said.append)

    def create(self, host: str, *guests: str, **wishes: Any) -> SessionId:
        """Put a session into the store."""
        options = SessionOptions(host=host, invitees=guests, **{"title": "Sync", "duration": "30m", **wishes})
        with self.services() as services:
            return services.desk.create(options).id

    def accept(self, session: SessionId, number: int = 1) -> None:
        """Let the host accept a proposal."""
        with self.services() as services:
            services.desk.accept(session, number)

    def view(self, session: SessionId) -> Mapping[str, Any]:
        """Give a session as its document with its booking."""
        with self.services() as services:
            return services.desk.view(session)

    def pass_time(self, seconds: int) -> Instant:
        """Move the clock."""
        self.clock.at += seconds
        return self.clock.at

    def events(self, name: str) -> list[str]:
        """Give the texts of the events in somebody's folder that gatherly wrote."""
        texts = (path.read_text() for path in sorted(self.folder(name).glob("*.ics")))
        return [text for text in texts if "X-GATHERLY-SESSION" in text]
