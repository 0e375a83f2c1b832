"""The request document of `gatherly find`, and what many requests share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import lt

from engine.documents.learned_models import parse_model
from engine.documents.reading import Fields, checked_instant, checked_window, shown
from engine.documents.rules import parse_constraint
from engine.documents.sessions import parse_question
from engine.documents.users import parse_attendee
from engine.errors import InputError
from engine.find.request import (
    DEFAULT_LIMIT,
    DEFAULT_STEP,
    BusyColumns,
    BusyEntry,
    BusyTimes,
    FindRequest,
    search_window,
)
from engine.find.series.rule import check_recurring
from engine.ids import UserId
from engine.learning.ranking import LearnedRanking
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint
from engine.model.session import EventSession
from engine.model.user import User
from engine.time.instant import plain_instants
from engine.time.span import Instant, Span

REQUEST_FIELDS = frozenset(
    {"id", "now", "window", "step", "limit", "all", "session", "users", "busy", "rules", "model"}
    | {"knownUntil"}
)
_ENTRY_FIELDS = frozenset({"start", "end", "label", "status"})
_WINDOW_FIELDS = frozenset({"start", "end"})
_SHARED = frozenset({"users", "busy", "rules", "model"})
LONGEST_STEP = 1440
MOST_PROPOSALS = 1000


@dataclass(frozen=True, slots=True)
class Shared:
    """What the lines of a run have in common: users, busy times, a model, and defaults for other keys."""

    users: Mapping[UserId, User] = field(default_factory=dict)
    busy: Mapping[UserId, BusyTimes] = field(default_factory=dict)
    rules: tuple[Constraint, ...] = ()
    ranking: LearnedRanking | None = None
    defaults: Mapping[str, object] = field(default_factory=dict)


def parse_shared(document: object) -> Shared:
    """Read what the lines of a run share.

    Raises:
        InputError: a field is unknown or wrong.
    """
    fields = Fields.of(document, "", REQUEST_FIELDS)
    return Shared(
        users=_users(fields),
        busy=_busy(fields),
        rules=fields.each("rules", parse_constraint),
        ranking=_ranking(fields),
        defaults={key: value for key, value in fields.values.items() if key not in _SHARED},
    )


def parse_request(document: object, now: Instant, shared: Shared | None = None) -> FindRequest:
    """Read one request; its own keys and entries win over what is shared. `now` stands where it names none.

    Raises:
        InputError: a field is missing, unknown or wrong; a user is named twice, or not among the users.
    """
    fields = Fields.of(document, "", REQUEST_FIELDS)
    rules = fields.each("rules", parse_constraint)
    users: Mapping[UserId, User] = _users(fields)
    busy: Mapping[UserId, BusyTimes] = _busy(fields)
    ranking = _ranking(fields)
    if shared is not None:
        ranking = ranking or shared.ranking
        rules = rules if fields.has("rules") else shared.rules
        fields = Fields({**shared.defaults, **fields.values}, "")
        users = {**shared.users, **users} if users else shared.users
        busy = {**shared.busy, **busy} if busy else shared.busy
    if fields.has("now"):
        now = checked_instant(fields.values["now"], "now", up=True)
    if not fields.has("session"):
        raise fields.wrong("session", "Say what is to be found a time for")
    session = parse_question(fields.values["session"], now)
    _check_users(session, users)
    check_recurring(session, users[session.host_user_id].timezone, now)
    known = fields.maybe_instant("knownUntil")
    return FindRequest(
        session=session,
        users=users,
        busy=busy,
        now=now,
        window=_window(fields) if fields.has("window") else search_window(session, now),
        step=fields.whole("step", DEFAULT_STEP, least=1, most=LONGEST_STEP, unit="minutes"),
        limit=fields.whole("limit", DEFAULT_LIMIT, least=1, most=MOST_PROPOSALS),
        all_starts=fields.flag("all", False),
        rules=rules,
        ranking=ranking,
        known_until={} if known is None else dict.fromkeys(session.attendee_ids, known),
    )


def _ranking(fields: Fields) -> LearnedRanking | None:
    """Read the model that ranks, where one is named."""
    return LearnedRanking(parse_model(fields.values["model"])) if fields.has("model") else None


def _window(fields: Fields) -> Span:
    """Read the window; fractions of a second are rounded inward."""
    window = fields.child("window", _WINDOW_FIELDS)
    start, end = window.values.get("start"), window.values.get("end")
    if isinstance(start, str) and isinstance(end, str):
        return _span(start, end)
    return _checked_span(window)


@lru_cache(maxsize=256)
def _span(start: str, end: str) -> Span:
    """Read a window that many requests may have in common."""
    return _checked_span(Fields({"start": start, "end": end}, "window"))


def _checked_span(window: Fields) -> Span:
    start, end = window.instant("start"), window.instant("end")
    if end < start:
        raise InputError("window ends before it starts", "Write the earlier time as its start")
    inward = checked_instant(window.values["start"], "window.start", up=True)
    return checked_window(Span(min(inward, end), end), "window")


def _users(fields: Fields) -> dict[UserId, User]:
    users: dict[UserId, User] = {}
    for user in fields.each("users", parse_attendee):
        if user.id in users:
            raise InputError(f"users names {user.id!r} twice", "Write each user once")
        users[user.id] = user
    return users


def _check_users(session: EventSession, users: Mapping[UserId, User]) -> None:
    roles = {
        "hostUserId": (session.host_user_id,),
        "inviteeIds": session.invitee_ids,
        "optionalIds": session.optional_ids,
        "groups": tuple(user for group in session.groups for user in group.any_of),
    }
    for role, named in roles.items():
        for user in named:
            if user not in users:
                raise InputError(
                    f"session.{role} names {user!r}, who is not among users", "Add the user there"
                )


def _busy(fields: Fields) -> dict[UserId, BusyTimes]:
    people = Fields(fields.mapping("busy"), "busy")
    return {
        UserId(user): None if value is None else _entries(people.items(user), people.at(user))
        for user, value in people.values.items()
    }


def _entries(items: list[object], path: str) -> tuple[BusyEntry, ...] | BusyColumns:
    plain = _plain_entries(items) if items else ()
    if plain is not None:
        return plain
    return tuple([_entry(item, f"{path}[{index}]") for index, item in enumerate(items)])


def _plain_entries(items: list[object]) -> BusyColumns | None:
    """Read many of the commonest form at once, `[T, T, label]` in plain UTC; None where one is of another."""
    if set(map(type, items)) != {list} or set(map(len, items)) != {3}:  # type: ignore[arg-type]
        return None
    first, last, labels = zip(*items, strict=True)
    if set(map(type, first + last + labels)) != {str}:
        return None
    starts, ends = plain_instants(first), plain_instants(last)
    if starts is None or ends is None or any(map(lt, ends, starts)):
        return None
    return BusyColumns(starts, ends, labels)


def _entry(item: object, path: str) -> BusyEntry:
    if isinstance(item, list):
        return _listed_entry(item, path)
    fields = Fields.of(item, path, _ENTRY_FIELDS)
    status = fields.word("status", BusyStatus, BusyStatus.BUSY)
    return _checked(
        fields.values.get("start"), fields.values.get("end"), fields.text("label", ""), status, path
    )


def _listed_entry(item: list[object], path: str) -> BusyEntry:
    if len(item) not in (2, 3):
        raise InputError(f"{path} has {len(item)} parts", "Write [start, end] or [start, end, label]")
    label = item[2] if len(item) == 3 and item[2] is not None else ""
    if not isinstance(label, str):
        raise InputError(f"{path}[2] is {shown(label)}", "Write the label as a text")
    return _checked(item[0], item[1], label, BusyStatus.BUSY, path)


def _checked(start: object, end: object, label: str, status: BusyStatus, path: str) -> BusyEntry:
    entry = BusyEntry(
        checked_instant(start, f"{path} start"), checked_instant(end, f"{path} end", up=True), label, status
    )
    if entry.end < entry.start:
        raise InputError(f"{path} ends before it starts", "Write the earlier time first")
    return entry
