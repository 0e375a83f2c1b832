"""An owner's change of a copy, seen when their calendar was read: taken back into the event, and told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial

from daemon.app.family.desk import Family
from daemon.app.family.taking_back import TakingBack, can_be
from daemon.app.principal import Principal, Role
from daemon.family.copies import copy_of, with_copy
from daemon.native_events import participants_of
from daemon.runtime.guard import Guard
from daemon.sync.source import Source
from engine.booking.ids import could_be_ours
from engine.booking.policy import OnMoved
from engine.errors import SourceIncompleteError
from engine.family.copy_edits import (
    CopyEdit,
    InstanceEdit,
    edit_of,
    instance_edits,
    taken_back,
)
from engine.ids import ConnectorName, EventId, UserId
from engine.model.booking import Observed, ObservedInstance
from engine.model.calendar_object import SyncPlan
from engine.model.event import CalendarEvent, EventStatus
from engine.model.set_aside import Item, Work
from engine.ports.store import Transaction
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant

_ICS = ".ics"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersEdits(Family):
    """Looks at copies that a read has found changed or gone; `sources` are where they lie."""

    sources: Mapping[ConnectorName, Source]
    on_moved: OnMoved = OnMoved.FLAG

    def look_after_pull(self, guard: Guard, user: UserId, plan: SyncPlan) -> None:
        """Look at the copies that a read was about, each by itself."""
        etags = {one.uid.removesuffix(_ICS): one.etag for one in plan.upserts}
        names = {*etags, *(one.removesuffix(_ICS) for one in plan.deletes)}
        ours = {EventId(one) for one in names if could_be_ours(one, self.store.install)}
        if not ours:
            return
        with self.store.reading() as tx:
            copies = tx.repositories.events.mirrored_as(ours)
        for remote, event in sorted(copies.items()):
            item = Item(step=Work.MIRROR, name=f"{event} {plan.calendar.key.connector}", user=user)
            guard.run(item, partial(self._look, event, etags.get(remote), remote in etags, user, plan))

    def _look(self, name: str, etag: str | None, there: bool, user: UserId, plan: SyncPlan) -> None:
        """Look at one copy; one that is `there` and cannot be read was not deleted by anybody."""
        with self.store.reading() as tx:
            event = tx.repositories.events.get(name)
        copy = None if event is None else copy_of(event)
        if event is None or copy is None or event.mirror_id is None or event.mirror_due is not None:
            return
        key = plan.calendar.key
        if (copy.connector, copy.calendar) != (key.connector, key.calendar) or copy.removed:
            return
        source = self.sources.get(copy.connector)
        if source is None or (there and etag is not None and etag == copy.etag):
            return
        found = source.connector.read(copy.calendar, event.mirror_id)
        if found is None and there:
            raise SourceIncompleteError(f"the copy of event {name} is there and cannot be read")
        same = found is not None and found.etag is not None and found.etag == copy.etag
        if same and not (found and found.instances):
            return
        owner = self.asked_by(Principal(Role.OPERATOR, user), {"copy": key.connector})
        owner.changing(lambda tx, now: owner.take_back(tx, event, found, now), "The event")

    def take_back(
        self, tx: Transaction, seen: CalendarEvent, found: Observed | None, now: Instant
    ) -> CopyEdit | None:
        """Do what the policy says of a copy as it was found; a change of the event meanwhile goes first."""
        event = tx.repositories.events.get(seen.id)
        if event is None or event.version != seen.version or event.status is not EventStatus.CONFIRMED:
            return None
        edit = edit_of(event, found, self.store.install)
        event = self._seen(tx, event, found, edit)
        if edit is not None and not self._followed(tx, event, edit, now):
            self._flag(tx, event, edit.words, f"{edit.words} their copy of {event.title}", now)
            if edit.deleted or (edit.span, edit.rule) != (None, None):
                return edit
        if found is not None and found.instances:
            self._take_back_instances(tx, event.id, found.instances, now)
        return edit

    def _seen(
        self, tx: Transaction, event: CalendarEvent, found: Observed | None, edit: CopyEdit | None
    ) -> CalendarEvent:
        """Remember which version was looked at, so that the same is no news."""
        copy = copy_of(event)
        if copy is None:
            return event
        gone = edit is not None and edit.deleted
        after = replace(copy, etag=None if gone or found is None else found.etag, removed=gone)
        return event if after == copy else tx.repositories.events.put(with_copy(event, after))

    def _take_back_instances(
        self, tx: Transaction, name: str, found: Iterable[ObservedInstance], now: Instant
    ) -> None:
        """Take back what was done to single instances; what stands all the same is told once."""
        series = tx.repositories.events.get(name)
        if series is None or series.recurrence_rule is None or series.status is not EventStatus.CONFIRMED:
            return
        known = {one.original_start_time for one in tx.repositories.events.exceptions(name)}
        copy = copy_of(series)
        told = frozenset(() if copy is None else copy.told.split())
        stands = []
        for one in instance_edits(series, found, {at for at in known if at is not None}):
            if self._followed(tx, series, one.edit, now, one):
                continue
            stands.append(one.name)
            if one.name not in told:
                self._flag_instance(tx, series, one, now)
        latest = tx.repositories.events.get(name)
        copy = None if latest is None else copy_of(latest)
        if latest is not None and copy is not None and copy.told != " ".join(stands):
            tx.repositories.events.put(with_copy(latest, replace(copy, told=" ".join(stands))))

    def _followed(
        self,
        tx: Transaction,
        event: CalendarEvent,
        edit: CopyEdit,
        now: Instant,
        one: InstanceEdit | None = None,
    ) -> bool:
        """Change the event, or instances of it, where the policy says so and it can be; tells whether."""
        done = taken_back(edit, self.on_moved)
        if done is None or not can_be(event, done, now):
            return False
        steps = TakingBack(**{one.name: getattr(self, one.name) for one in fields(Family)})
        if one is not None and one.from_then_on:
            return steps.from_then_on(tx, event, one.original, done, now)
        if one is not None:
            event = steps.exception_at(tx, event, one.original, now)
        return steps.take_back(tx, event, done, now)

    def _flag_instance(self, tx: Transaction, series: CalendarEvent, one: InstanceEdit, now: Instant) -> None:
        day = to_datetime(one.original).astimezone(zone_info(series.zone or "UTC")).date()
        when = f"{day} and after" if one.from_then_on else str(day)
        words = f"{one.edit.words} {series.title} of {when} in their copy"
        self._flag(tx, series, f"{one.edit.words} on {when}", words, now)

    def overwritten(self, event: CalendarEvent, user: UserId, edit: CopyEdit) -> None:
        """Tell everybody, its owner too, that their change of a copy gave way to a change of the event."""
        owner = self.asked_by(Principal(Role.OPERATOR), {"copy": str(event.calendar)})

        def tell(tx: Transaction, now: Instant) -> None:
            people = {one.user_id for one in participants_of(tx, [event])[event.id]} | {
                event.created_by,
                user,
            }
            known = tx.users.get(user)
            self.log(tx, "copy", "event", event.id, None, {"copy": f"{edit.words}, and written over"})
            who = "Somebody" if known is None else known.name
            message = (
                f"{who} {edit.words} their copy of {event.title} while the event itself was changed; "
                "the copy is as the event is now"
            )
            title = f"{event.title}: its copy was {edit.words}, and written over"
            owner.notify(tx, people, event, "copy", title, message, now)

        owner.changing(tell, "The event")

    def _flag(self, tx: Transaction, event: CalendarEvent, done: str, words: str, now: Instant) -> None:
        """Let the event stand, and tell everybody what was done to the copy."""
        people = {one.user_id for one in participants_of(tx, [event])[event.id]} | {event.created_by}
        self.log(tx, "copy", "event", event.id, None, {"copy": done})
        owner = None if self.principal.user is None else tx.users.get(self.principal.user)
        who = "Somebody" if owner is None else owner.name
        message = f"{who} {words}; the event stands as it was"
        self.notify(tx, people, event, "copy", f"{event.title}: its copy was {done}", message, now)
