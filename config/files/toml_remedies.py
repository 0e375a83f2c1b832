"""What is wrong with a file that is not TOML, and what would be right, by the mistakes that people make."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

USUAL = "write key = value, with texts in quotes"


class _Mistake(NamedTuple):
    """A mistake, by what `tomllib` says and by the line; `wrong` is told instead where that is more."""

    says: re.Pattern[str]
    line: re.Pattern[str]
    right: str
    wrong: Callable[[str], str] | None = None


def _twice(line: str) -> str:
    return f"{line.strip()} stands twice in this file"


_ANY = re.compile("")
_MISTAKES: Sequence[_Mistake] = (
    _Mistake(
        re.compile("Cannot (?:declare|overwrite|mutate)"),
        re.compile(r"^\s*\[\["),
        'write one pair of brackets and a name of its own for each, like [users."ann@example.com"]',
    ),
    _Mistake(
        re.compile("Cannot (?:declare|overwrite|mutate)"),
        re.compile(r"^\s*\["),
        "put its keys together under the first, and take this header out",
        _twice,
    ),
    _Mistake(re.compile("Cannot overwrite"), _ANY, "leave one of the two", lambda _: "it stands twice"),
    _Mistake(
        re.compile("Expected '\\]'|Invalid initial character|Expected '='"),
        re.compile(r"^\s*\[[^\"'\]]*[^\w.\-\"'\s\[\]]"),
        'put names that have more than letters, digits, - and _ in quotes, like [users."ann@example.com"]',
    ),
    _Mistake(_ANY, re.compile("[“”„‘’]"), 'write straight quotes, like "this"'),
    _Mistake(
        re.compile("Invalid value|Expected newline"),
        re.compile(r"[^#\"']*=\s*(?:true|false|yes|no|on|off)\b", re.IGNORECASE),
        "write true or false, in small letters",
    ),
    _Mistake(
        re.compile("hex value|escape|Unescaped"),
        re.compile(r"\\"),
        "write it between ' and ', where a backslash is nothing but itself",
    ),
    _Mistake(re.compile("Invalid initial character"), re.compile(r"\{"), "write all of { … } in one line"),
)


def told(message: str, line: str) -> tuple[str, str]:
    """Give what is wrong in a line, and what would be right."""
    for one in _MISTAKES:
        if one.says.search(message) and one.line.search(line):
            return (one.wrong(line) if one.wrong else message), one.right
    return message, USUAL
