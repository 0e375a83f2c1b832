"""The next seven days at a glance: what is busy, proposed and booked, a track a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.grid_svg import written
from daemon.pages.viewer import Document, Viewer
from daemon.pages.week_grid import wall_pieces
from daemon.pages.week_page import Taken, clock_of_week, of_calendars, of_sessions
from engine.availability.evidence import AvailabilityBlock
from engine.time.intervals import Stretch, united
from engine.time.local_time import day_number
from engine.time.span import Span

DAYS = 7
_TOP, _TALL = 26, 122
_LOOKS = {"busy": "b", "maybe": "b", "held": "k", "booked": "k", "offered": "o"}
_USUAL = (8 * 60, 18 * 60)


def next_days_of(viewer: Viewer) -> tuple[date, Span]:
    """Give the reader's today, and the seven days that begin with it."""
    reader = viewer.reader
    today = date.fromisoformat(reader.written(reader.now)[:10])
    local, first = clock_of_week(viewer, today), day_number(today)
    return today, Span(local.first(first, 0), local.first(first + DAYS, 0))


def next_days(
    viewer: Viewer,
    today: date,
    window: Span,
    blocks: Iterable[AvailabilityBlock],
    sessions: Iterable[Document],
) -> str:
    """Draw them; what is drawn is told in words too."""
    own = list(of_sessions(sessions, viewer, window))
    settled = {span for span, look, *_ in own if look in ("booked", "held")}
    taken = [*of_calendars(blocks, settled), *own]
    pieces = _pieces(viewer, today, taken)
    hours = (
        min([_USUAL[0], *(one.start for one in pieces)]),
        max([_USUAL[1], *(one.end for one in pieces)]),
    )
    told, tall = _told(viewer, taken), str(_TOP + _TALL)
    svg = Element("svg", {"class": "next-days", "height": tall, "role": "img", "aria-label": told})
    for number in range(DAYS):
        _day(svg, number, today, [one for one in pieces if one.number == number], hours)
    return written(svg)


class _Piece(NamedTuple):
    """A stretch of minutes of one day, which is so many days ahead."""

    number: int
    start: int
    end: int
    look: str


def _pieces(viewer: Viewer, today: date, taken: Iterable[Taken]) -> list[_Piece]:
    """Cut what is taken at midnights; offers that overlap are drawn as one."""
    local, first = clock_of_week(viewer, today), day_number(today)
    pieces = [
        _Piece(day - first, start, end, look)
        for span, look, *_ in taken
        for day, start, end in wall_pieces(local, span)
        if first <= day < first + DAYS and start < end
    ]
    offered = [one for one in pieces if one.look == "offered"]
    together = [
        _Piece(number, start, end, "offered")
        for number in dict.fromkeys(one.number for one in offered)
        for start, end in united((one.start, one.end) for one in offered if one.number == number)
    ]
    return [*(one for one in pieces if one.look != "offered"), *together]


def _day(svg: Element, number: int, today: date, pieces: Iterable[_Piece], hours: Stretch) -> None:
    share = 100 / DAYS
    name = SubElement(svg, "text", {"x": _p((number + 0.5) * share), "y": "14"})
    if not number:
        name.set("class", "today")
    name.text = f"{today + timedelta(days=number):%a}"
    where = {"x": _p(number * share + 2), "width": _p(share - 4)}
    SubElement(svg, "rect", {"class": "track", **where, "y": str(_TOP), "height": str(_TALL), "rx": "5"})
    minute = _TALL / (hours[1] - hours[0])
    for one in pieces:
        tall = max(3.0, (one.end - one.start) * minute - 1)
        look = {"class": _LOOKS[one.look], "y": _n(_TOP + (one.start - hours[0]) * minute)}
        SubElement(svg, "rect", {**where, **look, "height": _n(tall), "rx": "3"})


def _told(viewer: Viewer, taken: Sequence[Taken]) -> str:
    booked = [
        f"{title} {viewer.reader.day(span.start)}" for span, look, title, _ in taken if look == "booked"
    ]
    offered = {href for _, look, _, href in taken if look == "offered"}
    busy = sum(look in ("busy", "maybe") for _, look, *_ in taken)
    parts = [
        *([f"booked are {', '.join(booked)}"] if booked else []),
        *([f"{len(offered)} proposed"] if offered else []),
        f"{busy or 'no'} busy times",
    ]
    return f"The next seven days: {'; '.join(parts)}"


def _n(value: float) -> str:
    return f"{value:.4g}"


def _p(value: float) -> str:
    return f"{value:.4g}%"
