"""Tables for people: aligned columns that fit 80 characters and need no colour."""

from collections.abc import Sequence
from textwrap import wrap

from engine.text.plain_text import one_line

WIDTH = 80
GAP = 2


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set rows under headings; the last column wraps, so that no line is longer than 80 characters."""
    if not rows:
        return ""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings) - 1)]
    indent = sum(widths) + GAP * len(widths)
    room = max(20, WIDTH - indent)
    return "\n".join(_lines(row, widths, room) for row in (headings, *rows))


def _lines(row: Sequence[str], widths: Sequence[int], room: int) -> str:
    head = "".join(cell.ljust(width + GAP) for cell, width in zip(row[:-1], widths, strict=True))
    last = wrap(row[-1], room, break_on_hyphens=False) or [""]
    return "\n".join([(head + last[0]).rstrip(), *(" " * len(head) + more for more in last[1:])])
