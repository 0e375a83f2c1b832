"""The one style sheet's tokens and grid rules, for pictures that stand without it."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_BOTH = re.compile(r"light-dark\((.+), ((?:rgb\([^)]*\)|#\w+))\)$")
_USE = re.compile(r"var\(--([\w-]+)\)")
_GRID_RULE = re.compile(r"^(?:\.grid |\.(?:ink|wash|rim|busy|hatch)\b)[^{:]*\{[^}]*\}$", re.MULTILINE)
_MOTION = re.compile(r"\s*(?:transition|filter|cursor):[^;}]*;?")
_CHART_RULE = re.compile(r"^\.plot [^{:]*\{[^}]*\}$", re.MULTILINE)
STANDING = (
    ".grid .tight { display: none; }\n.grid .head { font-size: 20px; font-weight: 640; fill: var(--ink); }"
)


@cache
def style_sheet() -> str:
    """Read the style sheet."""
    return files("daemon.pages").joinpath("static/gatherly.css").read_text(encoding="utf-8")


@cache
def tokens(*, dark: bool) -> Mapping[str, str]:
    """Give what each token of the first section means in one look."""
    root = style_sheet().partition(":root {")[2].partition("\n}")[0]
    found = {}
    for name, value in _TOKEN.findall(root):
        both = _BOTH.match(value.strip())
        found[name] = value.strip() if both is None else both[2] if dark else both[1]
    return found


@cache
def picture_style() -> str:
    """Write the grid's rules with the tokens written in: light, and dark where that is preferred."""
    return _both_looks((*_GRID_RULE.findall(style_sheet()), STANDING))


@cache
def chart_style() -> str:
    """Write the charts' rules the same way."""
    return _both_looks((*_CHART_RULE.findall(style_sheet()), ".paper { fill: var(--paper); }"))


def _both_looks(rules: Iterable[str]) -> str:
    text = "\n".join(_MOTION.sub("", rule) for rule in rules)
    light, dark = (_written_in(text, tokens(dark=look)) for look in (False, True))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _written_in(text: str, meanings: Mapping[str, str]) -> str:
    return _USE.sub(lambda use: meanings[use[1]], text)
