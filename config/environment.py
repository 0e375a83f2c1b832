"""Values that come without a file: variables of the environment, and systemd credentials named like them."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.layers import NAMED, Layer, unit_of
from config.plainfile import read_plain
from config.positions import KeyPath
from engine.errors import Problem

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""The variable by which systemd tells a service where its credentials lie."""
_PREFIX = "GATHERLY_"
_LARGEST = 64 * 1024


def read_environment(env: Mapping[str, str], names: Iterable[KeyPath]) -> Layer:
    """Read `GATHERLY_SECTION__KEY`; by `names`, the units of the files, `BOB_HOME` is known as `bob-home`."""
    return _flat_layer("environment", env, names)


def read_credentials(env: Mapping[str, str], names: Iterable[KeyPath]) -> Layer:
    """Read the systemd credentials that are named like variables of the environment."""
    folder = env.get(CREDENTIALS)
    if not folder or not os.path.isdir(folder):
        return Layer(source="credentials", from_file=False)
    files = [file for file in sorted(Path(folder).iterdir()) if _is_variable(file.name)]
    values, problems = {}, []
    for file in files:
        try:
            values[file.name] = _text(file)
        except OSError as error:
            wrong = f"cannot be read: {error.strerror}"
            problems.append(Problem(str(file), None, "the file", wrong, "put a plain file there"))
    return _flat_layer("credentials", values, names).broken_by(problems)


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
