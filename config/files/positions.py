"""On which line of a TOML file each key stands: `tomllib` reads values, but forgets their places.

The text is cut into statements by asking `tomllib` itself: a statement ends with the first line at which it
can be read. So nothing of TOML's grammar is known here, and a file that is broken in one place still tells
what it speaks of in the others.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str, ...]
"""A key and the tables it lies in: `("connectors", "bob-home", "tz")`; items of an array by number."""

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_KEY = re.compile(r"\s*([^\s=\[\]#]+)\s*=")


@dataclass(frozen=True, slots=True)
class Statement:
    """A header, or a key with its value; `tables` is what it says by itself, None where it cannot be read."""

    line: int
    text: str
    tables: Mapping[str, Any] | None

    @property
    def is_header(self) -> bool:
        """Whether what follows lies in the table that it names."""
        return self.text.lstrip().startswith("[")


def statements(text: str) -> Iterator[Statement]:
    """Cut a file into its statements, leaving out blank lines and comments."""
    lines = text.split("\n")
    whole = _readable(text) is not None
    at = 0
    while at < len(lines):
        taken, tables = _statement(lines, at, whole)
        if tables != {}:
            yield Statement(at + 1, "\n".join(lines[at : at + taken]), tables)
        at += taken


def _statement(lines: list[str], at: int, whole: bool) -> tuple[int, Mapping[str, Any] | None]:
    for end in range(at + 1, len(lines) + 1):
        tables = _readable("\n".join(lines[at:end]))
        if tables is not None:
            return end - at, tables
        if not whole and end < len(lines) and _begins_table(lines[end]):
            break
    return 1, None


def _begins_table(line: str) -> bool:
    return line.startswith("[") and bool(_readable(line))


def _readable(text: str) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # numbers too long, and too deep a nest, are no TOMLDecodeError
        return None


def positions(text: str) -> dict[KeyPath, int]:
    """Tell the line of every key and table, counted from 1; a table stands where it is first named."""
    found: dict[KeyPath, int] = {}
    for prefix, statement in _placed(text):
        for path in paths_in(statement.tables or {}):
            _note(found, prefix + path, statement.line)
        if statement.is_header:
            _note(found, prefix, statement.line)
    return found


class Lines:
    """The lines of a file's keys, worked out once somebody asks: of most files nobody ever does."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._found: Mapping[KeyPath, int] | None = None

    def of(self, path: KeyPath) -> int | None:
        """Tell the line of a key or table, counted from 1; None where the file has no word about it."""
        return self.all().get(path)

    def all(self) -> Mapping[KeyPath, int]:
        """Tell those of all keys and tables."""
        if self._found is None:
            self._found = positions(self._text)
        return self._found


def readable_tables(text: str) -> dict[str, Any]:
    """Give what can be read of a file that is broken somewhere: a hint, never a configuration."""
    found: dict[str, Any] = {}
    for prefix, statement in _placed(text):
        inner = found
        for part in prefix:
            deeper = inner.setdefault(part, {})
            inner = deeper if isinstance(deeper, dict) else {}
        inner.update(statement.tables or {})
    return found


def dotted(path: KeyPath) -> str:
    """Write a key as the file would, with quotes where a name needs them."""
    return ".".join(part if _BARE.match(part) else f'"{part}"' for part in path)


def key_at(text: str, line: int) -> str:
    """Name the key of a line that cannot be read, as far as it can be told."""
    prefix: KeyPath = ()
    for path, statement in _placed(text):
        if statement.line > line:
            break
        prefix = path
    named = _KEY.match(text.split("\n")[line - 1])
    return dotted((*prefix, *([named[1].strip("\"'")] if named else []))) or "syntax"


def _placed(text: str) -> Iterator[tuple[KeyPath, Statement]]:
    prefix: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for statement in statements(text):
        if statement.is_header:
            if statement.tables is None:
                prefix = ()
                continue
            prefix = _header(statement.tables, counts)
            yield prefix, Statement(statement.line, statement.text, {})
        else:
            yield prefix, statement


def _header(tables: Mapping[str, Any], counts: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    inner: Any = tables
    while inner:
        key, inner = next(iter(inner.items()))
        path = (*path, key)
        if isinstance(inner, list):
            counts[path] = counts.get(path, -1) + 1
            inner = inner[0]
        if path in counts:
            path = (*path, str(counts[path]))
    return path


def paths_in(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Give the paths of all that lies in a value, in tables by key, in arrays by number."""
    children: Any = ()
    if isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, inner in children:
        yield (*path, str(key))
        yield from paths_in(inner, (*path, str(key)))


def _note(found: dict[KeyPath, int], path: KeyPath, line: int) -> None:
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], line)
