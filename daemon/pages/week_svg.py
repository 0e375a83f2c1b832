"""`/week` as a picture: one's own days, with what takes time in them told apart without reading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement

from daemon.terminal.times import Reader, half_day
from engine.time.intervals import Stretch

HEAD = 56
HOUR_HEIGHT = 56
LETTERS = {1: 13, 2: 5, 3: 3}
"""Letters that surely fit on a line, by how many stand side by side; of more, none does."""
_LINE = 15


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of one day, in minutes: look is busy, maybe, offered, held or booked.

    `begins` is its start as the reader's clock tells it.
    """

    start: int
    end: int
    look: str
    title: str
    begins: str
    told: str
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """One day: what is in it, when one can be asked at all, and the address that asks why not at an hour."""

    day: date
    is_today: bool
    entries: Sequence[Entry]
    open: Sequence[Stretch]
    gaps: Sequence[tuple[int, str]]


def height(hours: Stretch) -> int:
    """Tell how high the picture of some hours is."""
    return HEAD + (hours[1] - hours[0]) * HOUR_HEIGHT // 60 + 8


def hours_of(columns: Iterable[Column]) -> Stretch:
    """Give the hours to draw: the usual day, and whatever lies outside it."""
    first, last = 8 * 60, 18 * 60
    for column in columns:
        for entry in column.entries:
            first, last = min(first, entry.start), max(last, entry.end)
        if column.open and tuple(column.open) != ((0, 1440),):
            first, last = min(first, column.open[0][0]), max(last, column.open[-1][1])
    return first // 60 * 60, -(-last // 60) * 60


def hour_names(hours: Stretch, reader: Reader) -> Element:
    """Draw the hours' names beside the days."""
    svg = Element(
        "svg", {"class": "hours", "width": "100%", "height": str(height(hours)), "aria-hidden": "true"}
    )
    for minute in range(hours[0], hours[1] + 1, 60):
        hour = minute // 60 % 24
        name = f"{hour % 12 or 12} {half_day(hour)}" if reader.twelve_hour else f"{hour:02}:00"
        _text(svg, name, "hour", x="100%", dx="-10", y=_y(hours, minute))
    return svg


def week_svg(columns: Sequence[Column], hours: Stretch, label: str) -> Element:
    """Draw the days."""
    tall = str(height(hours))
    svg = Element(
        "svg", {"class": "days", "width": "100%", "height": tall, "role": "group", "aria-label": label}
    )
    svg.append(_patterns())
    for minute in range(hours[0], hours[1] + 1, 60):
        y = _y(hours, minute)
        SubElement(svg, "line", {"class": "rule", "x1": "0", "x2": "100%", "y1": y, "y2": y})
    share = 100 / len(columns)
    for number, column in enumerate(columns):
        place = {"x": _p(number * share), "width": _p(share), "height": tall, "overflow": "visible"}
        _column(SubElement(svg, "svg", place), column, hours)
    return svg


def _patterns() -> Element:
    defs = Element("defs")
    for name, width, marks in (
        ("off", "6", (("path", {"class": "hatch-line", "d": "M0 0v6"}),)),
        (
            "held",
            "7",
            (
                ("rect", {"class": "held-wash", "width": "7", "height": "7"}),
                ("path", {"class": "held-line", "d": "M1 0v7"}),
            ),
        ),
    ):
        look = {"id": name, "width": width, "height": width, "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(defs, "pattern", {**look, "patternTransform": "rotate(45)"})
        for kind, mark in marks:
            SubElement(pattern, kind, mark)
    return defs


def _column(svg: Element, column: Column, hours: Stretch) -> None:
    edge = {"x1": "0", "x2": "0", "y1": str(HEAD - 16), "y2": _y(hours, hours[1])}
    SubElement(svg, "line", {"class": "rule", **edge})
    head = SubElement(svg, "g", {"class": "today"}) if column.is_today else svg
    wide = _text(head, f"{column.day:%a} ", "day-name roomy", x="6", y="20")
    SubElement(wide, "tspan", {"class": "day-date"}).text = str(column.day.day)
    tight = SubElement(head, "g", {"class": "tight"})
    _text(tight, f"{column.day:%a}", "day-name", x="4", y="14")
    _text(tight, str(column.day.day), "day-date", x="4", y="30")
    for start, end in _closed(column.open, hours):
        top, bottom = _pixel(hours, start), _pixel(hours, end)
        where = {"x": "1", "y": _n(top), "width": "100%", "height": _n(bottom - top)}
        SubElement(svg, "rect", {"fill": "url(#off)", **where})
    for minute, address in column.gaps:
        if hours[0] <= minute < hours[1]:
            link = SubElement(svg, "a", {"href": address, "tabindex": "-1", "aria-hidden": "true"})
            where = {"x": "2%", "y": _y(hours, minute), "width": "96%", "height": str(HOUR_HEIGHT // 2)}
            SubElement(link, "rect", {"class": "gap", "rx": "4", **where})
    for entry, lane, lanes in _side_by_side(column.entries):
        _entry(svg, entry, hours, lane, lanes)


def _closed(opened: Sequence[Stretch], hours: Stretch) -> Iterable[Stretch]:
    at = hours[0]
    for start, end in opened:
        if start > at:
            yield at, min(start, hours[1])
        at = max(at, end)
    if at < hours[1]:
        yield at, hours[1]


def _side_by_side(entries: Sequence[Entry]) -> Iterable[tuple[Entry, int, int]]:
    """Give entries that overlap lanes of their own: which, and of how many."""
    ordered = sorted(entries, key=lambda one: (one.start, -one.end))
    group: list[tuple[Entry, int]] = []
    ends: list[int] = []
    for entry in ordered:
        if ends and entry.start >= max(ends):
            yield from ((one, lane, len(ends)) for one, lane in group)
            group, ends = [], []
        lane = next((number for number, end in enumerate(ends) if end <= entry.start), len(ends))
        if lane == len(ends):
            ends.append(entry.end)
        else:
            ends[lane] = entry.end
        group.append((entry, lane))
    yield from ((one, lane, len(ends)) for one, lane in group)


def _entry(svg: Element, entry: Entry, hours: Stretch, lane: int, lanes: int) -> None:
    top = _pixel(hours, max(entry.start, hours[0])) + 1
    tall = max(14.0, _pixel(hours, min(entry.end, hours[1])) - top - 1)
    width = 94 / lanes
    link = SubElement(
        svg, "a", {"class": f"block {entry.look}", "href": entry.href, "aria-label": entry.told}
    )
    where = {"x": _p(3 + lane * width), "y": _n(top), "width": _p(width - (1 if lanes > 1 else 0))}
    box = SubElement(link, "svg", {**where, "height": _n(tall)})
    look = {"fill": "url(#held)"} if entry.look == "held" else {}
    SubElement(box, "rect", {"class": "plate", **look, "width": "100%", "height": _n(tall), "rx": "6"})
    if entry.look == "busy":
        SubElement(box, "rect", {"class": "edge", "width": "3", "height": _n(tall), "rx": "1.5"})
    SubElement(link, "title").text = entry.told
    alone = lanes == 1
    inside = SubElement(
        box, "svg", {"x": "10" if alone else "6", "width": "86%" if alone else "84%", "height": _n(tall)}
    )
    for number, (line, look_of) in enumerate(_lines(entry, int(tall // _LINE), lanes)):
        _text(inside, line, look_of, y=str(15 + number * _LINE) if tall >= 20 else _n(tall - 3))


def _lines(entry: Entry, room: int, lanes: int) -> list[tuple[str, str]]:
    """Give what is written in a block, with the look of each line: the title, below it when it begins."""
    letters = LETTERS.get(lanes, 0)
    if not letters:
        return []
    title = _wrapped(entry.title, max(1, room) if lanes == 1 else 1, letters)
    at = [(entry.begins, "at")] if len(title) < room and len(entry.begins) <= letters else []
    return [*((line, "" if lanes == 1 else "near") for line in title), *at]


def _wrapped(title: str, lines: int, letters: int) -> list[str]:
    """Wrap a title to short lines; what does not fit ends in an ellipsis."""
    rows, words = [""], [one if len(one) <= letters else f"{one[: letters - 1]}…" for one in title.split()]
    for word in words:
        longer = f"{rows[-1]} {word}".strip()
        if len(longer) <= letters or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    shown = rows[: max(1, lines)]
    if len(rows) > len(shown):
        shown[-1] = f"{shown[-1].rstrip('…')[: letters - 1]}…"
    return shown


def _text(place: Element, words: str, look: str, **where: str) -> Element:
    text = SubElement(place, "text", {**({"class": look} if look else {}), **where})
    text.text = words
    return text


def _pixel(hours: Stretch, minute: float) -> float:
    return HEAD + (minute - hours[0]) * HOUR_HEIGHT / 60


def _y(hours: Stretch, minute: int) -> str:
    return _n(_pixel(hours, minute))


def _n(value: float) -> str:
    return f"{value:.4g}"


def _p(value: float) -> str:
    return f"{value:.4g}%"
