"""How single values of the configuration are written, and what they are read to.

Each reader raises `PydanticCustomError` whose context has `right`: what would have been right.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.bounds import LONGEST_SETTING
from engine.documents.preferences import parse_availability, parse_family_preferences, parse_override
from engine.documents.rules import camel_cased
from engine.errors import InputError
from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.model.user import FamilyPreferences
from engine.time.span import DAY
from engine.time.weekday import Weekday

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+[smhdw])+\Z", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z", re.ASCII)
_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(\d{1,5})\Z", re.ASCII)
_SOCKET = re.compile(r"unix:/[^\x00]{1,100}\Z")
_DOMAIN = re.compile(r"(?!-)[^\s@/]{1,253}\Z")
_WHOM = '"everybody", "contacts", or a list of domains like ["example.com"]'
_NO_ZONES = {"localtime", "posixrules", "Factory"}
"""Files among the zones that mean another zone on each machine, or none."""
_OTHER_TREES = ("posix/", "right/")
"""Copies of the zones under other names; those under right/ count leap seconds."""
_END_OF_DAY = 24 * 60


def refuse(wrong: str, right: str) -> NoReturn:
    """Say that a value is wrong, and what would be right.

    Raises:
        PydanticCustomError: always.
    """
    raise PydanticCustomError("value", "{wrong}", {"wrong": wrong, "right": right})


def read_duration(value: Any) -> int:
    """Read `90s`, `5m`, `2h`, `60d`, `1w` or several of them (`1h30m`) to whole seconds, more than none.

    Raises:
        PydanticCustomError: it is written otherwise, or is nothing.
    """
    if not isinstance(value, str) or not _DURATION.match(value):
        refuse(f"{value!r} is not a length of time", 'write a number and s, m, h, d or w, like "5m"')
    seconds = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhdw])", value))
    if seconds > LONGEST_SETTING:
        refuse(f"{value!r} is longer than anything lasts", f'write at most "{LONGEST_SETTING // DAY}d"')
    if seconds == 0:
        refuse(f"{value!r} is no time at all", 'write a length above zero, like "5m"')
    return seconds


def read_zone(value: Any) -> str:
    """Read the name of an IANA zone; its rules must be known here.

    Raises:
        PydanticCustomError: there is no such zone.
    """
    if not isinstance(value, str) or not _is_zone(value):
        near = difflib.get_close_matches(str(value), available_timezones(), n=1)
        right = f'did you mean "{near[0]}"?' if near else 'write an IANA name like "Europe/Berlin"'
        refuse(f"{value!r} is not a time zone", right)
    return value


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return name not in _NO_ZONES and not name.startswith(_OTHER_TREES)


def read_clock(value: Any) -> int:
    """Read `HH:MM` to minutes of the local day; `24:00` is the day's end.

    Raises:
        PydanticCustomError: it is written otherwise.
    """
    if value == "24:00":
        return _END_OF_DAY
    found = _CLOCK.match(value) if isinstance(value, str) else None
    if found is None:
        refuse(f"{value!r} is not a time of day", 'write it as "HH:MM", like "09:00"')
    return int(found[1]) * 60 + int(found[2])


def read_weekday(value: Any) -> Weekday:
    """Read a day of the week by its English name.

    Raises:
        PydanticCustomError: no day is called so.
    """
    if isinstance(value, Weekday):
        return value
    try:
        return Weekday.from_word(value if isinstance(value, str) else repr(value))
    except InputError as error:
        near = difflib.get_close_matches(str(value).lower(), [day.word for day in Weekday], n=1)
        refuse(error.what, f'did you mean "{near[0]}"?' if near else "write one of monday … sunday")


def read_listen(value: Any) -> str:
    """Read `host:port`, an IPv6 address in brackets, `unix:` and an absolute path, or nothing.

    Raises:
        PydanticCustomError: it is written otherwise, or the port does not exist.
    """
    if isinstance(value, str) and (not value or _SOCKET.match(value)):
        return value
    found = _LISTEN.match(value) if isinstance(value, str) else None
    if found is None or int(found[2]) > 65535:
        refuse(f"{value!r} is not an address to listen on", 'write host:port, like "127.0.0.1:8765"')
    return found[0]


def read_inviting(value: Any) -> str | tuple[str, ...]:
    """Read `everybody`, `contacts`, or the domains of those who may be invited, in small letters.

    Raises:
        PydanticCustomError: it is neither.
    """
    if value in ("everybody", "contacts"):
        return str(value)
    if isinstance(value, list | tuple) and value and all(_is_domain(one) for one in value):
        return tuple(one.lower() for one in value)
    refuse(f"{value!r} does not say whom people may invite", f"write {_WHOM}")


def _is_domain(value: object) -> bool:
    return isinstance(value, str) and _DOMAIN.match(value) is not None


def text_schema(pattern: str | None = None, *, example: str) -> WithJsonSchema:
    """Describe a value that is written as text, whatever it is read to."""
    schema = {"type": "string", "examples": [example]}
    return WithJsonSchema(schema | ({"pattern": pattern} if pattern else {}))


Seconds = Annotated[int, BeforeValidator(read_duration), text_schema("^([0-9]+[smhdw])+$", example="5m")]
"""A length of time in whole seconds, written like `5m` or `60d`."""
Zone = Annotated[str, BeforeValidator(read_zone), text_schema(example="Europe/Berlin")]
"""The name of an IANA zone."""
MinuteOfDay = Annotated[
    int, BeforeValidator(read_clock), text_schema("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", example="09:00")
]
"""Minutes of the local day, written as `HH:MM`."""
Day = Annotated[
    Weekday,
    BeforeValidator(read_weekday),
    WithJsonSchema({"type": "string", "enum": [day.word for day in Weekday]}),
]
"""A day of the week, written as `monday`."""
Listen = Annotated[str, BeforeValidator(read_listen), text_schema(example="127.0.0.1:8765")]
"""Where the HTTP API listens: `host:port`, `unix:/path`, or nothing."""
Inviting = Annotated[
    str | tuple[str, ...],
    BeforeValidator(read_inviting),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": ["everybody", "contacts"]},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
"""Whom people may invite: `everybody`, `contacts`, or those of some domains."""


_Read = TypeVar("_Read")


def _document(read: Callable[[object, str], _Read], path: str) -> Callable[[Any], _Read]:
    """Read a table by the reader of the document that it stands for."""

    def reader(value: Any) -> _Read:
        if not isinstance(value, Mapping):
            refuse("is no table", f"write {path} as a table of keys and values")
        try:
            return read(camel_cased(value), path)
        except InputError as error:
            refuse(error.what, error.remedy)

    return reader


_OBJECT = WithJsonSchema({"type": "object"})
FamilyDocument = Annotated[
    InstanceOf[FamilyPreferences] | None,
    BeforeValidator(_document(parse_family_preferences, "preferences")),
    _OBJECT,
]
"""F2's preferences of a FamilyMember."""
RowDocument = Annotated[
    InstanceOf[WeeklyAvailability],
    BeforeValidator(_document(parse_availability, "availability")),
    _OBJECT,
]
"""A row of F3's weekly availability."""
OverrideDocument = Annotated[
    InstanceOf[DateOverride],
    BeforeValidator(_document(parse_override, "date_overrides")),
    _OBJECT,
]
"""A date that is different."""
