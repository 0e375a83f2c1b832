"""The reader's own sessions at one moment: how all of them stand, and just those opened that a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from daemon.app.occurrences import next_span
from daemon.http.doors import Doors
from daemon.pages.home_page import MOST_ASKS, MOST_BOOKED, MOST_UNDER_WAY, HomeSessions
from daemon.pages.session_parts import is_awaited, shape_of_standing
from daemon.pages.viewer import Document, Viewer
from engine.ids import SessionId
from engine.ports.sessions import Standing
from engine.ports.store import Transaction
from engine.time.span import DAY, Span

LATEST_FAILED = 3 * DAY
"""So long one is told that no time was found."""
MOST_PROPOSED = 40
"""Of so many sessions are the offered times drawn in a week."""
MOST_SERIES = 40
"""Of so many series is looked which takes place next."""
_UNDER_WAY = ("looking", "booking", "undoing", "stuck", "offered")


def confirm_of(doors: Doors) -> str:
    """Tell who confirms."""
    return doors.access.configuration.settings.sessions.confirm.value


@dataclass(frozen=True, slots=True)
class OwnSessions:
    """How the reader's sessions stand, newest first; none of them is opened but for what is shown.

    All of it is of the transaction's moment: a session that moves on between two looks would be neither here
    nor there.
    """

    tx: Transaction
    doors: Doors
    viewer: Viewer
    standings: Sequence[Standing]

    @classmethod
    def of(cls, tx: Transaction, doors: Doors, viewer: Viewer, back_to: int | None = None) -> Self:
        """Ask once; `back_to` is a moment from which what is over is wanted too."""
        since = viewer.reader.now - LATEST_FAILED
        desk = doors.access.desk.asked_by(viewer.as_user)
        standings = desk.standing(tx, since if back_to is None else min(since, back_to))
        return cls(tx, doors, viewer, standings)

    def awaited(self) -> list[Standing]:
        """Give those to which an answer of the reader is wanted."""
        confirm = confirm_of(self.doors)
        return [one for one in self.standings if is_awaited(one, self.viewer, confirm)]

    def at_home(self) -> HomeSessions:
        """Open what the first page shows."""
        awaited = self.awaited()
        asking = {one.id for one in awaited}
        under_way = [one for one in self.standings if one.id not in asking and self._is_under_way(one)]
        return HomeSessions(
            asks=self._opened([one.id for one in awaited[:MOST_ASKS]]),
            awaited=len(awaited),
            booked=self._next_booked(),
            under_way=self._opened([one.id for one in under_way[:MOST_UNDER_WAY]]),
            on_their_way=len(under_way),
        )

    def in_week(self, window: Span) -> tuple[list[Document], int]:
        """Open what lies in a week, or may; tells of how many the offered times are left out."""
        shapes = [(one, shape_of_standing(one)) for one in self.standings]
        taken = [
            one
            for one, shape in shapes
            if shape in ("booked", "booking") and one.slot is not None and _may_lie_in(one, one.slot, window)
        ]
        offered = [one for one, shape in shapes if shape == "offered"]
        opened = self._opened([one.id for one in (*taken, *offered[:MOST_PROPOSED])])
        return opened, max(0, len(offered) - MOST_PROPOSED)

    def _next_booked(self) -> list[Document]:
        """Open what takes place next; of a series it is seen only then when that is."""
        now = self.viewer.reader.now
        booked = [
            one for one in self.standings if one.slot is not None and shape_of_standing(one) == "booked"
        ]
        once = [
            (one.slot.start, one.id)
            for one in booked
            if one.slot is not None and not one.recurs and one.slot.end > now
        ]
        recurring = [one.id for one in booked if one.recurs][:MOST_SERIES]
        documents = self._opened([*recurring, *(id for _, id in sorted(once)[:MOST_BOOKED])])
        found = [(span.start, one["id"], one) for one in documents if (span := self._next(one)) is not None]
        return [one for _, _, one in sorted(found, key=lambda each: each[:2])[:MOST_BOOKED]]

    def _next(self, session: Document) -> Span | None:
        """Give when a session takes place next that the reader comes to."""
        return next_span(session, self.viewer.reader.now, self.viewer.id)

    def _is_under_way(self, one: Standing) -> bool:
        shape = shape_of_standing(one)
        recent = one.created_at > self.viewer.reader.now - LATEST_FAILED
        return shape in _UNDER_WAY or (shape == "failed" and recent)

    def _opened(self, ids: Sequence[SessionId]) -> list[Document]:
        if not ids:
            return []
        desk = self.doors.access.desk.asked_by(self.viewer.as_user)
        found = {one["id"]: one for one in desk.some(self.tx, ids)}
        return [found[one] for one in ids if one in found]


def _may_lie_in(one: Standing, slot: Span, window: Span) -> bool:
    """Tell whether something of a booking may lie in a window; those that were over before are not listed."""
    return slot.start < window.end if one.recurs else slot.overlaps(window)
