"""The configuration's calendars and resources, carried into the store; what was retired stays retired."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from config.family import CalendarSettings, ResourceSettings
from config.settings import Settings
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.calendar import NATIVE, NOBODY, Calendar, Member
from engine.model.resource import Resource
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.ports.store import Store, Transaction


def sync_configured_family(store: Store, settings: Settings, now: Instant) -> None:
    """Put the configured calendars and resources into the store, where they are new or have changed.

    Those that are configured no longer stay: events are kept for ever, and resources are never deleted.
    """
    if not settings.calendars and not settings.resources:
        return
    with store.reading() as tx:
        if not _new_calendars(tx, settings) and not _new_resources(tx, settings, now):
            return
    from engine.model.calendar_object import SyncPlan  # most starts change nothing

    with store.writing() as tx:
        for calendar in _new_calendars(tx, settings):
            tx.calendars.apply(SyncPlan(calendar=calendar, based_on=calendar.version))
        for resource in _new_resources(tx, settings, now):
            tx.repositories.resources.put(resource)


def _new_calendars(tx: Transaction, settings: Settings) -> list[Calendar]:
    known = {one.key: one for one in tx.calendars.of_connector(NATIVE)} if settings.calendars else {}
    found = []
    for name, table in settings.calendars.items():
        key = CalendarKey(NATIVE, RemoteCalendarId(name))
        wanted = _calendar(key, name, table, settings, known.get(key))
        there = not wanted.user_id or tx.users.get(wanted.user_id) is not None
        if wanted != known.get(key) and there:  # whoever was erased gets no calendar anew
            found.append(wanted)
    return found


def _calendar(
    key: CalendarKey, name: str, table: CalendarSettings, settings: Settings, known: Calendar | None
) -> Calendar:
    def user(named: str) -> UserId:
        return UserId(settings.users[named].id or named)

    fresh = Calendar(key=key, user_id=NOBODY, name=name, read=False, read_only=False)
    return replace(
        known or fresh,
        user_id=NOBODY if table.owner is None else user(table.owner),
        name=table.name or name,
        type=table.type,
        visibility=table.visibility,
        members=tuple(Member(user(one.user), one.may) for one in table.members),
        mirror=None if table.mirror is None else ConnectorName(table.mirror),
    )


def _new_resources(tx: Transaction, settings: Settings, now: Instant) -> list[Resource]:
    known = {one.id: one for one in tx.repositories.resources.all()} if settings.resources else {}
    found = []
    for name, table in settings.resources.items():
        wanted = _resource(name, table, known.get(name), now)
        if known.get(name) is None or replace(wanted, updated_at=known[name].updated_at) != known[name]:
            found.append(wanted)
    return found


def _resource(name: str, table: ResourceSettings, known: Resource | None, now: Instant) -> Resource:
    fresh = Resource(id=name, name=name, type=table.type, created_at=now, updated_at=now)
    return replace(
        known or fresh,
        name=table.name or name,
        type=table.type,
        capacity=table.capacity,
        attributes=dict(table.attributes),
        location=table.location,
        updated_at=now,
    )
