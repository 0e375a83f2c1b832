"""The hour that a clock repeats: a rule names its first round alone (RFC 5545 section 3.3.5)."""

from datetime import tzinfo

from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft
from engine.time.instant import to_datetime


def refuse_repeated_hour(draft: EventDraft, zone: tzinfo | None) -> None:
    """Refuse a series whose first instance touches the second of two equal hours: no rule can say it.

    Raises:
        WriteRefusedError: it does.
    """
    if draft.recurrence is None or zone is None or draft.all_day:
        return
    if any(to_datetime(at).astimezone(zone).fold for at in (draft.span.start, draft.span.end)):
        raise WriteRefusedError(
            "a series cannot begin in an hour that the clock repeats",
            "Let it begin a week later",
            code="series",
        )
