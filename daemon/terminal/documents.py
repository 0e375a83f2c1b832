"""What a command is handed in a file: whole, as JSON, or a document a line, and never without an end."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from config.files.plainfile import MEBIBYTE, open_plain, read_plain
from engine.errors import InputError

LONGEST_LINE = 128 * MEBIBYTE
"""Letters of one document, or of one line of it."""


def read_document(text: str, name: str) -> object:
    """Read a text as JSON.

    Raises:
        InputError: it is none, or too much of it.
    """
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{name} is not JSON: {error.msg} (line {error.lineno}, column {error.colno})",
            "Write one JSON object",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{name} is nested too deeply, or holds too long a number", "Write one JSON object"
        ) from error
    return document


def read_bytes(file: Path, most: int) -> bytes:
    """Read a plain file whole, or for `-` standard input.

    Raises:
        InputError: it cannot be read, or holds more than so many bytes.
    """
    if str(file) == "-":
        read = sys.stdin.buffer.read(most + 1)
        if len(read) > most:
            raise InputError(f"standard input holds more than {most // MEBIBYTE} MiB", "Give less at once")
        return read
    try:
        return read_plain(file, most)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}", "Name a file that can") from error


def read_text(file: Path | None) -> str:
    """Read a file whole; without one, or for `-`, standard input."""
    return "".join(read_lines(file))


def read_lines(file: Path | None) -> Iterator[str]:
    """Read a file, or standard input, line by line.

    Raises:
        InputError: it cannot be read, or one line is too long.
    """
    name = "standard input" if file is None or str(file) == "-" else str(file)
    try:
        if file is None or str(file) == "-":
            yield from _bounded(sys.stdin, name)
            return
        with open(open_plain(file), encoding="utf-8") as lines:
            yield from _bounded(lines, name)
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}", "Name a file with a request") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text", "Save it as UTF-8") from error


def _bounded(lines: TextIO, name: str) -> Iterator[str]:
    """Give lines one by one; one of them is never read without end."""
    while line := lines.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"{name} has a line of more than {LONGEST_LINE // MEBIBYTE} MiB", "Ask for less at once"
            )
        yield line
