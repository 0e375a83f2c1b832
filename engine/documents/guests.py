"""A session's guests as they stand in its document, and in the store."""

from typing import Any

from engine.documents.reading import Fields
from engine.model.guest import Guest
from engine.time.instant import format_instant, parse_instant

_FIELDS = frozenset({"address", "name", "optional", "answeredAt", "suits", "away"})
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 200
MOST_TICKS = 100


def guest_document(guest: Guest) -> dict[str, Any]:
    """Write a guest: who, when they answered (null until then) and what suits; the rest where it is so."""
    document: dict[str, Any] = {
        "address": guest.address,
        "answeredAt": None if guest.answered_at is None else format_instant(guest.answered_at),
        "suits": [format_instant(start) for start in guest.suits],
    }
    if guest.name:
        document["name"] = guest.name
    if not guest.required:
        document["optional"] = True
    if guest.away:
        document["away"] = True
    return document


def parse_guest(document: object, path: str) -> Guest:
    """Read a guest.

    Raises:
        InputError: a field is unknown or wrong.
    """
    fields = Fields.of(document, path, _FIELDS)
    return Guest(
        address=fields.text("address", most=_LONGEST_ADDRESS),
        name=fields.text("name", "", most=_LONGEST_NAME),
        required=not fields.flag("optional", False),
        answered_at=fields.maybe_instant("answeredAt"),
        suits=fields.each("suits", lambda value, at: parse_instant(str(value)), MOST_TICKS),
        away=fields.flag("away", False),
    )
