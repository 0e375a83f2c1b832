"""The quick reading of one UID's events: about ten properties by their shape, straight from the bytes.

Whatever has another shape than the usual one makes the whole group `None`, and the careful reading takes
over: dates mixed with times, two masters, a range of overrides, an EXDATE that meets an override, ends before
starts, anything that does not parse. What this module answers is what the careful reading would answer.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connectors.ical.reading.vevent import CANCELLED, Owner, busy_status, title_of, unescaped
from connectors.ical.text.fast_times import FastTimes, Moment, OddError, beside
from connectors.ical.text.ical_values import parse_duration
from connectors.ical.text.lines import content_lines, decode
from engine.errors import InputError
from engine.ids import EventUid
from engine.model.calendar_object import Occurrence
from engine.model.recurrence import Extra, Rule, Series, Wall
from engine.recurrence.instances import instances
from engine.recurrence.rrule import parse_rule
from engine.recurrence.vetting import MOST_EXTRAS, vet
from engine.time.span import DAY, Span
from engine.time.wall_clock import EPOCH_WALL, LAST_DAY, WallClock

SLACK = 2 * DAY
"""Covers every zone and floating time: nothing is dropped by its wall time that could be in the window."""
RULE_SLACK = 3 * DAY

_PROPERTY = re.compile(
    rb"\n(DTSTART|DTEND|SUMMARY|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID|STATUS|TRANSP|SEQUENCE|METHOD"
    rb"|BEGIN|END|X-APPLE-TRAVEL-DURATION|X-GATHERLY-[A-Z]+|X-MICROSOFT-CDO-BUSYSTATUS)"
    rb"([;:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"
)
_FOLD = re.compile(rb"\r?\n[ \t]")
_FOLDED_NO = re.compile(rb"\n[ \t](?i:e?c?l?i?n?e?d)[:;\"\r\n]")
"""The end of "declined" where a fold runs through it."""
_UNTIL = re.compile(rb"UNTIL=(\d{8})")
_FAULTS = (OddError, InputError, ValueError, OverflowError)


class Event(NamedTuple):
    """A VEVENT of the usual shape; `end` is an instant where only that is known of it."""

    start: Moment
    length: int
    end: int | None
    properties: dict[bytes, bytes]
    lists: dict[bytes, list[bytes]]
    replaces: Moment | None

    @property
    def span(self) -> Span:
        """What the event itself, or its first instance, takes of its owner's time."""
        if self.end is None:
            return self.start.clock.span(self.start.wall, self.length)
        first = self.start.instant
        return Span(first, max(first, self.end))


class FastReader:
    """Reads the groups of one file for one window; keeps what repeats."""

    def __init__(self, fast_times: FastTimes, window: Span, owner: Owner) -> None:
        self._fast_times = fast_times
        self._window = window
        self._owner = owner
        self._rules: dict[tuple[bytes, WallClock, bool], Rule] = {}
        self._first = window.start + EPOCH_WALL - SLACK
        self._last = window.end + EPOCH_WALL + SLACK

    def read(self, uid: EventUid, texts: Sequence[bytes]) -> list[Occurrence] | None:
        """Give what a UID's VEVENTs take of the window, or None where they are not of the usual shape."""
        try:
            if len(texts) == 1 and self._is_elsewhere(texts[0]):
                return []
            found: list[Occurrence] = []
            for event, spans in self._group([self._event(text) for text in texts]):
                found += self._occurrences(uid, event, spans)
        except _FAULTS:
            return None
        return found

    def _is_elsewhere(self, text: bytes) -> bool:
        """Whether a lone event provably ends before the window or begins after it."""
        if text.find(b"\nRDATE") >= 0 or text.find(b"\nRECURRENCE-ID") >= 0:
            return False
        start, end = self._wall_of(text, b"\nDTSTART"), self._wall_of(text, b"\nDTEND")
        if start is None or (end is not None and end < start):
            return False
        if text.find(b"\nRRULE") >= 0:
            return start > self._last or self._is_over(text, start, end)
        return start > self._last or (end is not None and end < self._first)

    def _is_over(self, text: bytes, start: Wall, end: Wall | None) -> bool:
        """Whether a series' UNTIL, its length and some slack lie before the window."""
        at = text.find(b"\nRRULE")
        found = _UNTIL.search(text, at, text.find(b"\n", at + 1))
        if found is None or text.find(b"\nRRULE", at + 1) >= 0 or text.find(b"\nDURATION") >= 0:
            return False
        length = DAY if end is None else end - start
        return max(self._fast_times.day(found[1]) * DAY, start) + length + RULE_SLACK < self._first

    def _wall_of(self, text: bytes, name: bytes) -> Wall | None:
        """Read a property's wall time, in whatever zone; None where there is none."""
        at = text.find(name)
        if at < 0:
            return None
        stop = text.find(b"\n", at + 1)
        if text[stop + 1 : stop + 2] in (b" ", b"\t"):
            raise OddError
        return self._fast_times.wall(text[text.rfind(b":", at, stop) + 1 : stop].strip())[0]

    def _event(self, text: bytes) -> Event:
        if self._owner.addresses and (b"declined" in text.lower() or _FOLDED_NO.search(text)):
            raise OddError
        properties, lists = _properties(text)
        if b"METHOD" in properties or b"X-APPLE-TRAVEL-DURATION" in properties:
            raise OddError
        start = self._fast_times.moment(properties[b"DTSTART"]) if b"DTSTART" in properties else None
        if start is None:
            raise OddError
        replaces = properties.get(b"RECURRENCE-ID")
        length, end = self._extent(start, properties)
        moment = None if replaces is None else self._fast_times.moment(replaces)
        return Event(start, length, end, properties, lists, moment)

    def _extent(self, start: Moment, properties: dict[bytes, bytes]) -> tuple[int, int | None]:
        """Give how long each instance lasts by the wall clock, and the end where that may differ."""
        end = properties.get(b"DTEND")
        if end is not None:
            return _until(start, beside(start, self._fast_times.moment(end)))
        duration = properties.get(b"DURATION")
        if duration is not None:
            return _lasting(start, _plain(duration).decode("ascii"))
        return (DAY if start.is_date else 0), None

    def _group(self, events: Sequence[Event]) -> Iterator[tuple[Event, Sequence[Span]]]:
        masters = [event for event in events if event.replaces is None]
        overrides = [event for event in events if event.replaces is not None]
        if len(masters) > 1:
            raise OddError
        for master in masters:
            for override in overrides:
                assert override.replaces is not None  # noqa: S101 - overrides only
                beside(master.start, override.replaces)
            yield master, self._spans(master, overrides)
        if len({event.replaces.instant for event in overrides if event.replaces}) < len(overrides):
            raise OddError
        yield from ((event, (event.span,)) for event in overrides)

    def _spans(self, master: Event, overrides: Sequence[Event]) -> Sequence[Span]:
        removed, days = set[Wall](), set[int]()
        for moment in self._moments(master, b"EXDATE"):
            _remove(moment, master.start, removed, days)
        for override in overrides:
            if override.replaces is not None:
                _replace(override.replaces, master.start, removed, days)
        rules = self._rule(master)
        extras = tuple(_extra(moment, master.start) for moment in self._moments(master, b"RDATE"))
        if not rules and not extras and not removed and not days:
            return (master.span,)
        series = Series(
            start=master.start.wall,
            length=master.length,
            zone=master.start.clock.zone,
            all_day=master.start.is_date,
            rules=rules,
            extras=extras,
            removed=frozenset(removed),
            removed_days=frozenset(days),
        )
        vet(series, self._window)
        return instances(series, self._window, master.start.clock)

    def _moments(self, event: Event, name: bytes) -> Iterator[Moment]:
        for rest in event.lists.get(name, ()):
            head, _colon, values = rest.rpartition(b":")
            if values.count(b",") >= MOST_EXTRAS:
                raise OddError
            for value in values.split(b","):
                if value:
                    yield beside(event.start, self._fast_times.value(head, value))

    def _rule(self, event: Event) -> tuple[Rule, ...]:
        rest = event.properties.get(b"RRULE")
        if rest is None:
            return ()
        start = event.start
        key = (rest, start.clock, start.is_date)
        rule = self._rules.get(key)
        if rule is None:
            text = _plain(rest).decode("ascii")
            rule = self._rules[key] = parse_rule(text, start.clock.zone, all_day=start.is_date)
        return (rule,)

    def _occurrences(self, uid: EventUid, event: Event, spans: Sequence[Span]) -> list[Occurrence]:
        window, named = self._window, event.properties.get
        inside = [span for span in spans if span.start < span.end and span.overlaps(window)]
        status = _word(named(b"STATUS"))
        if not inside or status in CANCELLED:
            return []
        if _word(named(b"TRANSP")) == "TRANSPARENT" and not self._owner.transparent_is_busy:
            return []
        kind = busy_status(status, _word(named(b"X-MICROSOFT-CDO-BUSYSTATUS")))
        title = _title(named(b"SUMMARY"))
        ours = any(name.startswith(b"X-GATHERLY-") for name in event.properties)
        all_day = event.start.is_date
        return [
            Occurrence(span=span, uid=uid, status=kind, title=title, all_day=all_day, ours=ours)
            for span in inside
        ]


def _properties(text: bytes) -> tuple[dict[bytes, bytes], dict[bytes, list[bytes]]]:
    """Gather an event's own properties, the first that has a value; lists may come in several lines."""
    properties: dict[bytes, bytes] = {}
    lists: dict[bytes, list[bytes]] = {}
    depth = 0
    for name, rest in _PROPERTY.findall(text):
        if name == b"BEGIN":
            depth += 1
        elif name == b"END":
            depth -= 1
        elif depth or rest.endswith(b":"):
            continue
        else:
            value = _FOLD.sub(b"", rest) if b"\n" in rest else rest
            if name in (b"RDATE", b"EXDATE"):
                lists.setdefault(name, []).append(value)
            elif name in (b"RRULE", b"EXRULE") and (name in properties or name == b"EXRULE"):
                raise OddError
            else:
                properties.setdefault(name, value)
    return properties, lists


def _plain(rest: bytes) -> bytes:
    """Give the value of a property without parameters."""
    if rest[:1] != b":":
        raise OddError
    return rest[1:].strip()


def _word(rest: bytes | None) -> str:
    return "" if rest is None else _plain(rest).decode("latin-1").upper()


def _title(rest: bytes | None) -> str:
    if rest is None:
        return ""
    text = decode(rest[1:])
    plain = rest[:1] == b":" and text.isprintable()
    return unescaped(text.strip()) if plain else title_of(content_lines(b"SUMMARY" + rest))


def _until(start: Moment, end: Moment) -> tuple[int, int | None]:
    if start.is_date is not end.is_date:
        raise OddError
    if start.clock is end.clock:
        length = end.wall - start.wall
        if length < 0:
            raise OddError
        return (max(DAY, length) if start.is_date else length), None
    last = end.instant
    if last < start.instant:
        raise OddError
    return last - start.instant, last


def _lasting(start: Moment, text: str) -> tuple[int, int | None]:
    duration = parse_duration(text)
    if duration.days < 0 or duration.seconds < 0 or (start.is_date and duration.seconds):
        raise OddError
    if start.is_date:
        return max(1, duration.days) * DAY, None
    if start.wall + duration.days * DAY + duration.seconds > LAST_DAY * DAY:
        raise OddError
    last = start.clock.instant(start.wall + duration.days * DAY) + duration.seconds
    return duration.days * DAY + duration.seconds, last


def _remove(moment: Moment, start: Moment, removed: set[Wall], days: set[int]) -> None:
    if moment.is_date and not start.is_date:
        days.add(moment.wall // DAY)
    elif start.is_date and not moment.is_date:
        raise OddError
    else:
        removed.add(moment.on(start.clock))


def _replace(moment: Moment, start: Moment, removed: set[Wall], days: set[int]) -> None:
    """Remove an override's instance; one that is removed already is for the careful reading to weigh."""
    before = len(removed) + len(days)
    wall = moment.wall if moment.is_date or start.is_date else moment.on(start.clock)
    if wall // DAY in days:
        raise OddError
    _remove(moment, start, removed, days)
    if len(removed) + len(days) == before:
        raise OddError


def _extra(moment: Moment, start: Moment) -> Extra:
    if moment.is_date is not start.is_date:
        raise OddError
    return Extra(moment.on(start.clock))
