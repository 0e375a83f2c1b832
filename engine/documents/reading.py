"""Strict reading of JSON documents: what is missing, unknown or of the wrong type is named by its path."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar, cast

from engine.bounds import LONGEST_WINDOW
from engine.errors import InputError
from engine.ids import LONGEST_ID
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant, Span

_Word = TypeVar("_Word", bound=StrEnum)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object and the path at which it stands; null reads as absent."""

    values: Mapping[str, object]
    path: str

    @classmethod
    def of(cls, document: object, path: str, known: frozenset[str]) -> "Fields":
        """Open an object that may hold just these keys.

        Raises:
            InputError: it is no object, or holds another key.
        """
        if type(document) is not dict and not isinstance(document, Mapping):
            raise InputError(f"{path or 'the document'} is {shown(document)}", "Write a JSON object there")
        if not document.keys() <= known:
            key = next(key for key in document if key not in known)
            where = f"{path}.{key}" if path else str(key)
            raise InputError(f"{where} is not known", f"Known here: {', '.join(sorted(known))}")
        return cls(document, path)

    def at(self, key: str) -> str:
        """Name a field by its path."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether a field is there and not null."""
        return self.values.get(key) is not None

    def text(self, key: str, default: str | None = None, *, most: int | None = None) -> str:
        """Read a string of at most so many characters; without a default it must be there."""
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.wrong(key, "Write a text")
        return value if most is None or len(value) <= most else checked_length(value, self.at(key), most)

    def maybe_text(self, key: str, *, most: int | None = None) -> str | None:
        """Read a string that may be absent."""
        return self.text(key, most=most) if self.has(key) else None

    def id(self, key: str, default: str | None = None) -> str:
        """Read an id: a string of 1 to 255 characters."""
        value = self.text(key, default)
        return value if 1 <= len(value) <= LONGEST_ID else checked_id(value, self.at(key))

    def ids(self, key: str, most: int | None = None) -> tuple[str, ...]:
        """Read an array of at most so many ids; absent is empty."""
        items = self.items(key, most)
        if set(map(type, items)) == {str}:
            texts = cast("list[str]", items)
            if all(map(len, texts)) and len(max(texts, key=len)) <= LONGEST_ID:
                return tuple(texts)
        return self.each(key, checked_id, most)

    def whole(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = 10**9, unit: str = ""
    ) -> int:
        """Read a whole number between two bounds; without a default it must be there."""
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            kind = f"a whole number of {unit}" if unit else "a whole number"
            raise self.wrong(key, f"Write {kind} from {least} to {most}")
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """Read a number between two bounds."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(key, f"Write a number from {least:g} to {most:g}")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """Read true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "Write true or false")
        return value

    def word(self, key: str, kind: type[_Word], default: _Word | None = None) -> _Word:
        """Read one word of an enum; without a default it must be there."""
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str):
            with suppress(ValueError):
                return kind(value)
        raise self.wrong(key, f"Write one of {', '.join(kind)}")

    def instant(self, key: str) -> Instant:
        """Read a time that must be there."""
        if key not in self.values:
            raise self.wrong(key, "Write a time as 2026-11-20T14:00:00Z")
        return checked_instant(self.values.get(key), self.at(key))

    def maybe_instant(self, key: str) -> Instant | None:
        """Read a time that may be absent."""
        return self.instant(key) if self.has(key) else None

    def items(self, key: str, most: int | None = None) -> list[object]:
        """Read an array of at most so many items; absent is empty."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "Write an array")
        if most is not None and len(value) > most:
            raise InputError(f"{self.at(key)} has {len(value)} items", f"Write at most {most}")
        return value

    def mapping(self, key: str) -> Mapping[str, object]:
        """Read an object whose keys are free; absent is empty."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.wrong(key, "Write a JSON object there")
        return value

    def child(self, key: str, known: frozenset[str]) -> "Fields":
        """Open the object under a key; absent is empty."""
        return Fields.of(self.mapping(key), self.at(key), known)

    def children(self, key: str, known: frozenset[str], most: int | None = None) -> list["Fields"]:
        """Open the objects of the array under a key; absent is empty."""
        return list(self.each(key, lambda item, path: Fields.of(item, path, known), most))

    def each(
        self, key: str, read: Callable[[object, str], _Value], most: int | None = None
    ) -> tuple[_Value, ...]:
        """Read each item of an array by a reader that takes the item and its path; absent is empty."""
        items = self.items(key, most)
        if not items:
            return ()
        path = self.at(key)
        return tuple([read(item, f"{path}[{index}]") for index, item in enumerate(items)])

    def maybe(self, key: str, read: Callable[[object, str], _Value]) -> _Value | None:
        """Read a value that may be absent by a reader that takes it and its path."""
        return read(self.values[key], self.at(key)) if self.has(key) else None

    def window(self, key: str) -> Span:
        """Read `{"start", "end"}`, the end not before the start and at most 366 days after it."""
        fields = Fields.of(self.values.get(key), self.at(key), frozenset({"start", "end"}))
        start = fields.instant("start")
        end = checked_instant(fields.values.get("end"), fields.at("end"), up=True)
        if end < start:
            raise InputError(f"{fields.path} ends before it starts", "Write the earlier time as its start")
        return checked_window(Span(start, end), fields.path)

    def wrong(self, key: str, right: str) -> InputError:
        """Say what is wrong with a field, and what would be right."""
        if key not in self.values:
            return InputError(f"{self.at(key)} is missing", right)
        return InputError(f"{self.at(key)} is {shown(self.values[key])}", right)


def checked_id(value: object, path: str) -> str:
    """Take a value for an id.

    Raises:
        InputError: it is no string of 1 to 255 characters.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_ID:
        raise InputError(f"{path} is {shown(value)}", f"Write an id: a text of 1 to {LONGEST_ID} characters")
    return value


def checked_instant(value: object, path: str, *, up: bool = False) -> Instant:
    """Take a value for an RFC 3339 time; a fraction of a second is rounded down, or up on request.

    Raises:
        InputError: it is none.
    """
    if not isinstance(value, str):
        raise InputError(f"{path} is {shown(value)}", "Write a time as 2026-11-20T14:00:00Z")
    try:
        return parse_instant(value, up=up)
    except InputError as error:
        raise InputError(f"{path}: {error.what}", error.remedy) from error


def checked_length(text: str, path: str, most: int | None) -> str:
    """Take a text of at most so many characters.

    Raises:
        InputError: it is longer.
    """
    if most is not None and len(text) > most:
        raise InputError(f"{path} has {len(text)} characters", f"Write at most {most}")
    return text


def checked_window(window: Span, path: str) -> Span:
    """Take a window in which a time is looked for.

    Raises:
        InputError: it is longer than 366 days.
    """
    if window.seconds > LONGEST_WINDOW:
        raise InputError(
            f"{path} is {window.seconds // DAY} days long", f"Look at {LONGEST_WINDOW // DAY} days at most"
        )
    return window


def shown(value: object) -> str:
    """Show a value in an error, short and as JSON would write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "an array"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
