"""Calendars of gatherly's own as files: imported whole or not at all, exported as they stand."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.ical.native_file import FileEvent, read_file, write_file
from daemon.app.family.desk import Family
from daemon.app.family.event_belongings import Belongings
from engine.bounds import LATEST
from engine.errors import InputError
from engine.family.event_change import checked
from engine.ids import UserId
from engine.model.calendar import Calendar, CalendarType
from engine.model.event import CalendarEvent, EventParticipant, EventStatus
from engine.ports.store import Transaction
from engine.time.span import Instant, Span

_NAMES = uuid.UUID("a6d6f3a2-5b0c-4b39-8a86-0a0b1f0c7a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyFiles(Family):
    """Takes files in, and gives them."""

    def bring_in(self, raw: bytes, name: str) -> int:
        """Import a file into a calendar: the same UID replaces; gives how many events came.

        Raises:
            InputError: something of it cannot be read, or cannot be; nothing was imported.
        """

        def do(tx: Transaction, now: Instant) -> int:
            calendar = self.calendar(tx, name)
            self.must_write(calendar)
            owner = tx.users.get(calendar.user_id) if calendar.user_id else None
            read = read_file(raw, calendar.zone or (owner.timezone if owner is not None else "UTC"))
            creator = self.principal.user or calendar.user_id
            if not creator:
                raise InputError("Nobody is named who imports it", "Give --as USER")
            by_uid: dict[str, list[FileEvent]] = {}
            for one in read:
                by_uid.setdefault(one.uid, []).append(one)
            for uid, group in by_uid.items():
                self._replace(tx, calendar, creator, uid, group, now)
            self.wake(tx, [calendar.user_id] if calendar.user_id else [], now)
            return len(by_uid)

        return self.changing(do, f"The calendar {name}")

    def _replace(
        self,
        tx: Transaction,
        calendar: Calendar,
        creator: UserId,
        uid: str,
        group: list[FileEvent],
        now: Instant,
    ) -> None:
        masters = [one for one in group if one.original is None]
        event_id = uuid.uuid5(_NAMES, f"{calendar.key}\0{uid}").hex
        known = tx.repositories.events.get(event_id)
        before = () if known is None else tx.repositories.events.exceptions(event_id)
        for one in before:
            tx.repositories.events.delete(one.id)
        if not masters:
            masters = [replace(group[0], original=None, rule=None)]
        master = masters[-1]
        event = self._event(calendar, creator, event_id, master, known, now)
        stored = tx.repositories.events.put(event)
        if calendar.type is CalendarType.PERSONAL and not tx.repositories.participants.of_event(event_id):
            tx.repositories.participants.put(
                EventParticipant(
                    id=self.randomness.token(),
                    event_id=event_id,
                    user_id=calendar.user_id,
                    required=True,
                    created_at=now,
                    updated_at=now,
                )
            )
        for one in self._exceptions(
            stored, master, [each for each in group if each.original is not None], now
        ):
            tx.repositories.events.put(one)
        Belongings(self.randomness, self.usual_reminders).follow(tx, stored, now)
        gone = [one.id for one in before]
        self.after(tx, "create" if known is None else "update", known, stored, now, gone=gone, told=False)

    def _event(
        self,
        calendar: Calendar,
        creator: UserId,
        event_id: str,
        one: FileEvent,
        known: CalendarEvent | None,
        now: Instant,
    ) -> CalendarEvent:
        """Give an event of a file, confirmed as what is imported is."""
        status = EventStatus.CANCELLED if one.cancelled else EventStatus.CONFIRMED
        fresh = CalendarEvent(
            id=event_id,
            calendar=calendar.key,
            title=one.title,
            start_time=one.span.start,
            end_time=one.span.end,
            proposed_at=now,
            created_by=creator,
            created_at=now,
            updated_at=now,
        )
        event = replace(
            known or fresh,
            title=one.title,
            description=one.description,
            location=one.location,
            start_time=one.span.start,
            end_time=one.span.end,
            all_day=one.all_day,
            zone=one.zone,
            recurrence_rule=one.rule,
            status=status,
            external_ids={**(known.external_ids if known else {}), "ical": one.uid},
            confirmed_at=None if one.cancelled else now,
            cancelled_at=now if one.cancelled else None,
            updated_at=now,
        )
        checked(event)
        return event

    def _exceptions(
        self, series: CalendarEvent, master: FileEvent, others: Iterable[FileEvent], now: Instant
    ) -> Iterable[CalendarEvent]:
        bare = replace(
            series,
            recurrence_rule=None,
            recurrence_parent_id=series.id,
            external_ids={},
            mirror_id=None,
            mirror_due=None,
            version=0,
            created_at=now,
        )
        replaced = {one.original for one in others}
        length = series.end_time - series.start_time
        for at in dict.fromkeys(master.removed):
            if at not in replaced:
                yield self._instance(bare, Span(at, min(at + length, LATEST)), at, EventStatus.CANCELLED, now)
        for span in dict.fromkeys(master.added):
            made = self._instance(bare, span, span.start, EventStatus.CONFIRMED, now)
            yield replace(made, external_ids={"added": "yes"})
        for one in {one.original: one for one in others}.values():
            status = EventStatus.CANCELLED if one.cancelled else EventStatus.CONFIRMED
            made = self._instance(bare, one.span, one.original or one.span.start, status, now)
            yield replace(made, title=one.title, description=one.description, location=one.location)

    def _instance(
        self, bare: CalendarEvent, span: Span, original: Instant, status: EventStatus, now: Instant
    ) -> CalendarEvent:
        made = replace(
            bare,
            id=self.randomness.token(),
            start_time=span.start,
            end_time=span.end,
            original_start_time=original,
            status=status,
            cancelled_at=now if status is EventStatus.CANCELLED else None,
        )
        checked(made)
        return made

    def hand_out(self, name: str) -> bytes:
        """Export a calendar as a file; of one whose words are others', nothing.

        Raises:
            UnknownThingError: there is no such calendar.
            InputError: it is not for whoever asks.
        """
        with self.store.writing() as tx:
            calendar = self.calendar(tx, name)
            if not self.sees(calendar):
                raise InputError(f"The calendar {name!r} is private", "Ask its owner")
            events = tx.repositories.events.candidates(calendar.key, Span(0, LATEST))
            self.log(tx, "export", "calendar", name, None, None)
            return write_file(calendar.name, events, self.clock.now())
