"""JSON columns: the documents of the engine, written so that nothing of an entity is lost."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.documents.slots import parse_slot, slot_document
from engine.ids import Href, UserId
from engine.model.calendar import Quarantined
from engine.model.session import Answer, Group, Response, TimeSlot
from engine.model.user import CalendarConnection, Provider
from engine.time.instant import format_instant, parse_instant


def slots_document(slots: Iterable[TimeSlot]) -> list[dict[str, Any]]:
    """Write slots with their score, which the plain document leaves out where nothing explains it."""
    return [one_slot_document(slot) for slot in slots]


def one_slot_document(slot: TimeSlot) -> dict[str, Any]:
    """Write one slot with its score."""
    return {**slot_document(slot), "score": slot.score}


def parse_slots(documents: Sequence[object]) -> tuple[TimeSlot, ...]:
    """Read slots."""
    return tuple(parse_slot(document) for document in documents)


def groups_document(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Write groups."""
    return [{"anyOf": list(group.any_of), "count": group.count} for group in groups]


def parse_groups(documents: Sequence[dict[str, Any]]) -> tuple[Group, ...]:
    """Read groups."""
    return tuple(
        Group(tuple(UserId(user) for user in document["anyOf"]), document["count"]) for document in documents
    )


def responses_document(responses: Iterable[Response]) -> list[dict[str, Any]]:
    """Write what people answered."""
    return [
        {
            "userId": response.user_id,
            "answer": response.answer.value,
            "slot": None if response.slot is None else format_instant(response.slot),
            "at": format_instant(response.at),
        }
        for response in responses
    ]


def parse_responses(documents: Sequence[dict[str, Any]]) -> tuple[Response, ...]:
    """Read what people answered."""
    return tuple(
        Response(
            UserId(document["userId"]),
            Answer(document["answer"]),
            None if document["slot"] is None else parse_instant(document["slot"]),
            parse_instant(document["at"]),
        )
        for document in documents
    )


def parse_connections(documents: Sequence[dict[str, Any]]) -> tuple[CalendarConnection, ...]:
    """Read the calendars that a User document mirrors."""
    return tuple(
        CalendarConnection(
            provider=Provider(document["provider"]),
            calendar_id=document["calendarId"],
            is_primary=document["isPrimary"],
            read_only=document["readOnly"],
            synced_at=parse_instant(document["syncedAt"]) if "syncedAt" in document else None,
        )
        for document in documents
    )


def quarantined_document(entries: Iterable[Quarantined]) -> list[dict[str, Any]]:
    """Write what could not be read."""
    return [
        {"uid": one.uid, "reason": one.reason, "since": one.since}
        | ({} if one.unread is None else {"unread": str(one.unread)})
        for one in entries
    ]


def parse_quarantined(documents: Sequence[dict[str, Any]]) -> tuple[Quarantined, ...]:
    """Read what could not be read."""
    return tuple(
        Quarantined(
            one["uid"], one["reason"], Href(one["unread"]) if "unread" in one else None, one.get("since")
        )
        for one in documents
    )
