"""Questions to whoever sits at the terminal, or to the lines that are handed in."""

import getpass
import sys
from collections.abc import Callable

from engine.errors import InputError
from engine.text.plain_text import one_line


class Asker:
    """Asks, and asks again where an answer cannot be read; `otherwise` is what to do with nobody there."""

    def __init__(self, otherwise: str) -> None:
        self._otherwise = otherwise

    def ask(self, question: str, default: str = "", read: Callable[[str], str] = str) -> str:
        """Ask for a line; an empty one is the default.

        Raises:
            InputError: nobody answers.
        """
        while True:
            shown = f"{question} [{one_line(default)}]: " if default else f"{question}: "
            line = self._line(shown).strip() or default
            try:
                return read(line)
            except InputError as error:
                print(f"  {error}")

    def secret(self, question: str) -> str:
        """Ask for what nobody is to see.

        Raises:
            InputError: nobody answers.
        """
        if not sys.stdin.isatty():
            return self._line(f"{question}: ").strip()
        return getpass.getpass(f"{question} (not shown): ")

    def _line(self, shown: str) -> str:
        print(shown, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print()
            raise InputError("Nobody answers", self._otherwise)
        return line
