"""What a provider's JSON is kept as: equal documents as equal bytes, and words that are not too long."""

import json

from engine.errors import InputError

LONGEST_WORD = 2000
"""Characters of an id or a stamp; no provider's own are half as long."""


def canonical(document: object) -> bytes:
    """Write a document so that equal ones are equal bytes."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def word(value: object) -> str:
    """Read an id or a stamp.

    Raises:
        InputError: it is too long to be one.
    """
    text = str(value).encode("utf-8", "replace").decode()
    if len(text) > LONGEST_WORD:
        raise InputError(f"an id or a stamp has {len(text)} characters")
    return text
