"""Effects in SQL: one write to one attendee's calendar in one epoch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import CalendarKey, ConnectorName, EventId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import UNREAD, BookingState, Delivery, Effect, EffectState, Want
from store.refusals import planned_twice, stale
from store.sql.repositories.repository import batches
from store.sql.tables.ledger import booking
from store.sql.tables.ledger import effect as effects
from store.sql.writes import insert_new


@cache
def _of_session() -> sa.Select[Any]:
    ordered = sa.select(effects).order_by(effects.c.epoch, effects.c.attendee)
    return ordered.where(effects.c.session == sa.bindparam("of"))


@cache
def _recording() -> sa.Update:
    return sa.update(effects).where(
        effects.c.session == sa.bindparam("of"),
        effects.c.attendee == sa.bindparam("at_attendee"),
        effects.c.epoch == sa.bindparam("at_epoch"),
    )


class Effects:
    """The effects of the ledger."""

    _connection: sa.Connection

    def effects(self, session: SessionId) -> Sequence[Effect]:
        """Give every effect ever planned, by epoch and attendee."""
        rows = self._connection.execute(_of_session(), {"of": session}).mappings().all()
        return [_effect(row) for row in rows]

    def effects_of_any(self, sessions: Collection[SessionId]) -> Mapping[SessionId, Sequence[Effect]]:
        """Give every effect ever planned for several sessions, each one's by epoch and attendee."""
        ordered = sa.select(effects).order_by(effects.c.session, effects.c.epoch, effects.c.attendee)
        rows = self._connection.execute(ordered.where(effects.c.session.in_(sessions))).mappings().all()
        found: dict[SessionId, list[Effect]] = {session: [] for session in sessions}
        for row in rows:
            found[SessionId(row["session"])].append(_effect(row))
        return found

    def effect_of(self, event_id: EventId) -> Effect | None:
        """Look up the effect that writes an event, by the event's id."""
        statement = sa.select(effects).where(effects.c.event_id == event_id).limit(1)
        found = self._connection.execute(statement).mappings().first()
        return None if found is None else _effect(found)

    def effects_writing(self, events: Collection[EventId]) -> Mapping[EventId, Effect]:
        """Look up the effects that write some events; an event that none writes is left out."""
        found = dict[EventId, Effect]()
        for batch in batches(events):
            theirs = sa.select(effects).where(effects.c.event_id.in_(batch))
            rows = map(_effect, self._connection.execute(theirs).mappings().all())
            found |= {one.event_id: one for one in rows if one.event_id is not None}
        return found

    def written_to(self) -> Sequence[CalendarKey]:
        """Give every calendar that an effect was ever to be written to, once each."""
        places = sa.select(effects.c.connector, effects.c.calendar).distinct()
        written = (effects.c.delivery == Delivery.WRITTEN, effects.c.connector.is_not(None))
        return sorted(
            CalendarKey(ConnectorName(connector), RemoteCalendarId(calendar))
            for connector, calendar in self._connection.execute(places.where(*written))
        )

    def unread(self) -> Sequence[Effect]:
        """Give the effects whose copy could not be looked at when it last should have been."""
        order = (effects.c.session, effects.c.epoch, effects.c.attendee)
        statement = sa.select(effects).where(effects.c.last_code == UNREAD).order_by(*order)
        return [_effect(row) for row in self._connection.execute(statement).mappings().all()]

    def leaving(self) -> Sequence[SessionId]:
        """Give the sessions that stand booked while the copy of somebody who was taken out may be there."""
        unwanted = (effects.c.want == Want.ABSENT, effects.c.state != EffectState.GONE)
        written = (effects.c.delivery == Delivery.WRITTEN, effects.c.epoch == booking.c.epoch)
        stands = sa.and_(booking.c.session == effects.c.session, booking.c.state == BookingState.CONFIRMED)
        theirs = sa.select(effects.c.session).distinct().join_from(effects, booking, stands)
        ordered = theirs.where(*unwanted, *written).order_by(effects.c.session)
        return [SessionId(session) for session in self._connection.execute(ordered).scalars()]

    def plan(self, planned: Iterable[Effect]) -> None:
        """Insert effects."""
        for effect in planned:
            if not insert_new(self._connection, effects, _row(effect)):
                raise planned_twice(effect)

    def record(self, effect: Effect) -> None:
        """Replace an effect by its session, attendee and epoch."""
        place = {"of": effect.session, "at_attendee": effect.attendee, "at_epoch": effect.epoch}
        if self._connection.execute(_recording(), {**_row(effect), **place}).rowcount != 1:
            raise stale("The effect of session", effect.session)


def _row(effect: Effect) -> dict[str, Any]:
    return {
        "session": effect.session,
        "attendee": effect.attendee,
        "epoch": effect.epoch,
        "connector": None if effect.calendar is None else effect.calendar.connector,
        "calendar": None if effect.calendar is None else effect.calendar.calendar,
        "event_id": effect.event_id,
        "delivery": effect.delivery,
        "required": effect.required,
        "want": effect.want,
        "state": effect.state,
        "etag": effect.etag,
        "sequence": effect.sequence,
        "attempts": effect.attempts,
        "next_at": effect.next_at,
        "last_code": effect.last_code,
        "last_error": effect.last_error,
        "at": effect.at,
    }


def _effect(row: Mapping[Any, Any]) -> Effect:
    calendar = None
    if row["connector"] is not None:
        calendar = CalendarKey(ConnectorName(row["connector"]), RemoteCalendarId(row["calendar"]))
    return Effect(
        session=SessionId(row["session"]),
        attendee=UserId(row["attendee"]),
        epoch=row["epoch"],
        calendar=calendar,
        event_id=None if row["event_id"] is None else EventId(row["event_id"]),
        delivery=row["delivery"],
        required=row["required"],
        want=row["want"],
        state=row["state"],
        etag=row["etag"],
        sequence=row["sequence"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_code=row["last_code"],
        last_error=row["last_error"],
        at=row["at"],
    )
