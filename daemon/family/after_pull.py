"""What a read of somebody's calendar means for the family's events: what collides with it is found."""

import structlog

from daemon.family.finding import look_at_people
from daemon.knowledge import KnowledgePolicy
from daemon.native_events import native_calendars
from engine.ids import UserId
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.time.span import DAY, Span
from engine.trouble import Trouble, attempt

_LOG = structlog.get_logger("gatherly")
_LONGEST_AHEAD = 180 * DAY


def look_after_pull(
    store: Store, clock: Clock, policy: KnowledgePolicy, user: UserId, plan: SyncPlan
) -> None:
    """Look at somebody's events of the days that a read has changed; without calendars of our own at none."""
    with store.reading() as tx:
        if not native_calendars(tx):
            return
    spans = [one.span for each in plan.busy.values() for one in each] + [one.span for one in plan.more_busy]
    now = clock.now()
    if not spans and not plan.deletes:
        return
    ahead = Span(now, now + _LONGEST_AHEAD)
    starts, ends = [one.start for one in spans], [one.end for one in spans]
    window = ahead if plan.deletes else Span(min(starts), max(ends)).clip(ahead)
    if window is None:
        return

    def once() -> None:
        with store.writing() as tx:
            look_at_people(tx, policy, [user], window, "calendar.read", now)

    looked = attempt(lambda: retry_stale(once, "The family's conflicts"))
    if isinstance(looked, Trouble):
        if looked.is_the_stores:
            raise looked.raised
        _LOG.warning("conflicts.unseen", error=looked.line)
