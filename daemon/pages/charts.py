"""Pictures of figures as SVG: bars, a map of the week, and how honest the confidence is."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.grid_svg import written

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BASE = 148
_HEIGHT = 120
_EDGE, _SIDE, _FOOT = 34, 240, 252
SHADES = 5
FEWEST = 6
"""Columns are as thin as so many would be: one alone is no wall."""


class Stack(NamedTuple):
    """One column: its name beneath, and the heights of its parts from below with their looks."""

    name: str
    parts: Sequence[tuple[str, int]]


def stacked(columns: Sequence[Stack], label: str) -> str:
    """Draw columns of counts; a few names are left out where they would touch."""
    svg = _svg("100%", "176", label)
    most = max(1, *(sum(count for _, count in column.parts) for column in columns))
    step = max(1, -(-most // 4))
    for value in range(0, most + 1, step):
        y = _BASE - value * _HEIGHT / most
        SubElement(svg, "line", {"class": "axis", "x1": "0", "x2": "100%", "y1": _n(y), "y2": _n(y)})
        if value:
            _text(svg, str(value), x="0", y=_n(y - 4))
    share, every = 94 / max(FEWEST, len(columns)), max(1, len(columns) // 6)
    for place, column in enumerate(columns):
        x, top = 5 + place * share, float(_BASE)
        for look, count in column.parts:
            tall = count * _HEIGHT / most
            top -= tall
            if count:
                _bar(svg, look, x, share * 0.62, top + 1, max(2.0, tall - 2))
        if place % every == 0:
            _text(svg, column.name, "middle", x=_p(x + share * 0.31), y="166")
    return written(svg)


def bars(values: Sequence[tuple[str, int]], label: str) -> str:
    """Draw counts with their numbers above them."""
    svg = _svg("100%", "181", label)
    SubElement(svg, "line", {"class": "axis", "x1": "0", "x2": "100%", "y1": "141", "y2": "141"})
    most, share = max(1, *(count for _, count in values)), 100 / len(values)
    for place, (name, count) in enumerate(values):
        tall, x = count * 117 / most, place * share + share * 0.08
        if count:
            _bar(svg, "bar-a", x, share * 0.84, 141 - tall, tall)
            _text(svg, str(count), "middle value", x=_p(x + share * 0.42), y=_n(136 - tall))
        _text(svg, name, "middle", x=_p(x + share * 0.42), y="159")
    return written(svg)


def shares(values: Sequence[tuple[str, float]], label: str) -> str:
    """Draw a few shares beside one another, the greatest in colour."""
    svg = _svg("100%", "108", label)
    SubElement(svg, "line", {"class": "axis", "x1": "0", "x2": "100%", "y1": "84", "y2": "84"})
    most, wide = max((value for _, value in values), default=0) or 1, 100 / max(FEWEST, len(values))
    for place, (name, value) in enumerate(values):
        x, tall = place * wide + wide * 0.16, max(2.0, value * 74 / most)
        look = "bar-a" if value == most else "bar-b"
        _bar(svg, look, x, wide * 0.68, 84 - tall, tall)
        _text(svg, name, "middle", x=_p(x + wide * 0.34), y="102")
    return written(svg)


def week_map(table: Sequence[Sequence[int]], label: str) -> str:
    """Draw counts by weekday and hour, the darker the more; hours without any at either end are left out."""
    used = [hour for hour in range(24) if any(row[hour] for row in table)] or [9, 17]
    first, last = min(used[0], 9), max(used[-1], 17)
    days = [day for day in range(7) if day < 5 or any(table[day])]
    most = max(1, *(max(row) for row in table))
    svg = _svg("100%", str(28 + 32 * len(days)), label, "plot heat")
    share = 91 / (last - first + 1)
    every = 1 if last - first < 13 else 3
    for hour in range(first, last + 1):
        if (hour - first) % every == 0:
            _text(svg, f"{hour:02}", "middle", x=_p(9 + (hour - first + 0.5) * share), y="14")
    for row, day in enumerate(days):
        _text(svg, DAYS[day], x="0", y=str(43 + 32 * row))
        for hour in range(first, last + 1):
            count = table[day][hour]
            shade = -(-count * SHADES // most)
            x = 9 + (hour - first) * share + share * 0.03
            look = {"x": _p(x), "y": str(25 + 32 * row), "width": _p(share * 0.94), "height": "29", "rx": "4"}
            SubElement(svg, "rect", {"class": f"h{shade}", **look})
            if count and every == 1:
                on = " on" if shade >= SHADES - 1 else ""
                _text(svg, str(count), f"n{on}", x=_p(x + share * 0.47), y=str(40 + 32 * row))
    return written(svg)


def honesty(points: Sequence[tuple[float, float, int]], label: str) -> str:
    """Draw what was said to be likely against what was taken: shares across and up, and of how many."""
    svg = chart("0 0 290 286", label, "plot square")
    for percent in (0, 25, 50, 75, 100):
        y, x = _FOOT - percent * _SIDE / 100, _EDGE + percent * _SIDE / 100
        SubElement(svg, "line", {"class": "axis", "x1": "34", "x2": "274", "y1": _n(y), "y2": _n(y)})
        _text(svg, str(percent), "end", x="26", y=_n(y + 4))
        _text(svg, str(percent), "middle", x=_n(x), y="270")
    SubElement(svg, "path", {"class": "ideal", "d": "M34 252L274 12"})
    where = [(_EDGE + said * _SIDE, _FOOT - taken * _SIDE, count) for said, taken, count in points]
    if len(where) > 1:
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y, _ in where)
        SubElement(svg, "path", {"class": "curve", "d": f"M{path}"})
    for x, y, count in where:
        radius = _n(min(9.0, 3 + sqrt(count) / 2))
        SubElement(svg, "circle", {"class": "dot", "cx": _n(x), "cy": _n(y), "r": radius})
    return written(svg)


def chart(box: str, label: str, look: str = "plot") -> Element:
    """Begin a picture that is scaled as a whole."""
    return Element("svg", {"class": look, "viewBox": box, "role": "img", "aria-label": label})


def _svg(width: str, height: str, label: str, look: str = "plot") -> Element:
    return Element(
        "svg", {"class": look, "width": width, "height": height, "role": "img", "aria-label": label}
    )


def _bar(svg: Element, look: str, x: float, width: float, y: float, height: float) -> None:
    where = {"x": _p(x), "y": _n(y), "width": _p(width), "height": _n(height), "rx": "3"}
    SubElement(svg, "rect", {"class": look, **where})


def _text(svg: Element, words: str, look: str = "", **where: str) -> None:
    SubElement(svg, "text", {**({"class": look} if look else {}), **where}).text = words


def _n(value: float) -> str:
    return f"{value:.4g}"


def _p(value: float) -> str:
    return f"{value:.4g}%"
