"""The fields of a live document, and their digests: what was last agreed on is remembered without its text.

A field whose digest differs has changed. Of a document's fields `metadata` counts key by key, all others as
a whole.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Digests = Mapping[str, str]

METADATA = "metadata."
"""What the name of a single key of the metadata begins with."""


def flattened(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a document's fields, those of its metadata each by itself."""
    flat = {key: value for key, value in document.items() if key != "metadata"}
    metadata = document.get("metadata") or {}
    return flat | {f"{METADATA}{key}": value for key, value in metadata.items()}


def digests(document: Mapping[str, Any]) -> dict[str, str]:
    """Give each field's digest."""
    return {key: _digest(value) for key, value in flattened(document).items()}


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _plain(value: object) -> object:
    """Take 1 and 1.0 for the same: what a program writes as one, another reads as the other."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def differing(known: Digests, now: Digests) -> frozenset[str]:
    """Give the fields that are new, changed or gone."""
    return frozenset(key for key in {*known, *now} if known.get(key) != now.get(key))
