"""TimeSlot documents (F0 section 2): the document's four fields, and what explains them."""

from typing import Any

from engine.bounds import MOST_OCCURRENCES
from engine.documents.reading import Fields, checked_instant
from engine.errors import InputError
from engine.ids import UserId
from engine.model.session import Attendance, Availability, Occurrence, Reason, TimeSlot
from engine.time.instant import format_instant

_FIELDS = frozenset(
    {"start", "end", "confidence", "conflicts", "score", "reasons", "attendees", "occurrences"}
)
_REASON_FIELDS = frozenset({"code", "user", "points", "text"})
_ATTENDEE_FIELDS = frozenset({"user", "availability", "required", "localStart"})
_OCCURRENCE_FIELDS = frozenset({"start", "available", "conflicts", "movedTo"})
_UNBOUNDED = 1e9


def parse_slot(document: object, path: str = "slot") -> TimeSlot:
    """Read a TimeSlot document; only its start and end are required.

    Raises:
        InputError: a field is unknown or wrong, or the end is not after the start.
    """
    fields = Fields.of(document, path, _FIELDS)
    start = fields.instant("start")
    end = checked_instant(fields.values.get("end"), fields.at("end"), up=True)
    if end <= start:
        raise InputError(f"{path} ends at its start or before it", "Write the earlier time as its start")
    return TimeSlot(
        start=start,
        end=end,
        confidence=fields.number("confidence", 1.0, 0, 1),
        conflicts=tuple(str(item) for item in fields.items("conflicts")),
        score=fields.number("score", 0.0, -_UNBOUNDED, _UNBOUNDED),
        reasons=tuple(_reason(child) for child in fields.children("reasons", _REASON_FIELDS)),
        attendees=tuple(_attendance(child) for child in fields.children("attendees", _ATTENDEE_FIELDS)),
        occurrences=tuple(
            _occurrence(child)
            for child in fields.children("occurrences", _OCCURRENCE_FIELDS, MOST_OCCURRENCES)
        ),
    )


def _occurrence(fields: Fields) -> Occurrence:
    available = fields.values.get("available")
    return Occurrence(
        start=fields.instant("start"),
        available=None if available is None else fields.flag("available", True),
        conflicts=tuple(str(item) for item in fields.items("conflicts")),
        moved_to=fields.maybe_instant("movedTo"),
    )


def _reason(fields: Fields) -> Reason:
    user = fields.maybe_text("user")
    return Reason(
        fields.text("code"),
        None if user is None else UserId(user),
        fields.number("points", 0.0, -_UNBOUNDED, _UNBOUNDED),
        fields.text("text", ""),
    )


def _attendance(fields: Fields) -> Attendance:
    return Attendance(
        UserId(fields.id("user")),
        fields.word("availability", Availability),
        fields.flag("required", True),
        fields.text("localStart"),
    )


def slot_document(slot: TimeSlot) -> dict[str, Any]:
    """Write a TimeSlot document; score, reasons and attendees only where it carries an explanation."""
    document: dict[str, Any] = {
        "start": format_instant(slot.start),
        "end": format_instant(slot.end),
        "confidence": slot.confidence,
        "conflicts": list(slot.conflicts),
    }
    if slot.reasons or slot.attendees:
        document["score"] = slot.score
        document["reasons"] = [
            {"code": reason.code, "user": reason.user, "points": reason.points, "text": reason.text}
            for reason in slot.reasons
        ]
        document["attendees"] = [
            {
                "user": attendee.user,
                "availability": attendee.availability.value,
                "required": attendee.required,
                "localStart": attendee.local_start,
            }
            for attendee in slot.attendees
        ]
    if slot.occurrences:
        document["occurrences"] = [occurrence_document(one) for one in slot.occurrences]
    return document


def occurrence_document(one: Occurrence) -> dict[str, Any]:
    """Write one occurrence of a series."""
    return {
        "start": format_instant(one.start),
        "available": one.available,
        "conflicts": list(one.conflicts),
        "movedTo": None if one.moved_to is None else format_instant(one.moved_to),
    }
