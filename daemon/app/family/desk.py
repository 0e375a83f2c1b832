"""Who asks of the family's calendar, and what every use case of it does around its own part.

A change, what it collides with, whom it wakes and tells, and its line in the log are one transaction.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

from daemon.app.principal import OPERATOR, Principal, Role
from daemon.family.copies import plan_copy
from daemon.family.finding import look
from daemon.knowledge import KnowledgePolicy
from daemon.native_events import native_calendars, participants_of
from engine.documents.family import audited
from engine.errors import NotAllowedError, UnknownThingError
from engine.family.access import is_there_for, may_see, may_write
from engine.ids import CalendarKey, RemoteCalendarId, UserId
from engine.model.booking import AuditEntry
from engine.model.calendar import NATIVE, Calendar
from engine.model.event import CalendarEvent
from engine.model.user import Role as FamilyRole
from engine.model.user import User
from engine.notices.event_notices import event_notice
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.sessions.session_options import user_named
from engine.stale import retry_stale
from engine.time.span import Instant

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What every use case needs; `default_calendars` by user; `origin` is how it was asked, for the log.

    `usual_reminders` are minutes, as the files have them. `resolves_itself` says that what is flexible is
    moved without being asked.
    """

    store: Store
    clock: Clock
    randomness: Randomness
    policy: KnowledgePolicy
    principal: Principal = OPERATOR
    default_calendars: Mapping[UserId, str] = field(default_factory=dict)
    usual_reminders: Mapping[UserId, tuple[int, ...]] = field(default_factory=dict)
    resolves_itself: bool = False
    origin: Mapping[str, Any] = field(default_factory=dict)

    def asked_by(self, principal: Principal, origin: Mapping[str, Any] | None = None) -> Self:
        """Give the same for another who asks, and from where."""
        return replace(self, principal=principal, origin=origin or {})

    def changing(self, change: Callable[[Transaction, Instant], Result], what: str) -> Result:
        """Do a change in one transaction; anew where somebody else was quicker."""

        def once() -> Result:
            with self.store.writing() as tx:
                return change(tx, self.clock.now())

        return retry_stale(once, what)

    def user(self, tx: Transaction, name: str) -> User:
        """Find a user by id, address or name.

        Raises:
            UnknownThingError: nobody is called so.
        """
        users = {one.id: one for one in tx.users.all()}
        return users[user_named(name, users)]

    def calendars(self, tx: Transaction) -> list[Calendar]:
        """Give the calendars that whoever asks may know of, by name."""
        me = self.principal.user if self.is_users else None
        return [one for one in native_calendars(tx) if me is None or is_there_for(one, me)]

    def calendar(self, tx: Transaction, name: str) -> Calendar:
        """Find one of gatherly's own calendars.

        Raises:
            UnknownThingError: there is none, or not for whoever asks.
        """
        found = tx.calendars.get(CalendarKey(NATIVE, RemoteCalendarId(name)))
        if found is None or (self.is_users and not is_there_for(found, self._me)):
            known = ", ".join(one.key.calendar for one in self.calendars(tx)) or "there are none yet"
            raise UnknownThingError(f"There is no calendar {name!r}", f"Gatherly's own: {known}")
        return found

    def calendar_of(self, tx: Transaction, key: CalendarKey) -> Calendar:
        """Give the calendar of an event."""
        return self.calendar(tx, key.calendar)

    def sees(self, calendar: Calendar) -> bool:
        """Whether whoever asks sees its words."""
        return not self.is_users or may_see(calendar, self._me)

    def must_write(self, calendar: Calendar) -> None:
        """Let those alone change a calendar who may.

        Raises:
            NotAllowedError: whoever asks may not.
        """
        if self.is_users and not may_write(calendar, self._me):
            raise NotAllowedError(f"You may not change the calendar {calendar.name!r}", "Ask its owner")

    def must_decide(self, tx: Transaction, required: Iterable[UserId]) -> None:
        """Let a parent, or an operator, decide on the time of what a child must be at.

        Raises:
            NotAllowedError: there are parents, and another asks.
        """
        if not self.is_users:
            return
        children = [one.id for one in tx.users.some(set(required)) if one.role is FamilyRole.CHILD]
        if not children:
            return
        parents = {one.id for one in tx.users.all() if one.role is FamilyRole.PARENT}
        if parents and self._me not in parents:
            raise NotAllowedError(f"{', '.join(children)} is a child", "A parent has to decide on this")

    @property
    def is_users(self) -> bool:
        """Whether a user asks, who sees what is theirs."""
        return self.principal.role is Role.USER

    @property
    def _me(self) -> UserId:
        return self.principal.user or UserId("")

    def event(self, tx: Transaction, name: str) -> CalendarEvent:
        """Find an event by its id; the id of an instance names its series.

        Raises:
            UnknownThingError: there is none, or not for whoever asks.
        """
        found = tx.repositories.events.get(name) or tx.repositories.events.get(name.partition("/")[0])
        if found is not None:
            calendar = tx.calendars.get(found.calendar)
            if calendar is not None and (not self.is_users or is_there_for(calendar, self._me)):
                return found
        raise UnknownThingError(f"There is no event {name!r}", "`gatherly event list` shows them")

    def after(
        self,
        tx: Transaction,
        action: str,
        before: CalendarEvent | None,
        event: CalendarEvent,
        now: Instant,
        people: Collection[UserId] = (),
        gone: Collection[str] = (),
        *,
        told: bool = True,
    ) -> None:
        """Do what follows a change of an event: the log, conflicts, sessions that wait, and who is told.

        `people` took part before; those who do now are found. `gone` are exceptions of it that were deleted.
        Where many change at once, as by a file, nobody is `told` of each.
        """
        self.log(tx, action, "event", event.id, None if before is None else audited(before), audited(event))
        concerned = {one.user_id for one in participants_of(tx, [event])[event.id]} | set(people)
        look(tx, self.policy, [event.id, *gone], f"event.{action}", now)
        self.wake(tx, concerned, now)
        if told:
            self.tell(tx, concerned, event, action, now)
        plan_copy(tx, event, now)

    def wake(self, tx: Transaction, people: Iterable[UserId], now: Instant) -> None:
        """Have the sessions of people looked at: their time has changed."""
        for user in sorted(people):
            tx.wakes.add(tx.sessions.pending_with(user), now)

    def tell(
        self, tx: Transaction, people: Iterable[UserId], event: CalendarEvent, action: str, now: Instant
    ) -> None:
        """Tell those who take part, but for whoever did it."""
        words = _TOLD.get(action, "changed")
        message = f"{event.title} was {words} by {self.principal.actor}."
        self.notify(tx, people, event, action, f"{event.title}: {words}", message, now)

    def notify(
        self,
        tx: Transaction,
        people: Iterable[UserId],
        event: CalendarEvent,
        action: str,
        title: str,
        message: str,
        now: Instant,
    ) -> None:
        """Have each of some people told, but for whoever asks: by the ways that they have chosen."""
        told = (user for user in sorted(people) if user != self.principal.user)
        for user in told:
            if tx.users.get(user) is not None:
                about = {"event": event.id, "action": action, "title": title, "message": message}
                tx.outbox.add((event_notice(user, about, self.randomness.token(), now),))

    def log(
        self,
        tx: Transaction,
        action: str,
        kind: str,
        name: str,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> None:
        """Write a change down with its old and new values, where they differ (F4)."""
        old, new = dict(old or {}), dict(new or {})
        differ = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        details: dict[str, Any] = {
            "old": {key: old[key] for key in sorted(differ & old.keys())},
            "new": {key: new[key] for key in sorted(differ & new.keys())},
            **self.origin,
        }
        tx.audit.add(
            AuditEntry(
                at=self.clock.now(),
                actor=self.principal.actor,
                action=_ACTIONS.get(action, "update"),
                object_type=kind,
                object_id=name,
                details=details | ({} if action in _ACTIONS else {"by": action}),
                user_id=self.principal.user,
            )
        )


_ACTIONS = {"create": "create", "update": "update", "delete": "delete", "view": "view", "export": "export"}
"""F4's; what else happens to a thing is an update that says by what."""
_TOLD = {
    "create": "added",
    "cancel": "called off",
    "move": "moved",
    "confirm": "confirmed",
    "reopen": "proposed anew",
}
