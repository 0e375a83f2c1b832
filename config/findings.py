"""One table of the file read into a settings type, and what is wrong with it in the operator's words."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.files.merging import Merged
from config.files.positions import KeyPath

_LONGEST_ECHO = 60
_KINDS = {
    "string_type": ("is not a text", "write it in quotes"),
    "int_type": ("is not a whole number", "write a number without quotes"),
    "int_parsing": ("is not a whole number", "write a number without quotes"),
    "int_from_float": ("is not a whole number", "write a number without a fraction"),
    "bool_type": ("is neither true nor false", "write true or false without quotes"),
    "bool_parsing": ("is neither true nor false", "write true or false without quotes"),
    "tuple_type": ("is not a list", 'write it in brackets, like ["one", "two"]'),
    "list_type": ("is not a list", 'write it in brackets, like ["one", "two"]'),
    "model_type": ("is not a table", "write it as a table of keys and values"),
    "mapping_type": ("is not a table", "write it as a table of keys and values"),
    "dict_type": ("is not a table", "write it as a table of keys and values"),
    "too_short": ("is empty", "give at least one, or leave the key out"),
    "path_type": ("is not a path", "write it in quotes"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, before anybody knows on which line it stands."""

    path: KeyPath
    wrong: str
    right: str


def findings(error: ValidationError, model: type[BaseModel], at: KeyPath) -> Iterator[Finding]:
    """Put what pydantic found in the table at `at` into words; no secret value is repeated."""
    details = error.errors(include_url=False)
    for detail in details:
        path = tuple(str(part) for part in detail["loc"])
        if detail["type"] == "too_short" and any(len(other["loc"]) > len(path) for other in details):
            continue  # the items that are missing here are told as wrong themselves
        holder = _holder(model, path)
        if detail["type"] == "extra_forbidden":
            yield unknown_key((*at, *path), keys_of(holder))
        else:
            secret = bool(path) and is_secret(holder, path[-1])
            yield Finding((*at, *path), *_in_words(detail, secret))


def unknown_key(path: KeyPath, known: set[str]) -> Finding:
    """Say that there is no such key, with the one that was probably meant, else all that there are."""
    near = difflib.get_close_matches(path[-1], known, n=1)
    right = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
    return Finding(path, "is not a known key", right)


def keys_of(model: type[BaseModel]) -> set[str]:
    """List a table's keys as the file writes them."""
    return {field.alias or name for name, field in model.model_fields.items()}


def is_secret(model: type[BaseModel], key: str) -> bool:
    """Tell whether a key's value is never to be shown."""
    return SecretStr in _types(_annotation(model, key))


def _annotation(model: type[BaseModel], key: str) -> Any:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field.annotation
    return None


def _types(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation}.union(*(_types(part) for part in inner)) if inner else {annotation}


def _holder(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    for part in path[:-1]:
        inner = [kind for kind in _types(_annotation(model, part)) if _is_model(kind)]
        model = inner[0] if inner else model
    return model


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _in_words(detail: ErrorDetails, secret: bool) -> tuple[str, str]:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "value":
            return context["wrong"], context["right"]
        case "missing":
            return "is missing", "add it"
        case "value_error":
            wrong, _, right = str(context["error"]).partition("; ")
            return wrong, right
        case "literal_error" | "enum":
            return f"{_shown(detail, secret)} is not a choice", f"write {context['expected']}"
        case kind if kind in _KINDS:
            wrong, right = _KINDS[kind]
            return f"{_shown(detail, secret)} {wrong}", right
    return f"{_shown(detail, secret)} is not right", detail["msg"].replace("Input", "it")


def _shown(detail: ErrorDetails, secret: bool) -> str:
    value = detail["input"]
    if secret or isinstance(value, SecretStr):
        return "the value"
    text = json.dumps(plain(value), ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"


def plain(value: Any) -> Any:
    """Give a value as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


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
