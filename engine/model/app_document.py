"""The live documents outside (F0): where each lies, and what is remembered of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.errors import InputError
from engine.ids import MessageId, SessionId, UserId
from engine.time.span import Instant


class Collection(StrEnum):
    """F0's three collections; messages lie below their session."""

    USERS = "users"
    SESSIONS = "eventSessions"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Place:
    """One document's place: `users/ID`, `eventSessions/ID` or `eventSessions/ID/messages/ID`."""

    collection: Collection
    id: str
    session: SessionId | None = None

    def __str__(self) -> str:
        if self.session is None:
            return f"{self.collection}/{self.id}"
        return f"{Collection.SESSIONS}/{self.session}/{self.collection}/{self.id}"

    @classmethod
    def of(cls, path: str) -> "Place":
        """Read a path of ours.

        Raises:
            ValueError: it is no path of a live document.
        """
        place = cls.found(path)
        if place is None:
            raise ValueError(f"{path} is no live document")
        return place

    @classmethod
    def found(cls, path: str) -> "Place | None":
        """Read any path; None where it leads to somebody else's document."""
        match path.split("/"):
            case [Collection.USERS | Collection.SESSIONS as name, id_]:
                return cls(Collection(name), id_)
            case [Collection.SESSIONS, session, Collection.MESSAGES, id_]:
                return cls(Collection.MESSAGES, id_, SessionId(session))
        return None


def user_place(user: UserId) -> Place:
    """Give where a user lies.

    Raises:
        InputError: the id cannot name a document.
    """
    return Place(Collection.USERS, _checked(user))


def session_place(session: SessionId) -> Place:
    """Give where a session lies.

    Raises:
        InputError: the id cannot name a document.
    """
    return Place(Collection.SESSIONS, _checked(session))


def message_place(session: SessionId, message: MessageId) -> Place:
    """Give where a message lies.

    Raises:
        InputError: an id cannot name a document.
    """
    return Place(Collection.MESSAGES, _checked(message), SessionId(_checked(session)))


def _checked(name: str) -> str:
    if "/" in name or name in (".", "..") or (name.startswith("__") and name.endswith("__")):
        raise InputError(
            f"The id {name!r} cannot name a document in Firestore",
            "Give it an id without slashes that is neither . nor .. nor like __this__",
        )
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDocument:
    """What is remembered of one document outside.

    `known` are the digests of the fields (`engine.app_documents.fields`) as both sides last agreed on them,
    `sending`
    all that were sent since, by field, whether or not they arrived, `update_time` the server's stamp of the
    agreed state (None before the first). `mark` numbers what is to be written, 0 where nothing is. A document
    that is `gone` was removed by an app and is never written again. `problem` says why what an app wrote
    cannot be read.
    """

    place: Place
    known: Mapping[str, str] | None = None
    sending: Mapping[str, Sequence[str]] = field(default_factory=dict)
    update_time: str | None = None
    mark: int = 0
    attempts: int = 0
    next_at: Instant = 0
    last_error: str | None = None
    gone: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document as it lay outside, in the words of JSON; `fields` is None where there was none.

    `stamp` is the server's time of this version, or of the look that found nothing. Stamps sort as the times
    do, so that whoever was slow to hand one on brings nothing back that is over.
    """

    place: Place
    fields: Mapping[str, Any] | None
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerStatus:
    """Whether changes are heard as they happen; `since` when that began, `trouble` why it is not so.

    `polled_at` is when all documents were last looked at instead.
    """

    listening: bool
    since: Instant | None = None
    polled_at: Instant | None = None
    trouble: str | None = None
