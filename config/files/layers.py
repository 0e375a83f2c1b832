"""The configuration as layers of values: the main file, the drop-ins beside it, what comes without a file.

Without a file come variables of the environment, and systemd credentials named like them.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.credentials import Credentials
from config.files.plainfile import MEBIBYTE, read_plain, read_plain_text
from config.files.positions import KeyPath, Lines, key_at, readable_tables, statements
from engine.errors import ConfigurationError, Problem

DROP_IN_FOLDER = "conf.d"
LARGEST_FILE = MEBIBYTE
NAMED = ("users", "connectors", "calendars", "resources", "rules", "notify", "webhooks")
"""The sections that hold a table per name."""
_ERROR_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One source of values, as written; later layers win."""

    source: str
    tables: Mapping[str, Any] = field(default_factory=dict)
    """Of a file that is not TOML as a whole: what can be read of it."""
    lines: Lines = field(default_factory=Lines)
    speaks_of: frozenset[KeyPath] = frozenset()
    """The units (`unit_of`) that it has a word about, as far as a broken one can be read."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it, where it has been found to be broken."""
    from_file: bool = True

    def broken_by(self, problems: Iterable[Problem]) -> "Layer":
        """Give this layer as one that is broken."""
        return replace(self, problems=(*self.problems, *problems))


def unit_of(path: KeyPath) -> KeyPath:
    """Tell what a key belongs to and falls with: one user, one connector, or a section."""
    return path[:2] if path[:1] and path[0] in NAMED else path[:1]


def read_file(file: Path) -> Layer:
    """Read a TOML file; what is wrong with it is in the layer's `problems`, never raised."""
    try:
        text = read_plain_text(file, LARGEST_FILE).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        return Layer(source=str(file), problems=(_unreadable(file, error),))
    lines = Lines(text)
    try:
        tables = tomllib.loads(text)
        return Layer(source=str(file), tables=tables, lines=lines, speaks_of=_units(_outermost(tables)))
    except (ValueError, RecursionError) as error:
        known = isinstance(error, tomllib.TOMLDecodeError)
        problem = _not_toml(file, text, str(error) if known else "nested too deeply, or a number too long")
        told = readable_tables(text), _units(lines.all())
        return Layer(source=str(file), tables=told[0], lines=lines, speaks_of=told[1], problems=(problem,))


def _units(paths: Iterable[KeyPath]) -> frozenset[KeyPath]:
    return frozenset(unit_of(path) for path in paths if path[0] not in NAMED or len(path) > 1)


def _outermost(tables: Mapping[str, Any]) -> Iterator[KeyPath]:
    """Give the paths of the sections, and of what lies right in them."""
    for key, value in tables.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, name) for name in value)
        elif isinstance(value, list):
            yield from ((key, str(number)) for number in range(len(value)))


def _unreadable(file: Path, error: OSError | UnicodeDecodeError) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        return Problem(str(file), None, "the file", "is not UTF-8 text", "save it as UTF-8")
    if isinstance(error, FileNotFoundError):
        right = "give the right file with -c, or copy gatherly.example.toml there"
        return Problem(str(file), None, "the file", "does not exist", right)
    wrong = f"cannot be read: {error.strerror}"
    return Problem(str(file), None, "the file", wrong, "let the user gatherly runs as read it")


def _not_toml(file: Path, text: str, message: str) -> Problem:
    from config.files.toml_remedies import told  # most files are TOML

    place = _ERROR_LINE.search(message)
    broken = (statement.line for statement in statements(text) if statement.tables is None)
    line = int(place[1]) if place and place[1] else next(broken, 1)
    wrong, right = told(_ERROR_LINE.sub("", message), text.split("\n")[line - 1])
    return Problem(str(file), line, key_at(text, line), f"is not TOML: {wrong}", right)


def read_drop_ins(main: Path) -> tuple[Layer, ...]:
    """Read every `*.toml` of the folder `conf.d` beside the main file, in name order.

    Raises:
        ConfigurationError: the folder is there, but what lies in it cannot be told.
    """
    folder = main.parent / DROP_IN_FOLDER
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise ConfigurationError([_unreadable(folder, error)]) from error
    return tuple(read_file(file) for file in files if file.suffix == ".toml" and not file.is_dir())


def files_digest(main: Path) -> str:
    """Give what differs once the main file or one of its drop-ins does."""
    read = hashlib.sha256()
    folder = main.parent / DROP_IN_FOLDER
    drop_ins = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    for file in (main, *drop_ins):
        try:
            content = read_plain(file, LARGEST_FILE)
        except OSError as error:
            content = type(error).__name__.encode()
        read.update(f"{file.name} {len(content)}\n".encode() + content)
    return read.hexdigest()


_PREFIX = "GATHERLY_"
_LARGEST = 64 * 1024


def read_environment(env: Mapping[str, str], names: Iterable[KeyPath]) -> Layer:
    """Read `GATHERLY_SECTION__KEY`; by `names`, the units of the files, `BOB_HOME` is known as `bob-home`."""
    return _flat_layer("environment", env, names)


def read_credentials(credentials: Credentials, names: Iterable[KeyPath]) -> Layer:
    """Read the systemd credentials that are named like variables of the environment."""
    values, problems = {}, []
    try:
        variables = [name for name in credentials.names() if _is_variable(name)]
    except OSError as error:
        variables = []
        problems.append(_unread(credentials, str(credentials.folder), error))
    for name in variables:
        place = credentials.place(name)
        try:
            values[name] = _text(place) if place is not None else ""
        except OSError as error:
            problems.append(_unread(credentials, str(place), error))
    return _flat_layer("credentials", values, names).broken_by(problems)


def _unread(credentials: Credentials, place: str, error: OSError) -> Problem:
    remedy = credentials.remedy(Path(place).name, error) if isinstance(error, PermissionError) else ""
    return Problem(
        place, None, "the file", f"cannot be read: {error.strerror}", remedy or "put a plain file there"
    )


def _text(file: Path) -> str:
    return read_plain(file, _LARGEST).decode("utf-8", "replace").removesuffix("\n")


def _is_variable(name: str) -> bool:
    return name.startswith(_PREFIX) and "__" in name


def _flat_layer(source: str, values: Mapping[str, str], names: Iterable[KeyPath]) -> Layer:
    known = {(unit[0], _folded(unit[1])): unit[1] for unit in names if len(unit) == 2}
    tables: dict[str, Any] = {}
    for variable in sorted(filter(_is_variable, values)):
        parts = variable.removeprefix(_PREFIX).lower().split("__")
        if parts[0] in NAMED and len(parts) > 1:
            parts[1] = known.get((parts[0], _folded(parts[1])), parts[1])
        _put(tables, parts, _value(values[variable]))
    units = frozenset(unit_of((key, name)) for key in tables for name in tables[key])
    return Layer(source=source, tables=tables, speaks_of=units, from_file=False)


def _folded(name: str) -> str:
    """Write a name as a variable can: `bob@example.com` as `bob_example_com`."""
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def _put(tables: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        inner = tables.setdefault(part, {})
        if not isinstance(inner, dict):
            inner = tables[part] = {}
        tables = inner
    tables[parts[-1]] = value


def _value(text: str) -> Any:
    """Read arrays and tables as TOML; other texts stay: numbers and truth are read from texts too."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # numbers too long, and too deep a nest, are no TOMLDecodeError
        return text
