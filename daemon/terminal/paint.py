"""Five roles of colour, and marks, for what is printed to people; on a terminal alone.

A text is painted wherever it is made, and shown as standard output can take it: without colour in a pipe, and
in plain characters where it is not UTF-8.
"""

from enum import IntEnum


class Role(IntEnum):
    """What a colour says, by its code in the terminal's own colours."""

    STRONG = 1
    QUIET = 2
    ACCENT = 36
    WAITS = 33
    FAULT = 31


MARKS = {"✓": Role.ACCENT, "!": Role.WAITS, "×": Role.FAULT, "·": Role.QUIET}
"""Holds; needs somebody; broke or cannot be; quiet."""


def paint(role: Role, text: str) -> str:
    """Give a text in a role's colour."""
    return f"\x1b[{role.value}m{text}\x1b[0m" if text else text


def marked(mark: str, text: str, *, painted: bool = True) -> str:
    """Give a line that begins with its mark."""
    return f"{paint(MARKS[mark], mark) if painted and mark in MARKS else mark} {text}"


def bar(share: float, cells: int = 20) -> str:
    """Draw a share from 0 to 1."""
    full = round(max(0.0, min(1.0, share)) * cells)
    return "█" * full + "░" * (cells - full)
