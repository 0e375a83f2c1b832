"""Standard output and error as commands write to them: what others wrote never steers a terminal."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from engine.text.plain_text import escaped_control, without_control


class Screen:
    """A text stream that takes control characters out of what is written; lines and tabs stay.

    `masked` takes out what is secret, where that is not to be told.
    """

    def __init__(self, stream: TextIO, masked: Callable[[str], str] | None = None) -> None:
        self._stream = stream
        self._masked = masked

    def write(self, text: str) -> int:
        """Write a text, as it may be shown."""
        self._stream.write(without_control(self._masked(text) if self._masked else text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in everything else."""
        return getattr(self._stream, name)


def json_text(
    document: object, *, indent: int | None = None, default: Callable[[Any], Any] | None = None
) -> str:
    """Write JSON that says just what it is to say, with every control character escaped."""
    return escaped_control(json.dumps(document, indent=indent, ensure_ascii=False, default=default))


def print_answer(as_json: bool, document: Callable[[], object], words: Callable[[], str]) -> None:
    """Print what was found: one JSON document, or words for people."""
    print(json_text(document(), indent=2) if as_json else words())
