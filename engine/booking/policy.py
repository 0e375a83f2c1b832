"""What is done when somebody else changes what was booked (docs/ledger.md section 8)."""

from dataclasses import dataclass
from enum import StrEnum


class OnMoved(StrEnum):
    """An attendee moved their copy: say so, move the booking after it, or look for another time."""

    FLAG = "flag"
    FOLLOW = "follow"
    REOPEN = "reopen"


class OnDeleted(StrEnum):
    """A required attendee deleted their copy: look for another time, or say so."""

    REOPEN = "reopen"
    FLAG = "flag"


class OnForeign(StrEnum):
    """A foreign event came to lie on the booked time: say so, or take the booking back."""

    FLAG = "flag"
    ABORT = "abort"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The `[booking]` table of the configuration."""

    on_moved: OnMoved = OnMoved.FLAG
    on_deleted: OnDeleted = OnDeleted.REOPEN
    on_foreign: OnForeign = OnForeign.FLAG
