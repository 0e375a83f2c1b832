"""The audit log's chain: each line's hash covers the line before it, so that a change anywhere is seen."""

import hashlib
import json
from collections.abc import Iterable

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


def holds(lines: Iterable[tuple[AuditEntry, str]], beginning: str = BEGINNING) -> bool:
    """Tell whether every line's stored hash follows from the line before it."""
    previous = beginning
    for entry, stored in lines:
        previous = link(previous, entry)
        if previous != stored:
            return False
    return True
