"""Slots as the store keeps them: sealed, so that what opens is what was written, and is not checked."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.documents.slots import slot_document
from engine.ids import UserId
from engine.model.session import Attendance, Availability, Occurrence, Reason, TimeSlot
from engine.time.instant import parse_instant
from engine.time.span import Instant


def slots_to_store(slots: Iterable[TimeSlot]) -> list[dict[str, Any]]:
    """Write slots."""
    return [slot_to_store(slot) for slot in slots]


def slot_to_store(slot: TimeSlot) -> dict[str, Any]:
    """Write one slot with its score, which the plain document leaves out where nothing explains it."""
    return {**slot_document(slot), "score": slot.score}


def stored_slots(documents: Iterable[Mapping[str, Any]]) -> tuple[TimeSlot, ...]:
    """Read slots."""
    return tuple(stored_slot(document) for document in documents)


def stored_slot(document: Mapping[str, Any]) -> TimeSlot:
    """Read one slot; what a release before did not write is as it was then.

    Raises:
        KeyError, TypeError, ValueError, InputError: no release wrote it so.
    """
    reasons, attendees = document.get("reasons") or (), document.get("attendees") or ()
    return TimeSlot(
        start=parse_instant(document["start"]),
        end=parse_instant(document["end"]),
        confidence=float(document.get("confidence", 1.0)),
        conflicts=tuple(document.get("conflicts") or ()),
        score=float(document.get("score", 0.0)),
        reasons=tuple(
            Reason(one["code"], one.get("user"), float(one["points"]), one.get("text", "")) for one in reasons
        ),
        attendees=tuple(
            Attendance(
                UserId(one["user"]),
                Availability(one["availability"]),
                one.get("required", True),
                one["localStart"],
            )
            for one in attendees
        ),
        occurrences=tuple(_occurrence(one) for one in document.get("occurrences") or ()),
    )


def _occurrence(document: Mapping[str, Any]) -> Occurrence:
    return Occurrence(
        start=parse_instant(document["start"]),
        available=document.get("available"),
        conflicts=tuple(document.get("conflicts") or ()),
        moved_to=_maybe(document.get("movedTo")),
    )


def _maybe(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)
