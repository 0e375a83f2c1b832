"""Lines of a log of scheduling events (F0 SchedulingEvent), as what is learned from."""

from collections.abc import Iterable
from typing import Any

from engine.bounds import LONGEST_SESSION, MOST_ANSWERS, MOST_ATTENDEES, MOST_SLOTS
from engine.documents.reading import Fields, checked_instant
from engine.errors import InputError
from engine.ids import UserId
from engine.learning.lessons import Logged, ShownList
from engine.model.history import Outcome
from engine.model.session import Answer
from engine.time.instant import format_instant
from engine.time.span import Instant

_FIELDS = frozenset(
    {"id", "sessionId", "hostUserId", "inviteeIds", "optionalIds", "duration", "proposedSlots"}
    | {"selectedSlot", "rejectedSlots", "outcome", "timeToSchedule", "numMessages", "createdAt"}
    | {"responses", "shown", "numInvitees"}
)
_SHOWN_FIELDS = frozenset({"policy", "version", "propensity", "candidates", "hash", "slots", "at"})
_RESPONSE_FIELDS = frozenset({"userId", "answer", "slot", "at"})
_AROUND_MOST = 10
MOST_CANDIDATES = 100_000


def parse_logged(document: object, path: str = "") -> Logged:
    """Read one line.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(document, path, _FIELDS)
    selected = fields.values.get("selectedSlot")
    return Logged(
        created=fields.instant("createdAt"),
        host=UserId(fields.id("hostUserId")),
        invitees=tuple(map(UserId, fields.ids("inviteeIds", MOST_ATTENDEES))),
        optional=tuple(map(UserId, fields.ids("optionalIds", MOST_ATTENDEES))),
        duration=fields.whole("duration", least=1, most=LONGEST_SESSION, unit="minutes"),
        proposed=_starts(fields, "proposedSlots"),
        selected=None if selected is None else _start(selected, fields.at("selectedSlot")),
        rejected=_starts(fields, "rejectedSlots"),
        outcome=fields.word("outcome", Outcome),
        declined=tuple(_declined(fields)),
        shown=fields.maybe("shown", _shown) or ShownList(),
    )


def _starts(fields: Fields, key: str) -> tuple[Instant, ...]:
    return fields.each(key, _start, MOST_SLOTS)


def _start(item: object, path: str) -> Instant:
    """Read the start of a slot; whatever else explains it is not learned from."""
    if not isinstance(item, dict):
        raise InputError(f"{path} is no TimeSlot", "Write an object with start and end")
    return checked_instant(item.get("start"), f"{path}.start" if path else "start")


def _declined(fields: Fields) -> Iterable[tuple[UserId, Instant]]:
    for one in fields.children("responses", _RESPONSE_FIELDS, MOST_ANSWERS):
        user, answer = UserId(one.id("userId")), one.word("answer", Answer)
        slot = one.maybe_instant("slot")
        if answer is Answer.DECLINED and slot is not None:
            yield user, slot


def _shown(item: object, path: str) -> ShownList:
    fields = Fields.of(item, path, _SHOWN_FIELDS)
    return ShownList(
        policy=fields.text("policy", ""),
        propensity=fields.number("propensity", 0.0, 0.0, 1.0) or None if fields.has("propensity") else None,
        candidates=fields.each("candidates", checked_instant, MOST_CANDIDATES),
        around=dict(_around(fields)),
    )


def _around(fields: Fields) -> Iterable[tuple[Instant, Any]]:
    for number, one in enumerate(fields.items("slots", MOST_SLOTS)):
        path = f"{fields.at('slots')}[{number}]"
        slot = Fields.of(one, path, frozenset({"start", "score", "features"}))
        features = slot.mapping("features")
        people = {
            UserId(user): {str(key): str(value) for key, value in found.items()}
            for user, found in features.items()
            if isinstance(found, dict)
        }
        yield slot.instant("start"), people


def logged_document(logged: Logged, number: int) -> dict[str, Any]:
    """Write what is learned from as a line; the log's own names are its number."""
    document: dict[str, Any] = {
        "id": f"e{number}",
        "sessionId": f"s{number}",
        "hostUserId": logged.host,
        "inviteeIds": list(logged.invitees),
        "duration": logged.duration,
        "proposedSlots": [_slot(start, logged) for start in logged.proposed],
        "selectedSlot": None if logged.selected is None else _slot(logged.selected, logged),
        "rejectedSlots": [_slot(start, logged) for start in logged.rejected],
        "outcome": logged.outcome.value,
        "createdAt": format_instant(logged.created),
    }
    if logged.optional:
        document["optionalIds"] = list(logged.optional)
    return document


def _slot(start: Instant, logged: Logged) -> dict[str, str]:
    return {"start": format_instant(start), "end": format_instant(start + logged.duration * 60)}
