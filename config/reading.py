"""One table of the file read into one of the settings types."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.findings import Finding, findings
from config.merging import Merged
from config.positions import KeyPath

Model = TypeVar("Model", bound=BaseModel)


def read_table(model: type[Model], table: Any, at: KeyPath) -> tuple[Model | None, list[Finding]]:
    """Read the table that stands at `at`, or say everything that is wrong with it."""
    if not isinstance(table, Mapping):
        return None, [not_a_table(at)]
    if nul := [*_with_nul(table, at)]:
        return None, nul
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        found = findings(error, model, at)
        return None, [Finding(_written(one.path, at, table), one.wrong, one.right) for one in found]


def _with_nul(table: Mapping[str, Any], at: KeyPath) -> Iterator[Finding]:
    """Find texts with a NUL character, which no file, address or store can take."""
    left: list[tuple[KeyPath, Any]] = [(at, table)]
    while left:
        path, value = left.pop(0)
        if "\0" in path[-1] or (isinstance(value, str) and "\0" in value):
            yield Finding(path, "holds a NUL character", "leave it out")
        if isinstance(value, Mapping):
            left += [((*path, str(key)), inner) for key, inner in value.items()]
        if isinstance(value, list):
            left += [((*path, str(number)), inner) for number, inner in enumerate(value)]


def not_a_table(at: KeyPath) -> Finding:
    """Say that a value stands where a table belongs."""
    return Finding(at, "is not a table", f"write it as [{'.'.join(at)}] with its keys below")


def _written(path: KeyPath, at: KeyPath, table: Any) -> KeyPath:
    """Leave out of a path what only the reading put in: the number of a lone table, a choice's branch."""
    inner, kept = table, list(at)
    for part in path[len(at) :]:
        if isinstance(inner, Mapping):
            if part.isdecimal() and part not in inner:
                continue
            inner = inner.get(part)
        elif isinstance(inner, list) and part.isdecimal():
            inner = inner[int(part)]
        else:
            break
        kept.append(part)
    return tuple(kept)


def named_tables(merged: Merged, section: str) -> Iterator[tuple[str, Any]]:
    """Go through a section that holds a table per name."""
    tables = merged.tables.get(section, {})
    if isinstance(tables, Mapping):
        yield from tables.items()
