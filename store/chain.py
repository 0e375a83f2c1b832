"""The audit log's chain: each line's hash covers the line before it, so that a change anywhere is seen."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from engine.model.booking import AuditEntry

BEGINNING = ""
"""What the first line follows."""


def link(previous: str, entry: AuditEntry) -> str:
    """Give the hash (64 hex digits) of a line that follows the one with the hash `previous`."""
    line = [
        previous,
        entry.at,
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.user_id,
        dict(entry.details),
    ]
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its stored hash; one that is masked no longer says whom it was about."""

    entry: AuditEntry
    hash: str
    masked: bool = False


def holds(lines: Iterable[Line], beginning: str = BEGINNING) -> bool:
    """Tell whether every line's stored hash follows from the line before it.

    A masked line cannot be checked itself, but the next one still follows from its hash.
    """
    previous = beginning
    for line in lines:
        if not line.masked and link(previous, line.entry) != line.hash:
            return False
        previous = line.hash
    return True
