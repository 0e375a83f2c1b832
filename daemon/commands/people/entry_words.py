"""What people entered of contacts, and what was derived, in words for a terminal."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from daemon.terminal.table import table
from daemon.terminal.times import Reader
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

Documents = Sequence[Mapping[str, Any]]
NOTHING = "Nothing is known yet."
LONGEST = 80


def interaction_words(found: Documents, reader: Reader) -> str:
    """Say when one had to do with whom."""
    rows = [
        (
            one["id"],
            reader.when(parse_instant(one["interactionDate"])),
            one["interactionType"],
            one["contactId"],
            _short(": ".join(filter(None, (one["subject"], one["content"])))),
        )
        for one in found
    ]
    return table(("id", "when", "what", "contact", "about"), rows) if rows else NOTHING


def interest_words(found: Documents, reader: Reader) -> str:
    """Say what contacts are interested in, and how many signs tell so."""
    rows = [
        (
            one["id"],
            one["contactId"],
            _short(f"{one['interestCategory']}: {one['interestTopic']}"),
            f"{one['confidenceScore']:.2f}",
            str(one["evidenceCount"]),
            reader.day(parse_instant(one["lastReinforcedAt"])),
        )
        for one in found
    ]
    return table(("id", "contact", "interest", "confidence", "signs", "last"), rows) if rows else NOTHING


def relationship_words(found: Documents, _reader: Reader) -> str:
    """Say who knows whom."""
    rows = [
        (
            *(one["id"], one["contactAId"], one["contactBId"], one["relationshipType"] or ""),
            *(f"{one['strengthScore']:.2f}", str(one["sharedInteractions"]), str(one["mutualConnections"])),
        )
        for one in found
    ]
    head = ("id", "one", "other", "as", "strength", "together", "in common")
    return table(head, rows) if rows else NOTHING


def memory_words(found: Documents, reader: Reader) -> str:
    """Say what was noted, and until when it holds."""
    rows = [
        (
            one["id"],
            one["memoryType"].replace("_", " "),
            one["contactId"] or "",
            _short(": ".join(filter(None, (one["title"], one["content"])))),
            "" if one["expiresAt"] is None else reader.when(parse_instant(one["expiresAt"])),
        )
        for one in found
    ]
    return table(("id", "what", "contact", "says", "until"), rows) if rows else NOTHING


def removed(word: str) -> None:
    """Say that one was removed."""
    print(f"The {word} is removed.", file=sys.stderr)


def _short(text: str) -> str:
    return one_line(text, LONGEST)
