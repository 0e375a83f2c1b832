"""A session asked for by a program, in F0's fields."""

from collections.abc import Mapping
from dataclasses import replace

from daemon.app.sessions import SessionDesk
from engine.documents.reading import Fields
from engine.documents.sessions import parse_session
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.guest import Guest
from engine.model.session import EventSession
from engine.model.user import User
from engine.sessions.guests import each_guest_once, parted
from engine.sessions.session_options import each_once, user_named
from engine.time.instant import format_instant
from engine.time.span import Instant

FIELDS = frozenset(
    {"hostUserId", "inviteeIds", "optionalIds", "groups", "title", "description", "location", "duration"}
    | {"constraints", "search", "searchDays", "minimumNotice", "bufferTime", "recurrence", "expiresAt"}
)
USUAL_MINUTES = 60
_MUST = "inviteeIds"
_PEOPLE = (_MUST, "optionalIds")


def create_session(desk: SessionDesk, document: object) -> EventSession:
    """Take a session down; who asks is its host unless an operator names another.

    Raises:
        InputError: a field is unknown or wrong, or somebody of it cannot be booked for.
        NotAllowedError: a user asks in somebody else's name.
    """
    fields = Fields.of(document, "session", FIELDS)
    named = fields.values.get("hostUserId", desk.principal.user)
    if named is None:
        raise fields.wrong("hostUserId", "Name the host")

    def read(users: Mapping[UserId, User], session_id: SessionId, now: Instant) -> EventSession:
        host = users[user_named(str(named), users)]
        outside, people = list[Guest](), dict[str, list[UserId]]()
        for key in _PEOPLE:
            names, guests = parted(map(str, fields.items(key)), users, required=key == _MUST)
            people[key] = [_who(each, fields.at(key), users) for each in names]
            outside += guests
        whole = {
            "duration": host.default_preferences.preferred_duration or USUAL_MINUTES,
            "expiresAt": format_instant(now + desk.expire_after),
            **{key: value for key, value in fields.values.items() if value is not None},
            **people,
            "id": session_id,
            "hostUserId": host.id,
            "status": "pending",
            "createdAt": format_instant(now),
        }
        session = replace(parse_session(whole), guests=each_guest_once(outside))
        each_once(session.attendee_ids)
        if not session.title.strip():
            raise fields.wrong("title", "Give it a text")
        return session

    return desk.take(read)


def _who(name: object, path: str, users: Mapping[UserId, User]) -> UserId:
    try:
        return user_named(str(name), users)
    except InputError as error:
        raise InputError(f"{path} names {name!r}, who is no user", "Name users by id or address") from error
