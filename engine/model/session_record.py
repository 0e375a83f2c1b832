"""What gatherly remembers of a session beside F0's fields; no app can write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.ids import UserId
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True)
class Reopening:
    """When and why a session went back to looking for a time; `status` and `slot` are those it had."""

    at: Instant
    what: str
    status: str
    slot: Instant | None = None


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What somebody did to one occurrence of a series in their own calendar: where it lies, None = nowhere.

    `occurrence` is its start by the rule.
    """

    user: UserId
    occurrence: Instant
    at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """The session's part of what proposing and booking remember; decisions rest on the ledger.

    `waiting_for` says why, by those whose time is unknown; `not_booked` why the last accepted time was not
    booked, `failed_bookings` how many were not since one was. `conflicts` are foreign events on the booked
    time, in words; `change_requests` tells where attendees moved their copies to; `relaxed` are the codes of
    relaxations by which its search looks past something of a person, or a rule. What is `fresh` is ranked
    without habits. `round` counts how often what was proposed or booked was turned down: answers to an
    earlier round's proposals count no more. `invitation` is the link by which a stranger booked it.
    `own_changes` are what people did to single occurrences in their own calendars, and stay so there. Who has
    `left` a series comes no more from that start by the rule on; it keeps the clock of the `zone` that its
    host had when it was proposed.
    """

    history: tuple[Reopening, ...] = ()
    waiting_for: Mapping[str, str] = field(default_factory=dict)
    not_booked: str | None = None
    failed_bookings: int = 0
    fresh: bool = False
    conflicts: tuple[str, ...] = ()
    change_requests: Mapping[str, Span] = field(default_factory=dict)
    relaxed: tuple[str, ...] = ()
    round: int = 0
    invitation: str | None = None
    own_changes: tuple[OwnChange, ...] = ()
    left: Mapping[UserId, Instant] = field(default_factory=dict)
    zone: str | None = None

    def stays_away(self, user: UserId) -> frozenset[Instant]:
        """Give the occurrences of a series that somebody does not come to, by their starts by the rule."""
        return frozenset(one.occurrence for one in self.own_changes if one.user == user and one.at is None)
