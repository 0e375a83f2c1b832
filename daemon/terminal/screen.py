"""Standard output and error as commands write to them: what others wrote never steers a terminal."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO, cast

from engine.text.plain_text import escaped_control, without_control

_PLAIN = str.maketrans({"✓": "+", "×": "x", "·": "-", "█": "#", "░": ".", "–": "-", "−": "-", "…": "..."})
"""What stands for a character where the output is not UTF-8."""
_COLOUR = re.compile("(\x1b\\[[0-9;]*m)")


class Screen:
    """A text stream that takes control characters out of what is written; lines and tabs stay.

    `masked` takes out what is secret, where that is not to be told. What is written to `finished` keeps its
    colours: whoever writes there has taken control characters out of everybody's texts before.
    """

    def __init__(self, stream: TextIO, masked: Callable[[str], str] | None = None) -> None:
        self._stream = stream
        self._masked = masked

    @property
    def steered(self) -> TextIO:
        """The stream beneath, for what moves the terminal's mark and holds nobody's text."""
        return self._stream

    @property
    def finished(self) -> TextIO:
        """The same screen for what is painted."""
        return cast("TextIO", _Painted(self))

    def write(self, text: str) -> int:
        """Write a text, as it may be shown: without colours, too, whoever put them there."""
        plain = _COLOUR.sub("", text) if "\x1b" in text else text
        self._stream.write(without_control(self._masked(plain) if self._masked else plain))
        return len(text)

    def paint(self, text: str) -> None:
        """Write a text with its colours."""
        for part in _COLOUR.split(text):
            if _COLOUR.fullmatch(part):
                self._stream.write(part)
            else:
                self.write(part)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in everything else."""
        return getattr(self._stream, name)


class _Painted:
    """A screen as a stream that keeps colours."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def write(self, text: str) -> int:
        self._screen.paint(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._screen, name)


def is_coloured(stream: TextIO) -> bool:
    """Tell whether a stream shows colours: a terminal, and nobody asked for none (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def unpainted(text: str) -> str:
    """Give a text without its colours."""
    return _COLOUR.sub("", text)


def show(text: str) -> None:
    """Print a painted text as standard output can take it."""
    out: object = sys.stdout
    if not is_coloured(sys.stdout):
        text = unpainted(text)
    if not (sys.stdout.encoding or "utf-8").lower().replace("-", "").startswith("utf"):
        text = text.translate(_PLAIN)
    print(text, file=out.finished if isinstance(out, Screen) else None, flush=True)


def json_text(
    document: object, *, indent: int | None = None, default: Callable[[Any], Any] | None = None
) -> str:
    """Write JSON that says just what it is to say, with every control character escaped."""
    text = json.dumps(document, indent=indent, ensure_ascii=False, check_circular=False, default=default)
    return escaped_control(text)


def print_answer(as_json: bool, document: Callable[[], object], words: Callable[[], str]) -> None:
    """Print what was found: one JSON document, or words for people."""
    if as_json:
        print(json_text(document(), indent=2))
    else:
        show(words())
