"""Everything that moves, as a screen that is drawn again in place: rows keep their places, changes show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from daemon.app.insight.live_look import LiveLook
from daemon.app.insight.log_words import Sentences
from daemon.commands.sessions.list_words import list_words
from daemon.commands.sessions.session_words import attendees, outcome_words
from daemon.commands.status_words import MARK, ORDER, state_words
from daemon.terminal.audience import Audience
from daemon.terminal.paint import MARKS, Role, paint
from daemon.terminal.screen import unpainted
from daemon.terminal.table import table
from daemon.terminal.times import Reader, age, counted
from engine.ids import ConnectorName
from engine.model.operations import SyncJob
from engine.operations.health import ConnectorHealth
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Instant

LIT = 3.0
"""Seconds for which a change stands out."""
LONGEST_TITLE = 28
LONGEST_NAME = 14
KEYS = "q ends it · c connectors · s sessions · w writes"
_LEAST_EVENTS = 3


class Part(StrEnum):
    """What alone is shown, by its key."""

    CONNECTORS = "c"
    SESSIONS = "s"
    WRITES = "w"


@dataclass(slots=True)
class Memory:
    """What the screen showed before: in which order, and what has changed when, by the monotonic clock."""

    order: list[ConnectorName] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    lit: dict[str, float] = field(default_factory=dict)

    def placed(self, connectors: Sequence[ConnectorHealth]) -> list[ConnectorHealth]:
        """Give connectors where they were; of those that are new those in trouble come first."""
        by_name = {one.name: one for one in connectors}
        new = [one for one in connectors if one.name not in self.order]
        self.order = [name for name in self.order if name in by_name]
        self.order += [one.name for one in sorted(new, key=lambda one: ORDER.index(MARK[one.state]))]
        return [by_name[name] for name in self.order]

    def is_lit(self, key: str, text: str, now: float) -> bool:
        """Tell whether a row has changed within the last seconds; what is shown first is no change."""
        before = self.shown.get(key)
        self.shown[key] = text
        if before is not None and before != text:
            self.lit[key] = now
        return now - self.lit.get(key, now - LIT) < LIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Draws looks for one reader; `width` and `height` are the terminal's, `now` is the monotonic clock's."""

    zone: str
    host: str
    width: int
    height: int
    now: float
    memory: Memory
    only: Part | None = None

    def draw(self, look: LiveLook) -> str:
        """Give the screen as text, no line longer than the terminal is wide."""
        view = Audience(Reader(self.zone, look.at), look.people)
        body = self._parts(look, view)
        lines = [*self._head(look, view.reader), *body][: self.height - 2]
        return "\n".join([*lines, "", paint(Role.QUIET, KEYS)])

    def _head(self, look: LiveLook, reader: Reader) -> Iterator[str]:
        daemon, life = look.health.daemon, look.health.daemon.life
        runs = f"running {age(look.at - life.since)}" if life and daemon.is_running else "no daemon runs"
        right = f"{reader.clock(look.at, seconds=True)} {reader.place} · {runs}"
        left = f"gatherly on {one_line(self.host)}"
        gap = max(2, self.width - len(left) - len(right))
        yield paint(Role.STRONG, left) + " " * gap + right
        yield paint(Role.QUIET, "─" * self.width)

    def _parts(self, look: LiveLook, view: Audience) -> list[str]:
        if self.only is Part.CONNECTORS:
            return self._connectors(look, view)
        if self.only is Part.SESSIONS:
            return list_words(look.sessions, view, None).splitlines()
        if self.only is Part.WRITES:
            return list(self._writes(look, view))
        parts = [self._connectors(look, view), self._booked(look, view)]
        before = [line for part in parts if part for line in (*part, "")]
        room = max(_LEAST_EVENTS, self.height - len(before) - 5)
        return [*before, *self._events(look, view, room)]

    def _connectors(self, look: LiveLook, view: Audience) -> list[str]:
        placed = self.memory.placed(look.health.connectors)
        rows = [self._connector(one, look, view.reader) for one in placed]
        if not rows:
            return ["No connector is configured."]
        keys = [(f"c {one.name}", f"{row[2]} {row[5]}") for one, row in zip(placed, rows, strict=True)]
        return self._table(("", "connector", "state", "read", "next", "last change"), rows, keys, (3, 4))

    def _connector(self, one: ConnectorHealth, look: LiveLook, reader: Reader) -> tuple[str, ...]:
        job = look.reading.get(one.name)
        if job is not None:
            read, following, state = age(max(0, look.at - job.created_at)), "now", "reading …"
        else:
            read = "-" if one.age_seconds is None else age(one.age_seconds)
            following, state = reader.soon(one.next_run) if one.next_run else "-", state_words(one)
        changed = _change(look.changes.get(one.name), reader)
        return (
            MARK[one.state],
            _cut(one.name, max(LONGEST_NAME, self.width // 4)),
            state,
            read,
            following,
            changed,
        )

    def _booked(self, look: LiveLook, view: Audience) -> list[str]:
        """Show bookings under way, with a mark for everybody's calendar."""
        people = list(dict.fromkeys(user for one in look.booking for user in attendees(one)))
        rows = []
        for one in look.booking:
            marks = dict.fromkeys(attendees(one), "·")
            marks |= {each["user"]: outcome_words(each, view)[0] for each in one["booking"]["perCalendar"]}
            mark = "!" if "!" in marks.values() or "×" in marks.values() else "·"
            title = _cut(one_line(one["title"]), LONGEST_TITLE)
            rows.append((mark, title, _when(one, view.reader), *(marks.get(user, "") for user in people)))
        if not rows:
            return []
        names = [_cut(view.name(user).partition(" ")[0], LONGEST_NAME) for user in people]
        keys = [(f"b {one['id']}", " ".join(row[3:])) for one, row in zip(look.booking, rows, strict=True)]
        return self._table(("", "being booked", "", *names), rows, keys)

    def _writes(self, look: LiveLook, view: Audience) -> Iterator[str]:
        """Show bookings under way, calendar by calendar."""
        rows = []
        for one in look.booking:
            for each in one["booking"]["perCalendar"]:
                mark, outcome = outcome_words(each, view)
                title = _cut(one_line(one["title"]), LONGEST_TITLE)
                rows.append((mark, title, _cut(view.name(each["user"]), LONGEST_NAME), outcome))
        if not rows:
            yield "Nothing is being booked."
        else:
            yield from self._table(("", "session", "who", "outcome"), rows)

    def _events(self, look: LiveLook, view: Audience, room: int) -> Iterator[str]:
        yield paint(Role.QUIET, "  as it happens")
        sentences, reader = Sentences(view), view.reader
        lately = list(look.told.records)[-room:]
        if not lately:
            yield "Nothing has happened in the last two hours."
        for one in reversed(lately):
            text = f"{reader.soon(one.at, seconds=True)}  {sentences.said(one, look.told.sessions)}"
            line = _cut(text, self.width)
            yield paint(Role.ACCENT, line) if look.at - one.at < LIT else line

    def _table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        keys: Sequence[tuple[str, str]] = (),
        right: tuple[int, ...] = (),
    ) -> list[str]:
        """Set a table with one line a row; `keys` name the rows, with what counts as a change of them."""
        drawn = table(head, rows, right=right, width=_WIDE).splitlines()
        first, *others = (self._fit(line) for line in drawn)
        named = zip_longest(others, keys, fillvalue=None)
        return [first, *(self._lit(line or "", key) for line, key in named)]

    def _lit(self, line: str, key: tuple[str, str] | None) -> str:
        if key is None or not self.memory.is_lit(*key, self.now):
            return line
        plain = unpainted(line)
        return _marked(plain[:1]) + paint(Role.ACCENT, plain[1:])

    def _fit(self, line: str) -> str:
        """Cut a line to the terminal's width."""
        plain = unpainted(line)
        if len(plain) <= self.width:
            return line
        cut = _cut(plain, self.width)
        return _marked(cut[:1]) + cut[1:]


_WIDE = 10_000
"""Characters of a line that a table has room for before it is cut."""


def reading_words(jobs: Iterable[SyncJob], now: Instant) -> Iterator[str]:
    """Say of reads that go on how far they have come."""
    for one in jobs:
        events = counted(one.items_processed, "event")
        whole = f", {one.progress_percentage} % of its calendars" if one.progress_percentage else ""
        yield f"Reading   {one.connector}, {events}{whole} ({age(max(0, now - one.created_at))})"


def _change(job: SyncJob | None, reader: Reader) -> str:
    if job is None or job.completed_at is None:
        return "-"
    return f"{counted(job.items_processed, 'event')}, {reader.soon(job.completed_at)}"


def _when(session: Mapping[str, Any], reader: Reader) -> str:
    slot = session.get("finalTime")
    return reader.when(parse_instant(slot["start"])) if slot else ""


def _marked(mark: str) -> str:
    return paint(MARKS[mark], mark) if mark in MARKS else mark


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
