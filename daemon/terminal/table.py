"""Tables for people: aligned columns without lines, as wide as the terminal; in a pipe nothing is wrapped."""

import shutil
import sys
from collections.abc import Collection, Sequence
from textwrap import wrap

from daemon.terminal.paint import MARKS, Role, paint
from engine.text.plain_text import one_line

WIDTH = 80
GAP = 2
LEAST = 20
"""The least width that the last column has."""


def terminal_width() -> int | None:
    """Tell how many characters a line of standard output may have; None where nothing limits it."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else None


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[int] = (),
    width: int | None = None,
) -> str:
    """Set rows under headings; the last column takes what width is left, and wraps there on a terminal.

    Args:
        headings: of the columns; a first one without a word holds marks.
        rows: as many cells each.
        right: the numbers of the columns, from 0, that hold figures.
        width: of a line, where it is not the terminal's.
    """
    if not rows:
        return ""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    limit = width or terminal_width()
    room = None if limit is None else max(LEAST, limit - _before(widths))
    head = [paint(Role.QUIET, line) for line in _lines(headings, widths, right, room) if line]
    return "\n".join([*head, *(line for row in rows for line in _lines(row, widths, right, room))])


def _before(widths: Sequence[int]) -> int:
    return sum(width + _gap(width) for width in widths[:-1])


def _gap(width: int) -> int:
    return 1 if width == 1 else GAP


def _lines(
    cells: Sequence[str], widths: Sequence[int], right: Collection[int], room: int | None
) -> list[str]:
    head = "".join(
        _cell(cell, width, number in right) + " " * _gap(width)
        for number, (cell, width) in enumerate(zip(cells[:-1], widths[:-1], strict=True))
    )
    last = cells[-1].rjust(widths[-1]) if len(cells) - 1 in right else cells[-1]
    pieces = [last] if room is None or len(last) <= room else wrap(last, room, break_on_hyphens=False)
    indent = " " * _before(widths)
    first, *others = pieces or [""]
    lines = [(head + first).rstrip(), *(indent + more for more in others)]
    return [_with_mark(lines[0]), *lines[1:]]


def _cell(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _with_mark(line: str) -> str:
    role = MARKS.get(line[:1]) if line[1:2] == " " else None
    return line if role is None else paint(role, line[0]) + line[1:]
