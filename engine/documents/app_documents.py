"""The live documents: what apps write read leniently, what gatherly writes as F0 draws it; messages too."""

from collections.abc import Mapping
from typing import Any

from engine.bounds import LONGEST_MESSAGE
from engine.documents.messages import message_document
from engine.documents.reading import Fields
from engine.documents.sessions import SESSION_FIELDS, parse_session, session_document
from engine.documents.users import USER_FIELDS, parse_user, user_document
from engine.errors import InputError
from engine.ids import MessageId, SessionId
from engine.model.app_document import Collection, Place
from engine.model.session import EventSession, Message, MessageRole
from engine.model.user import User

MESSAGE_FIELDS = frozenset({"id", "sessionId", "role", "content", "metadata", "timestamp"})


def parse_message(document: object, path: str = "message") -> Message:
    """Read a Message document; all but its metadata is required.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(document, path, MESSAGE_FIELDS)
    return Message(
        id=MessageId(fields.id("id")),
        session_id=SessionId(fields.id("sessionId")),
        role=fields.word("role", MessageRole),
        content=fields.text("content", most=LONGEST_MESSAGE),
        metadata=fields.mapping("metadata") if fields.has("metadata") else None,
        timestamp=fields.instant("timestamp"),
    )


Entity = User | EventSession | Message


def parse_app_document(place: Place, fields: Mapping[str, Any]) -> Entity:
    """Read a document: fields that gatherly does not know are an app's own and left alone.

    The id is the document's name; where `id` (or a message's `sessionId`) is given, it is the same.

    Raises:
        InputError: a field is missing or wrong, or names another document.
    """
    match place.collection:
        case Collection.USERS:
            return parse_user(_known(place, fields, USER_FIELDS, {"id": place.id}), str(place))
        case Collection.SESSIONS:
            return parse_session(_known(place, fields, SESSION_FIELDS, {"id": place.id}), str(place))
    names = {"id": place.id, "sessionId": str(place.session)}
    return parse_message(_known(place, fields, MESSAGE_FIELDS, names), str(place))


def _known(
    place: Place, fields: Mapping[str, Any], known: frozenset[str], names: Mapping[str, str]
) -> dict[str, Any]:
    for key, name in names.items():
        if fields.get(key, name) != name:
            raise InputError(f"{place}.{key} is {fields[key]!r}", f"Write {name!r}, or leave it out")
    return {**{key: value for key, value in fields.items() if key in known}, **names}


def app_document(entity: Entity) -> dict[str, Any]:
    """Write a document as JSON; its times are texts."""
    if isinstance(entity, User):
        return user_document(entity)
    return session_document(entity) if isinstance(entity, EventSession) else message_document(entity)
