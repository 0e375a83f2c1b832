"""Every key of a session's metadata that means something here, and who may write it; others are an app's own.

| keys | written by | read by |
|---|---|---|
| `extractedEntities` | an app (F0) | the announcement of proposals |
| `reason` | whoever calls the session off, the app included | everybody |
| `failureReason`, `suggestions`, `blockers`, `relaxations` | the search that found nothing (F0) | apps |
| `preferredTimes` | a message of the host | the ranking of proposals |
| all others | `engine.documents.session_record`, from the session's record | apps |
"""

from enum import StrEnum


class Key(StrEnum):
    """A key of a session's metadata."""

    EXTRACTED_ENTITIES = "extractedEntities"
    REASON = "reason"
    FAILURE_REASON = "failureReason"
    SUGGESTIONS = "suggestions"
    BLOCKERS = "blockers"
    RELAXATIONS = "relaxations"
    HISTORY = "history"
    WAITING_FOR = "waitingFor"
    NOT_BOOKED = "notBooked"
    FAILED_BOOKINGS = "failedBookings"
    CONFLICTS = "conflicts"
    CHANGE_REQUESTS = "changeRequests"
    RELAXED = "relaxed"
    FRESH = "fresh"
    ROUND = "round"
    PREFERRED_TIMES = "preferredTimes"
    INVITATION = "invitation"
    OWN_CHANGES = "ownChanges"
    LEFT = "seriesLeft"
    ZONE = "seriesZone"


OURS = frozenset(Key) - {Key.EXTRACTED_ENTITIES}
"""What is never taken from an app, but for the reason of a session that it calls off."""


class MessageKey(StrEnum):
    """A key of a message's metadata that gatherly writes: see `engine.booking.outbox.not_booked`."""

    NOT_BOOKED = "notBooked"
    EPOCH = "epoch"
    USER_ID = "userId"
    """Who said it."""
