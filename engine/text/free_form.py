"""Documents of whoever asks, whose keys are their own: bounded, and fit to be written as JSON again."""

import json
import math
from collections.abc import Mapping
from typing import Any

from engine.errors import InputError
from engine.text.plain_text import plain_text

DEEPEST = 32
"""Documents inside one another: whoever reads JSON stops somewhere, and what is kept is read again."""
LONGEST = 64 * 1024
"""Characters of JSON."""
LARGEST = 2**63
"""Whole numbers that every store and reader of JSON takes are smaller."""


def free_form(name: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give a document as it may be kept: without control characters and halves of characters.

    Raises:
        InputError: it is too deep or too long, or holds a number that JSON has not.
    """
    plain: dict[str, Any] = _plain(name, dict(value or {}), DEEPEST)
    length = len(json.dumps(plain, ensure_ascii=False))
    if length > LONGEST:
        raise InputError(f"{name} has {length} characters as JSON", f"Write at most {LONGEST}")
    return plain


def _plain(name: str, value: Any, deeper: int) -> Any:
    if isinstance(value, Mapping | list | tuple) and not deeper:
        raise InputError(f"{name} is nested too deep", f"Nest at most {DEEPEST} deep")
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(name, one, deeper - 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, one, deeper - 1) for one in value]
    if (isinstance(value, float) and not math.isfinite(value)) or (
        isinstance(value, int) and abs(value) >= LARGEST
    ):
        raise InputError(f"{name} holds a number that is too large, or none", "Write it as a text")
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return plain_text(text, 4 * len(text))
