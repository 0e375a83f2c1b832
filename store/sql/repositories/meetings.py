"""What calendars tell of meetings, in SQL: events that were looked at, and whom one met there."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.model.relations import (
    Encounter,
    MeetingSource,
    Upcoming,
)
from engine.time.span import Instant
from engine.trouble import Unopened, left_out
from store.sql.repositories.relation_rows import Rows
from store.sql.repositories.repository import TUPLE, Kind, batches
from store.sql.tables.relations import (
    encounters,
    meeting_sources,
)


def _upcoming_document(one: Upcoming) -> list[Any]:
    return [one.start, one.end, one.title, list(one.addresses)]


def _parse_upcoming(row: Sequence[Any]) -> Upcoming:
    start, end, title, addresses = row
    return Upcoming(start, end, title, tuple(addresses))


class SqlMeetingSources(Rows[MeetingSource]):
    """`engine.ports.relations.MeetingSources`."""

    kind = Kind(
        entity=MeetingSource,
        table=meeting_sources,
        word="Event",
        sealed=("birthday", "upcoming"),
        converted={"birthday": TUPLE, "upcoming": (_upcoming_document, _parse_upcoming)},
    )

    def due(self, now: Instant, limit: int, unopened: Unopened = left_out) -> Sequence[MeetingSource]:
        """Give those that are to be looked at by now, the longest due first.

        Of those that came due together any: to sort a first read's events for each batch takes longer than
        to derive them.
        """
        return self._some(_due(limit), unopened, values={"now": now})

    def upcoming(self, user: UserId, now: Instant, limit: int) -> Sequence[MeetingSource]:
        """Give those of a user that are looked at later, the first due first."""
        table = meeting_sources.c
        later = self._select().where(table.user_id == user, table.due_at > now)
        return self._some(later.order_by(table.due_at, table.id).limit(limit))

    def birthdays(self, user: UserId) -> Sequence[MeetingSource]:
        """Give those of a user that are birthdays, by id."""
        table = meeting_sources.c
        mine = self._select().where(table.user_id == user, sa.text("birthday IS NOT NULL"))
        return self._some(mine.order_by(table.id))

    def look_at(self, names: Collection[str], at: Instant | None) -> None:
        """Have some looked at from then on, or not any more."""
        for batch in batches(names):
            due = sa.update(meeting_sources).where(meeting_sources.c.id.in_(batch))
            self._connection.execute(due.values(due_at=at, version=meeting_sources.c.version + 1))

    def versions(self, names: Collection[str]) -> Mapping[str, int]:
        """Tell in which version some are now; what is gone is left out."""
        table, found = meeting_sources.c, dict[str, int]()
        for batch in batches(names):
            rows = self._connection.execute(sa.select(table.id, table.version).where(table.id.in_(batch)))
            found |= {row.id: row.version for row in rows}
        return found

    def hasten(self, names: Collection[str], at: Instant) -> None:
        """Have some looked at from then on that are looked at later, or not any more."""
        table = meeting_sources.c
        later = sa.or_(table.due_at.is_(None), table.due_at > at)
        for batch in batches(names):
            due = sa.update(meeting_sources).where(table.id.in_(batch), later)
            self._connection.execute(due.values(due_at=at, version=table.version + 1))


class SqlEncounters(Rows[Encounter]):
    """`engine.ports.relations.Encounters`."""

    kind = Kind(entity=Encounter, table=encounters, word="Encounter")

    def of_sources(self, sources: Collection[str]) -> Sequence[Encounter]:
        """Give those of some events."""
        return self._among("source_id", sources, "id")

    def of_marks(self, marks: Collection[str]) -> Sequence[Encounter]:
        """Give those of some addresses."""
        return self._among("mark", marks, "id")

    def met_by(self, user: UserId) -> Mapping[str, int]:
        """Tell at how many meetings of a user's each address was that was at any."""
        table = encounters.c
        counted = sa.select(table.mark, sa.func.sum(table.meetings)).where(table.user_id == user)
        return {row[0]: int(row[1]) for row in self._connection.execute(counted.group_by(table.mark))}

    def met(self, marks: Collection[str]) -> Mapping[str, int]:
        """Tell at how many meetings each of some addresses was."""
        table, found = encounters.c, dict[str, int]()
        for batch in batches(marks):
            counted = sa.select(table.mark, sa.func.sum(table.meetings)).where(table.mark.in_(batch))
            found |= {row[0]: int(row[1]) for row in self._connection.execute(counted.group_by(table.mark))}
        return found


@cache
def _due(limit: int) -> sa.Select[Any]:
    table = meeting_sources.c
    due = sa.select(meeting_sources).where(sa.text("due_at IS NOT NULL"), table.due_at <= sa.bindparam("now"))
    return due.order_by(table.due_at).limit(limit)
