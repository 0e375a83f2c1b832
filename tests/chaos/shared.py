"""What outlives a killed process: a clock in shared memory, and calendars in a file of their own."""

import json
import mmap
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.ids import EventId, InstallId, RemoteCalendarId, SessionId
from engine.model.booking import Mark
from engine.time.span import Instant, Span
from tests.doubles.provider.repository import Stored


class SharedClock:
    """One time for all processes forked after it was made; it passes when the harness says so."""

    def __init__(self, start: Instant) -> None:
        self._cells = mmap.mmap(-1, 16)
        self.begin(start)

    def begin(self, start: Instant) -> None:
        """Begin at a time, which is the right one."""
        self._put(start, 0)

    @property
    def at(self) -> Instant:
        """What the machine's clock shows."""
        return self._got()[0]

    @at.setter
    def at(self, time: Instant) -> None:
        self._put(time, self._got()[1])

    @property
    def right(self) -> Instant:
        """What every other clock shows, that of the providers for one."""
        time, wrong = self._got()
        return time - wrong

    def set(self, seconds: int) -> None:
        """Set the machine's clock forward, or back; no time passes."""
        time, wrong = self._got()
        self._put(time + seconds, wrong + seconds)

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return float(self.right)

    def wait(self, seconds: float) -> bool:
        self.at += int(seconds)
        return False

    def close(self) -> None:
        self._cells.close()

    def _got(self) -> tuple[int, int]:
        time, wrong = struct.unpack("qq", self._cells[:16])
        return int(time), int(wrong)

    def _put(self, time: int, wrong: int) -> None:
        self._cells[:16] = struct.pack("qq", time, wrong)


class RightTime:
    """The providers' time: it passes with the machine's clock and is never set."""

    def __init__(self, clock: SharedClock) -> None:
        self._clock = clock

    def now(self) -> Instant:
        return self._clock.right

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def wait(self, seconds: float) -> bool:
        return self._clock.wait(seconds)


class FileRepository:
    """The providers' events in a SQLite file: what was applied stays applied when its writer dies."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS event (place, id, body, PRIMARY KEY (place, id))")
        self._db.execute("CREATE TABLE IF NOT EXISTS change (place PRIMARY KEY, number)")

    def get(self, calendar: RemoteCalendarId, event_id: EventId) -> Stored | None:
        found = self._db.execute("SELECT body FROM event WHERE (place, id) = (?, ?)", (calendar, event_id))
        row = found.fetchone()
        return _decode(row[0]) if row else None

    def put(self, calendar: RemoteCalendarId, event: Stored) -> None:
        self._db.execute("REPLACE INTO event VALUES (?, ?, ?)", (calendar, event.event_id, _encode(event)))

    def drop(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        self._db.execute("DELETE FROM event WHERE (place, id) = (?, ?)", (calendar, event_id))

    def all(self, calendar: RemoteCalendarId) -> Sequence[Stored]:
        rows = self._db.execute("SELECT body FROM event WHERE place = ?", (calendar,))
        return [_decode(row[0]) for row in rows]

    def next_change(self, calendar: RemoteCalendarId) -> int:
        row = self._db.execute(
            "INSERT INTO change VALUES (?, 1) ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number",
            (calendar,),
        ).fetchone()
        return int(row[0])

    @contextmanager
    def alone(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


def _encode(event: Stored) -> str:
    mark = event.mark
    fields = {name: getattr(event, name) for name in _PLAIN}
    return json.dumps(
        {
            **fields,
            "span": [event.span.start, event.span.end],
            "mark": [mark.install, mark.session, mark.epoch] if mark else None,
        }
    )


_PLAIN = (
    "event_id",
    "title",
    "description",
    "location",
    "sequence",
    "live",
    "declined",
    "changed",
    "listed_from",
)


def _decode(text: str) -> Stored:
    fields = json.loads(text)
    span, mark = Span(*fields.pop("span")), fields.pop("mark")
    marked = Mark(install=InstallId(mark[0]), session=SessionId(mark[1]), epoch=mark[2]) if mark else None
    return Stored(span=span, mark=marked, **fields)
