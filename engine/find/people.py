"""One person of a search: busy times, hours and clock, worked out once for the stretch that is searched."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.find.request import BusyEntry, FindRequest
from engine.find.stretches import Stretch, united
from engine.ids import UserId
from engine.localtime import LocalTime, daily_windows, local_time
from engine.model.calendar import BusyStatus
from engine.model.user import TentativeAs, User
from engine.timespan import DAY, MINUTE, Instant, Span


@dataclass(frozen=True, slots=True)
class Person:
    """What a search knows of one attendee.

    `firm` and `tentative` are busy stretches, united; `hours` the working hours, united, None = any time;
    `known_until` is where knowledge ends, None where nothing is known. Buffer in seconds.
    """

    user: User
    local: LocalTime
    buffer: int
    firm: list[Stretch]
    tentative: list[Stretch]
    hours: list[Stretch] | None
    known_until: Instant | None

    @property
    def id(self) -> UserId:
        """Who it is."""
        return self.user.id

    @property
    def tentative_as(self) -> TentativeAs:
        """What their tentative events do to their time."""
        return self.user.default_preferences.tentative_as

    @property
    def blocking(self) -> list[Stretch]:
        """What keeps them from coming: firm events, and tentative ones where those count as busy."""
        if self.tentative and self.tentative_as is TentativeAs.BUSY:
            return united((*self.firm, *self.tentative))
        return self.firm


def person(request: FindRequest, user_id: UserId, starts: Stretch) -> Person:
    """Work one attendee out for starts inside a stretch."""
    user = request.users[user_id]
    buffer = max(user.default_preferences.buffer_time, request.session.buffer_time) * MINUTE
    reach = Span(starts[0] - buffer - DAY, starts[1] + request.duration + buffer + DAY)
    local = local_time(user.timezone, reach)
    entries = request.busy.get(user_id)
    known = [entry for entry in entries or () if entry.start < reach.end and entry.end > reach.start]
    tentative = [entry for entry in known if entry.status is BusyStatus.TENTATIVE]
    firm = [entry for entry in known if entry.status is not BusyStatus.TENTATIVE] if tentative else known
    return Person(
        user=user,
        local=local,
        buffer=buffer,
        firm=_stretches(firm),
        tentative=_stretches(tentative),
        hours=working_hours(user, local, reach),
        known_until=None if entries is None else request.known_until.get(user_id, reach.end),
    )


def _stretches(entries: Iterable[BusyEntry]) -> list[Stretch]:
    return united((entry.start, entry.end) for entry in entries)


def working_hours(user: User, local: LocalTime, reach: Span) -> list[Stretch] | None:
    """Give the union of somebody's working hours that touch a stretch; None where any time will do."""
    ranges = user.default_preferences.working_hours
    if ranges is None:
        return None
    windows = (
        window
        for hours in ranges
        for window in daily_windows(local, reach, hours.start, hours.end, hours.days)
    )
    return united((window.start, window.end) for window in windows)
