"""What is set aside: one item whose trouble is its own, until it is tried again or somebody frees it."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from engine.ids import CalendarKey, SessionId, UserId
from engine.time.span import HOUR, MINUTE, Instant

NOBODYS = UserId("gatherly")
"""Whose an item is that belongs to no user: its reason is sealed all the same."""
FIRST_WAIT = MINUTE
LONGEST_WAIT = HOUR
NEVER = 2**32
"""When something is tried again that is let be until it changes."""


class Work(StrEnum):
    """A kind of work that is done item by item, each by itself.

    `EVENT` and `DOCUMENT` are what a calendar and an app's document remember of themselves: of these only
    what somebody has let be is kept as `SetAside`.
    """

    READ = "read"
    HEALTH = "health"
    RELATE = "relate"
    REFRESH = "refresh"
    LIST = "list"
    PROPOSE = "propose"
    EXPIRE = "expire"
    BOOK = "book"
    INSPECT = "inspect"
    DELETE = "delete"
    TELL = "tell"
    DISPATCH = "dispatch"
    TAKE = "take"
    SEND = "send"
    FETCH = "fetch"
    SWEEP = "sweep"
    MIRROR = "mirror"
    CALL = "call"
    EVENT = "event"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that work is done on; `name` is a connector, a session, a document or an entry.

    `mark` is the version of it that the work is about; without one a session's own counts.
    """

    step: Work
    name: str
    session: SessionId | None = None
    user: UserId | None = None
    mark: str | None = None

    @property
    def id(self) -> str:
        """A short name that is the same each time it is set aside."""
        return short_id(self.step, self.name)


def short_id(kind: str, name: str) -> str:
    """Name anything that can be set aside in 12 letters and digits."""
    return sha256(f"{kind}|{name}".encode(errors="surrogatepass")).hexdigest()[:12]


def event_id(calendar: CalendarKey, uid: str) -> str:
    """Name an event of a calendar that cannot be understood."""
    return short_id(Work.EVENT, f"{calendar} {uid}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An item that met trouble; `mark` tells the version in which it did, so that a change is seen.

    It is tried again at `next_at`, or at once when it has changed. One that is `forgotten` is let be, and
    not spoken of, until then. The reason lies sealed for its user.
    """

    id: str
    user_id: UserId
    step: Work
    name: str
    session_id: SessionId | None = None
    reason: str = field(repr=False)
    mark: str = ""
    since: Instant
    attempts: int = 1
    next_at: Instant
    forgotten: bool = False
    version: int = 0

    def waits(self, now: Instant, mark: str) -> bool:
        """Tell whether it is to be left alone now."""
        return now < self.next_at and mark == self.mark


def wait_after(attempts: int) -> int:
    """Give the seconds until the next try: a minute at first, twice as long each time, an hour at most."""
    return min(LONGEST_WAIT, FIRST_WAIT << min(attempts - 1, 10))
