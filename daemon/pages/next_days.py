"""The next seven days at a glance: what is busy, proposed and booked, a track a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.grid_svg import written
from daemon.pages.viewer import Document, Viewer
from daemon.pages.week_grid import wall_pieces
from daemon.pages.week_page import Taken, clock_of_week, of_calendars, of_sessions
from engine.availability.evidence import AvailabilityBlock
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
    local, first = clock_of_week(viewer, today), day_number(today)
    pieces = [
        (day, start, end, look)
        for span, look, *_ in taken
        for day, start, end in wall_pieces(local, span)
        if first <= day < first + DAYS and start < end
    ]
    opens = min([_USUAL[0], *(start for _, start, _, _ in pieces)])
    closes = max([_USUAL[1], *(end for _, _, end, _ in pieces)])
    told = _told(viewer, taken)
    svg = Element(
        "svg", {"class": "next-days", "height": str(_TOP + _TALL), "role": "img", "aria-label": told}
    )
    share = 100 / DAYS
    for number in range(DAYS):
        day, x = today + timedelta(days=number), number * share
        name = SubElement(svg, "text", {"x": _p(x + share / 2), "y": "14"})
        if not number:
            name.set("class", "today")
        name.text = f"{day:%a}"
        where = {"x": _p(x + 2), "width": _p(share - 4)}
        SubElement(svg, "rect", {"class": "track", **where, "y": str(_TOP), "height": str(_TALL), "rx": "5"})
        for of, start, end, look in pieces:
            if of == first + number:
                y = _TOP + (start - opens) * _TALL / (closes - opens)
                tall = max(3.0, (end - start) * _TALL / (closes - opens) - 1)
                look_of = {"class": _LOOKS[look], "y": _n(y), "height": _n(tall), "rx": "3"}
                SubElement(svg, "rect", {**where, **look_of})
    return written(svg)


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
