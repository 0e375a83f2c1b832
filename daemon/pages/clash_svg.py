"""What collides, drawn: two events one above the other along the hours, and what they share between them."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.grid_svg import written
from daemon.terminal.times import Reader
from engine.time.span import HOUR, Instant, Span

_MOST_RULES = 6
_FOOT = 108
_EDGE, _WIDE = 8.0, 84.0
_LINES = (14, 62)
_LONGEST_NAME = 24


class Drawn(NamedTuple):
    """An event by its name and time."""

    name: str
    span: Span


def clash_svg(events: Sequence[Drawn], reader: Reader) -> str:
    """Draw the first two that overlap; nothing where none do."""
    for number, first in enumerate(events):
        for second in events[number + 1 :]:
            if first.span.overlaps(second.span):
                return _pair(first, second, reader)
    return ""


def _pair(first: Drawn, second: Drawn, reader: Reader) -> str:
    svg = Element(
        "svg",
        {
            "class": "clash-times",
            "width": "100%",
            "height": "132",
            "role": "img",
            "aria-label": f"{_said(first, reader)} and {_said(second, reader)} overlap",
        },
    )
    begins = min(first.span.start, second.span.start) // HOUR * HOUR
    ends = -(-max(first.span.end, second.span.end) // HOUR) * HOUR
    step = -(-((ends - begins) // HOUR) // (_MOST_RULES - 1)) * HOUR
    shown = Span(begins, begins + -(-(ends - begins) // step) * step)
    for at in range(shown.start, shown.end + 1, step):
        x = _x(at, shown)
        SubElement(svg, "line", {"class": "rule", "x1": x, "x2": x, "y1": "4", "y2": str(_FOOT)})
        SubElement(svg, "text", {"x": x, "y": "126", "text-anchor": "middle"}).text = reader.clock(at)
    both = Span(max(first.span.start, second.span.start), min(first.span.end, second.span.end))
    _box(svg, "over", both, shown, 4, 104, "4")
    for y, one in zip(_LINES, (first, second), strict=True):
        _box(svg, "b", one.span, shown, y, 36, "6")
        edge = {"x": _x(one.span.start, shown), "y": str(y), "width": "3", "height": "36", "rx": "1.5"}
        SubElement(svg, "rect", {"class": "e", **edge})
        where = {"x": _x(one.span.start, shown), "dx": "11", "y": str(y + 22)}
        SubElement(svg, "text", {"class": "name", **where}).text = one.name[:_LONGEST_NAME]
    return written(svg)


def _said(one: Drawn, reader: Reader) -> str:
    return f"{one.name}, {reader.clock(one.span.start)} to {reader.clock(one.span.end)},"


def _box(svg: Element, look: str, span: Span, shown: Span, y: int, height: int, rounded: str) -> None:
    wide = f"{_WIDE * (span.end - span.start) / (shown.end - shown.start):.4g}%"
    where = {"x": _x(span.start, shown), "y": str(y), "width": wide, "height": str(height), "rx": rounded}
    SubElement(svg, "rect", {"class": look, **where})


def _x(at: Instant, shown: Span) -> str:
    return f"{_EDGE + _WIDE * (at - shown.start) / (shown.end - shown.start):.4g}%"
