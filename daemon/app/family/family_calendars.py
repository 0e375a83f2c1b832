"""Calendars of gatherly's own: listed, made, changed, and taken away while nothing lies in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from daemon.app.family.desk import Family
from daemon.native_events import native_calendars
from engine.bounds import LATEST, LONGEST_SHORT_ID
from engine.documents.family import calendar_document
from engine.errors import InputError, NotAllowedError
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.calendar import NATIVE, NOBODY, Calendar, CalendarType, May, Member, Visibility
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Transaction
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What is asked of a calendar; None leaves a thing as it is."""

    name: str | None = None
    type: CalendarType | None = None
    owner: str | None = None
    members: Mapping[str, May] | None = None
    visibility: Visibility | None = None
    mirror: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCalendars(Family):
    """Takes what people ask of calendars; `configured` are those that the files describe."""

    configured: Collection[str] = ()

    def listed(self) -> list[dict[str, Any]]:
        """Give those that whoever asks may know of."""
        with self.store.reading() as tx:
            return [calendar_document(one) for one in self.calendars(tx)]

    def show(self, name: str) -> dict[str, Any]:
        """Give one.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return calendar_document(self.calendar(tx, name))

    def make(self, name: str, change: CalendarChange) -> dict[str, Any]:
        """Make one.

        Raises:
            InputError: the name is taken, or it cannot be so.
            NotAllowedError: it would be another's, or everybody's.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            key = CalendarKey(NATIVE, RemoteCalendarId(_checked(name)))
            if any(one.key == key for one in native_calendars(tx)):
                raise InputError(f"There is a calendar {name!r} already", "Choose another id")
            owner = self.principal.user or NOBODY
            bare = Calendar(key=key, user_id=owner, name=name, read=False, read_only=False)
            made = self._changed(tx, bare, change)
            tx.calendars.apply(SyncPlan(calendar=made, based_on=0))
            self.log(tx, "create", "calendar", name, None, calendar_document(made))
            return calendar_document(made)

        return self.changing(do, f"The calendar {name}")

    def edit(self, name: str, change: CalendarChange) -> dict[str, Any]:
        """Change one.

        Raises:
            NotAllowedError: it is another's.
            InputError: it stands in the files, or cannot be so.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            before = self._mine(tx, name)
            after = self._changed(tx, before, change)
            tx.calendars.apply(SyncPlan(calendar=after, based_on=before.version))
            self.log(tx, "update", "calendar", name, calendar_document(before), calendar_document(after))
            return calendar_document(after)

        return self.changing(do, f"The calendar {name}")

    def remove(self, name: str) -> None:
        """Take one away in which nothing lies.

        Raises:
            InputError: something does; events are kept for ever.
        """

        def do(tx: Transaction, now: Instant) -> None:
            before = self._mine(tx, name)
            if tx.repositories.events.candidates(before.key, Span(0, LATEST)):
                raise InputError("The calendar holds events, which are kept", "Leave it as it is")
            tx.calendars.forget(before.key)
            self.log(tx, "delete", "calendar", name, calendar_document(before), None)

        self.changing(do, f"The calendar {name}")

    def _mine(self, tx: Transaction, name: str) -> Calendar:
        found = self.calendar(tx, name)
        if name in self.configured:
            raise InputError(f"The calendar {name!r} stands in the configuration", "Change it there")
        if self.is_users and found.user_id != self.principal.user:
            raise NotAllowedError("Only its owner may change a calendar", "Ask them")
        return found

    def _changed(self, tx: Transaction, before: Calendar, change: CalendarChange) -> Calendar:
        owner = before.user_id if change.owner is None else self.user(tx, change.owner).id
        kind = change.type or before.type
        owner = NOBODY if kind is CalendarType.FAMILY else owner
        if kind is not CalendarType.FAMILY and not owner:
            raise InputError(f"A {kind} calendar needs an owner", "Name ownerId")
        if self.is_users and owner != self.principal.user:
            raise NotAllowedError("You may make calendars of your own", "Ask an operator for others")
        members = before.members
        if change.members is not None:
            members = tuple(Member(self.user(tx, one).id, may) for one, may in change.members.items())
        mirror = before.mirror if change.mirror is None else ConnectorName(change.mirror) or None
        if mirror is not None and mirror != before.mirror:
            self._must_mirror(tx, mirror, owner)
        return replace(
            before,
            user_id=UserId(owner),
            name=change.name or before.name,
            type=kind,
            members=members,
            visibility=change.visibility or before.visibility,
            mirror=mirror,
        )

    def _must_mirror(self, tx: Transaction, mirror: ConnectorName, owner: UserId) -> None:
        account = tx.calendars.account(mirror)
        if account is None or (self.is_users and account.user_id != owner):
            raise InputError(f"There is no connector {mirror!r}", "Name one of the calendar's owner")


def _checked(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_SHORT_ID or "/" in name:
        raise InputError(f"{name!r} is no id for a calendar", "Write 1 to 100 characters without a slash")
    return name
