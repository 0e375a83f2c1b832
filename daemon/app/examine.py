"""What `fsck` finds: whether the ledger's invariants hold against the store and the calendars."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from daemon.booking.dependencies import BookDeps
from daemon.booking.ledger_snapshot import read_ledger_snapshot, unread_that_matter
from engine.booking.checks.invariants import violations
from engine.booking.checks.ledger_snapshot import Violation
from engine.ids import CalendarKey


@dataclass(frozen=True, slots=True)
class Examined:
    """What is broken, and the calendars that nobody could look into, with the reason."""

    violations: list[Violation] = field(default_factory=list)
    unread: Mapping[CalendarKey, str] = field(default_factory=dict)
    bookings: int = 0
    """How many were compared."""

    @property
    def ok(self) -> bool:
        """Whether everything was read, and holds."""
        return not self.violations and not self.unread

    def document(self) -> dict[str, Any]:
        """Give it as `fsck --json` writes it."""
        unread = [
            {"connector": key.connector, "calendar": key.calendar, "reason": why}
            for key, why in self.unread.items()
        ]
        return {"ok": self.ok, "violations": [_entry(each) for each in self.violations], "unread": unread}


def _entry(violation: Violation) -> dict[str, Any]:
    return {
        "invariant": violation.invariant,
        "what": violation.what,
        "session": violation.session,
        "calendar": str(violation.calendar) if violation.calendar else None,
        "event": violation.event,
    }


def check(deps: BookDeps) -> list[Violation]:
    """Give what is broken, as far as the calendars could be read."""
    return examine(deps).violations


def examine(deps: BookDeps, say: Callable[[str], object] = lambda _: None) -> Examined:
    """Check twice where something is found: what a daemon at work is about to put right does not count.

    `say` hears what begins.
    """
    ledger = read_ledger_snapshot(deps, say)
    found, unread = violations(ledger), unread_that_matter(deps, ledger)
    if not found:
        return Examined([], unread, len(ledger.accounts))
    say("looking again at what was found")
    ledger = read_ledger_snapshot(deps, say)
    again = set(violations(ledger))
    left = [each for each in found if each in again]
    return Examined(left, unread_that_matter(deps, ledger), len(ledger.accounts))
