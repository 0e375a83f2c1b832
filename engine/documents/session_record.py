"""A session's record as it stands in the metadata of its document, and in the store."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.errors import InputError
from engine.ids import UserId
from engine.model.session_metadata import Key
from engine.model.session_record import OwnChange, Reopening, SessionRecord
from engine.time.instant import format_instant, parse_instant
from engine.time.local_time import zone_info
from engine.time.span import Span

_NOTHING = SessionRecord()


def with_record(metadata: Mapping[str, Any], record: SessionRecord) -> dict[str, Any]:
    """Write the record into the metadata, in place of whatever is there under its keys."""
    return {**metadata, **_document(record)} if record != _NOTHING else dict(metadata)


def parted(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], SessionRecord]:
    """Part metadata from the record in it.

    A value that is not just as `with_record` writes it is none of the record, and stays in the metadata.
    """
    if not metadata:
        return {}, _NOTHING
    rest, record = dict(metadata), _NOTHING
    for key, (field, read) in _READ.items():
        if key not in rest:
            continue
        try:
            found = replace(record, **{field: read(rest[key])})
        except (InputError, AttributeError, KeyError, TypeError, ValueError):
            continue
        if _document(found).get(key) == rest[key]:
            record = found
            del rest[key]
    return rest, record


def _document(record: SessionRecord) -> dict[str, Any]:
    document = {
        Key.HISTORY: [_reopening_document(one) for one in record.history],
        Key.WAITING_FOR: dict(record.waiting_for),
        Key.NOT_BOOKED: record.not_booked,
        Key.FAILED_BOOKINGS: record.failed_bookings,
        Key.CONFLICTS: list(record.conflicts),
        Key.FRESH: record.fresh,
        Key.CHANGE_REQUESTS: {user: _span_document(span) for user, span in record.change_requests.items()},
        Key.RELAXED: list(record.relaxed),
        Key.ROUND: record.round,
        Key.INVITATION: record.invitation,
        Key.OWN_CHANGES: [_own_change_document(one) for one in record.own_changes],
        Key.ZONE: record.zone,
        Key.LEFT: {user: format_instant(at) for user, at in record.left.items()},
    }
    return {key.value: value for key, value in document.items() if value}


def _reopening_document(one: Reopening) -> dict[str, str]:
    document = {"at": format_instant(one.at), "what": one.what, "status": one.status}
    return document if one.slot is None else {**document, "slot": format_instant(one.slot)}


def _span_document(span: Span) -> dict[str, str]:
    return {"start": format_instant(span.start), "end": format_instant(span.end)}


def _own_change_document(one: OwnChange) -> dict[str, str | None]:
    at = None if one.at is None else format_instant(one.at)
    return {"user": one.user, "occurrence": format_instant(one.occurrence), "at": at}


def _own_change(document: Mapping[str, Any]) -> OwnChange:
    at = document["at"]
    user = UserId(_text(document["user"]))
    return OwnChange(user, parse_instant(document["occurrence"]), None if at is None else parse_instant(at))


def _reopening(document: Mapping[str, str]) -> Reopening:
    slot = document.get("slot")
    return Reopening(
        parse_instant(document["at"]),
        _text(document["what"]),
        _text(document["status"]),
        None if slot is None else parse_instant(slot),
    )


def _span(document: Mapping[str, str]) -> Span:
    return Span(parse_instant(document["start"]), parse_instant(document["end"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _zone(value: object) -> str:
    zone_info(_text(value))
    return _text(value)


def _count(value: object) -> int:
    if type(value) is not int:
        raise TypeError("no count")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError("no flag")
    return value


_READ: Mapping[Key, tuple[str, Callable[[Any], Any]]] = {
    Key.HISTORY: ("history", lambda value: tuple(map(_reopening, value))),
    Key.WAITING_FOR: ("waiting_for", lambda value: {user: _text(why) for user, why in value.items()}),
    Key.NOT_BOOKED: ("not_booked", _text),
    Key.FAILED_BOOKINGS: ("failed_bookings", _count),
    Key.CONFLICTS: ("conflicts", lambda value: tuple(map(_text, value))),
    Key.FRESH: ("fresh", _flag),
    Key.ROUND: ("round", _count),
    Key.INVITATION: ("invitation", _text),
    Key.OWN_CHANGES: ("own_changes", lambda value: tuple(map(_own_change, value))),
    Key.ZONE: ("zone", _zone),
    Key.LEFT: ("left", lambda value: {UserId(user): parse_instant(at) for user, at in value.items()}),
    Key.CHANGE_REQUESTS: (
        "change_requests",
        lambda value: {user: _span(span) for user, span in value.items()},
    ),
    Key.RELAXED: ("relaxed", lambda value: tuple(map(_text, value))),
}
