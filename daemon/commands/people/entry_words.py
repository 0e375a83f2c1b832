"""What people entered of contacts, and what was derived, in words for a terminal."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from daemon.app.relations.meant import SHOWN_OF_ID
from daemon.terminal.table import table
from daemon.terminal.times import Reader
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

Documents = Sequence[Mapping[str, Any]]
Names = Mapping[str, str]
NOTHING = "Nothing is known yet."
LONGEST = 120


def interaction_words(found: Documents, names: Names, reader: Reader) -> str:
    """Say when one had to do with whom."""
    rows = [
        (
            one["id"][:SHOWN_OF_ID],
            reader.when(parse_instant(one["interactionDate"])),
            one["interactionType"],
            _said(names, one["contactId"], one["subject"], one["content"]),
        )
        for one in found
    ]
    return table(("id", "when", "what", "with whom, and about what"), rows) if rows else NOTHING


def interest_words(found: Documents, names: Names, reader: Reader) -> str:
    """Say what contacts are interested in, and how many signs tell so."""
    rows = [
        (
            one["id"][:SHOWN_OF_ID],
            f"{one['confidenceScore']:.2f}",
            str(one["evidenceCount"]),
            reader.day(parse_instant(one["lastReinforcedAt"])),
            _said(names, one["contactId"], f"{one['interestTopic']} ({one['interestCategory']})"),
        )
        for one in found
    ]
    return table(("id", "confidence", "signs", "last", "whose, and what"), rows) if rows else NOTHING


def relationship_words(found: Documents, names: Names, _reader: Reader) -> str:
    """Say who knows whom."""
    rows = [
        (
            *(one["id"][:SHOWN_OF_ID], one["relationshipType"] or "", f"{one['strengthScore']:.2f}"),
            *(str(one["sharedInteractions"]), str(one["mutualConnections"])),
            " and ".join(_name(names, one[key]) for key in ("contactAId", "contactBId")),
        )
        for one in found
    ]
    head = ("id", "as", "strength", "together", "in common", "who")
    return table(head, rows) if rows else NOTHING


def memory_words(found: Documents, names: Names, reader: Reader) -> str:
    """Say what was noted, and until when it holds."""
    rows = [
        (
            one["id"][:SHOWN_OF_ID],
            one["memoryType"].replace("_", " "),
            "" if one["expiresAt"] is None else reader.day(parse_instant(one["expiresAt"])),
            _said(names, one["contactId"], one["title"], one["content"]),
        )
        for one in found
    ]
    return table(("id", "what", "until", "of whom, and what it says"), rows) if rows else NOTHING


def removed(word: str) -> None:
    """Say that one was removed."""
    print(f"The {word} is removed.", file=sys.stderr)


def _said(names: Names, contact: str | None, *texts: str | None) -> str:
    whom = None if contact is None else _name(names, contact)
    return one_line(": ".join(filter(None, (whom, *texts))), LONGEST)


def _name(names: Names, contact: str) -> str:
    return names.get(contact, contact[:SHOWN_OF_ID])
