"""Everything that is asked of Firestore, in one place: the index file is checked against it."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.app_document import Collection
from engine.model.session import SessionStatus
from engine.time.instant import to_datetime
from engine.time.span import DAY, Instant

ALIVE = [SessionStatus.PENDING.value, SessionStatus.SCHEDULED.value]
"""What can still change; whatever leaves these is looked at once more."""

RECENT = 8 * DAY
"""How far back messages are looked for: longer than a session waits for an answer."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: a field, one of Firestore's operators, a value."""

    field: str
    operator: str
    value: list[str] | datetime


@dataclass(frozen=True, slots=True)
class Question:
    """One query; `everywhere` asks all collections of that name, below whatever document."""

    collection: Collection
    filters: tuple[Filter, ...] = ()
    everywhere: bool = False

    @property
    def whole(self) -> bool:
        """Whether a document that it no longer gives has changed; older messages just grow out of it."""
        return self.collection is not Collection.MESSAGES


def questions(now: Instant) -> tuple[Question, ...]:
    """Give the queries that show every live document that apps may change."""
    since = to_datetime(now - RECENT)
    return (
        Question(Collection.USERS),
        Question(Collection.SESSIONS, (Filter("status", "in", ALIVE),)),
        Question(Collection.MESSAGES, (Filter("timestamp", ">=", since),), everywhere=True),
    )
