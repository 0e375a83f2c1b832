"""What answers of a search hold, as types: what was found, or what stands against it."""

from daemon.http.answers.document import Document, Time
from daemon.http.answers.sessions import TimeSlot
from engine.find.answer import BlockCode
from engine.model.session import SessionStatus


class Blocker(Document):
    """One thing that stands against times; `user` is null where it is the session's own."""

    code: BlockCode
    user: str | None


class Share(Blocker):
    """The same, with the share of the window that it blocks."""

    share: float


class Relaxation(Document):
    """One change that was tried and helps."""

    change: str
    code: str
    slots: int
    first: Time


class Failure(Document):
    """Why nothing was found, and what would help."""

    failureReason: str
    suggestions: list[str]
    blockers: list[Share]
    relaxations: list[Relaxation]


class Found(Document):
    """What a search found; `starts` where all were asked for."""

    status: SessionStatus
    proposedTimes: list[TimeSlot]
    starts: list[Time] = []
    failure: Failure | None


class WhyNot(Document):
    """What stands against one time of a session."""

    start: Time
    offered: bool
    blockers: list[Blocker]
