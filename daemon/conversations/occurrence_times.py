"""Other times for one occurrence of a booked series, on its own day."""

from dataclasses import replace
from datetime import date, datetime, time

from daemon import knowledge
from daemon.knowledge import KnowledgePolicy
from engine.find.backends import Bitmaps
from engine.model.session import EventSession, Occurrence, SessionStatus
from engine.ports.store import Transaction
from engine.sessions import series_changes
from engine.time.local_time import zone_info
from engine.time.span import DAY, HOUR, Instant, Span


def others_that_day(
    tx: Transaction, policy: KnowledgePolicy, session: EventSession, one: Occurrence, day: date, now: Instant
) -> list[Instant]:
    """Give the other times of a day of the host's that suit everybody who must come, the nearest first.

    Of two equally near the earlier; none where somebody's time is not known.
    """
    host = tx.users.get(session.host_user_id)
    zone = zone_info(session.clock_zone("UTC" if host is None else host.timezone))
    at = one.takes_place or one.start
    begins = int(datetime.combine(day, time(), zone).timestamp())
    before, after = series_changes.neighbours(session, one)
    window = Span(max(begins, before, now), max(max(begins, before, now), min(begins + DAY + HOUR, after)))
    if window.seconds <= 0:
        return []
    single = replace(session, recurrence=None, search=window, status=SessionStatus.PENDING, rejected_slots=())
    gathered = knowledge.for_session(tx, policy, single, now)
    if gathered.known and any(gathered.known[user].taken is None for user in session.required_ids):
        return []
    others = (
        start
        for start in Bitmaps().candidates(gathered.request)
        if start != at and datetime.fromtimestamp(start, zone).date() == day
    )
    return sorted(others, key=lambda start: (abs(start - at), start))
