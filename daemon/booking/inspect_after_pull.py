"""After a pull: look into the bookings that what was read concerns."""

from functools import partial

from daemon.booking.watch import WatchJob
from daemon.runtime.guard import Guard
from engine.ids import EventUid, Href, UserId
from engine.model.calendar import SyncPlan
from engine.model.set_aside import Item, Work


class InspectAfterPull:
    """Hands what a pull stored to the watch over bookings; idle until there is one.

    The watch needs the fresh look, and the fresh look needs the pull: `watch` closes the ring.
    """

    watch: WatchJob | None = None

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __call__(self, user: UserId, plan: SyncPlan) -> None:
        """Find the confirmed bookings that a change touches, and look at their copies."""
        if self.watch is None:
            return
        names: list[EventUid | Href] = [*(item.uid for item in plan.upserts), *plan.deletes]
        foreign = [span.span for spans in plan.busy.values() for span in spans if not span.ours]
        for session in sorted(self.watch.touched(user, names, foreign)):
            item = Item(step=Work.INSPECT, name=session, session=session)
            self._guard.run(item, partial(self.watch.inspect, session))
