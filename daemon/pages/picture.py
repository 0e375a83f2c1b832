"""The picture of an answer as a file of its own, for any program that shows SVG."""

import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.grid_svg import days_svg, height, hours_svg, tone, written
from daemon.pages.style import picture_style
from daemon.pages.week_grid import GridPerson, GridSubject, WeekGrid, week_grids
from daemon.terminal.times import Reader, place
from engine.errors import InputError
from engine.text.plain_text import one_line

WIDTH = 960
EDGE = 24
_HOURS = 48
_TOP = 84
_LEGEND_ROW = 24
_A_ROW = 4


def draw(title: str, subject: GridSubject, reader: Reader) -> str:
    """Draw a session's week, or the weeks that its offered times lie in, one under the other."""
    grids = week_grids(subject)
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "grid", "role": "img"})
    SubElement(svg, "title").text = one_line(title)
    SubElement(svg, "style").text = picture_style()
    paper = SubElement(svg, "rect", {"class": "off", "width": "100%", "height": "100%"})
    _words(svg, one_line(title), "head", EDGE, 40)
    lengths = f"{subject.duration} minutes, times in {place(subject.zone)}"
    _words(svg, f"{lengths}{'' if subject.offers else '; nothing is offered'}", "end-of", EDGE, 62)
    top = _TOP
    for note in subject.notes:
        _words(svg, note, "end-of", EDGE, top)
        top += _LEGEND_ROW
    for number, grid in enumerate(grids):
        top = _week(svg, grid, reader, top, first=number == 0)
    for name, value in (("width", WIDTH), ("height", top), ("viewBox", f"0 0 {WIDTH} {top}")):
        svg.set(name, str(value))
    paper.set("height", str(top))
    return written(svg) + "\n"


def save(picture: str, file: Path) -> None:
    """Write a picture to a file; a new one is its owner's alone to read, since it names people.

    Raises:
        InputError: it cannot be written there.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as to:
            to.write(picture)
    except OSError as error:
        raise InputError(
            f"{file} cannot be written: {error.strerror}", "Name a file in a folder of yours"
        ) from error


def _week(svg: Element, grid: WeekGrid, reader: Reader, top: int, *, first: bool) -> int:
    if first:
        top += _legend(svg, grid.people, top) * _LEGEND_ROW + 16
    if grid.left_out:
        _words(svg, f"{grid.left_out} more, not drawn", "end-of", EDGE, top)
        top += _LEGEND_ROW
    days = days_svg(grid, reader, with_links=False, with_patterns=first)
    for drawing, x, width in (
        (hours_svg(grid, reader), EDGE, _HOURS),
        (days, EDGE + _HOURS, WIDTH - 2 * EDGE - _HOURS),
    ):
        drawing.set("x", str(x))
        drawing.set("y", str(top))
        drawing.set("width", str(width))
        svg.append(drawing)
    return top + height(grid) + EDGE


def _legend(svg: Element, people: Sequence[GridPerson], top: int) -> int:
    step = (WIDTH - 2 * EDGE) // _A_ROW
    for number, person in enumerate(people):
        x, y = EDGE + number % _A_ROW * step, top + number // _A_ROW * _LEGEND_ROW
        of = tone(number)
        look = {"class": "busy-1"} if of == 1 else {"fill": f"url(#fill-{of})"}
        SubElement(svg, "rect", {**look, "x": str(x), "y": str(y), "width": "8", "height": "16", "rx": "3"})
        optional = "" if person.required else ", optional"
        _words(svg, f"{one_line(person.name)}, {place(person.zone)}{optional}", "end-of", x + 16, y + 12)
    return -(-len(people) // _A_ROW)


def _words(svg: Element, words: str, look: str, x: int, y: int) -> None:
    SubElement(svg, "text", {"class": look, "x": str(x), "y": str(y)}).text = words
