"""Weeks as they are drawn: everybody's hours and busy times as lanes, the offered times as cards over them.

Everything stands where the reader's clock on the wall shows it, in minutes of the local day. Where a clock is
set back, a minute that comes twice is busy when it is busy once, and free when it is free both times; where
one is set forward, what spans the gap is drawn through it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from engine.find.request import BusyTimes
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.model.session import Group, TimeSlot
from engine.time.intervals import Stretch, at_least, common, united, without
from engine.time.local_time import (
    MINUTES_A_DAY,
    LocalDay,
    LocalTime,
    local_days,
    local_time,
    weekday_of,
)
from engine.time.span import DAY, MINUTE, Instant, Span
from engine.time.weekday import WORKDAYS

WEEK = 7
MOST_LANES = 8
MOST_WEEKS = 3
LEAST_COLUMNS = 5
USUAL_AXIS = (8 * 60, 18 * 60)
"""What is drawn of a day whose first person has named no hours."""
_AROUND_CARD = 60
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPerson:
    """Somebody of the picture; `hours` None = any time, `busy` None = nobody knows.

    Titles (`BusyEntry.label`) are drawn as they are given: only the reader's own may have any.
    `tentative_blocks` says whether what is tentative keeps them from coming.
    """

    id: UserId
    name: str
    zone: str
    required: bool
    hours: tuple[Stretch, ...] | None
    busy: BusyTimes
    known_until: Instant | None = None
    tentative_blocks: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """A busy stretch of one local day, in minutes; `span` is the whole of it."""

    start: int
    end: int
    span: Span
    status: BusyStatus
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One person's day: when they can be asked at all, what takes their time, and what nobody knows."""

    open: tuple[Stretch, ...]
    busy: tuple[Block, ...]
    unknown: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An offered time on its day, in minutes; number 1 is the best."""

    number: int
    start: int
    end: int
    slot: TimeSlot


@dataclass(frozen=True, slots=True)
class GridDay:
    """A column; `together` is when everybody who must come can, for long enough."""

    day: date
    is_today: bool
    lanes: tuple[Lane, ...]
    together: tuple[Stretch, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """One week's picture; hours [first, last) of the reader's day are drawn."""

    zone: str
    people: tuple[GridPerson, ...]
    days: tuple[GridDay, ...]
    first: int
    last: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GridSubject:
    """What is drawn: the people, the first of them being who looks or who hosts, and the offered times.

    `notes` say of a series how it recurs, and which of it take place otherwise.
    """

    people: Sequence[GridPerson]
    offers: Sequence[TimeSlot]
    window: Span
    duration: int
    now: Instant
    zone: str
    groups: Sequence[Group] = ()
    sunday_first: bool = False
    notes: Sequence[str] = ()


def shown_window(
    offers: Sequence[TimeSlot], window: Span, zone: str, now: Instant, *, sunday_first: bool = False
) -> Span:
    """Give the stretch of time whose busy times the pictures need."""
    local = _local(offers, window, zone)
    days = [day for week in _weeks(offers, window, local, now, sunday_first) for day in week]
    return Span(local.first(days[0], 0), local.first(days[-1] + 1, 0))


def week_grids(subject: GridSubject) -> tuple[WeekGrid, ...]:
    """Draw the days around the offered times, at most three weeks; without any the window's first.

    Days that are over are left out. What fits into one picture of seven columns is one picture.
    """
    local = _local(subject.offers, subject.window, subject.zone)
    weeks = _weeks(subject.offers, subject.window, local, subject.now, subject.sunday_first)
    return tuple(_week(subject, local, days) for days in weeks)


def _local(offers: Sequence[TimeSlot], window: Span, zone: str) -> LocalTime:
    reach = reduce(Span.hull, (offer.span for offer in offers), window)
    return local_time(zone, reach.widen(2 * WEEK * DAY, 2 * WEEK * DAY))


def _weeks(
    offers: Sequence[TimeSlot], window: Span, local: LocalTime, now: Instant, sunday_first: bool
) -> list[list[LocalDay]]:
    """Give the days of each picture."""
    carried = {day for offer in offers for day, _, _ in wall_pieces(local, offer.span)}
    marked = sorted(carried or {local.day(window.start)})
    first, last = (_first_of_week(day, sunday_first) for day in (marked[0], marked[-1]))
    today = local.day(now) if window.start <= now < window.end else first
    days = [
        day
        for day in range(max(first, min(today, marked[0])), last + WEEK)
        if weekday_of(day) in WORKDAYS or day in carried
    ]
    near = [day for day in days if day <= marked[-1]]
    if len(days) <= WEEK or len(near) <= WEEK:
        return [days if len(days) <= WEEK else days[: max(len(near), LEAST_COLUMNS)]]
    weeks: dict[LocalDay, list[LocalDay]] = {}
    for day in days:
        weeks.setdefault(_first_of_week(day, sunday_first), []).append(day)
    return [week for week in weeks.values() if carried.intersection(week)][:MOST_WEEKS]


def _first_of_week(day: LocalDay, sunday_first: bool) -> LocalDay:
    weekday = (day + 3) % WEEK
    return day - ((weekday + 1) % WEEK if sunday_first else weekday)


def _week(subject: GridSubject, local: LocalTime, days: Sequence[LocalDay]) -> WeekGrid:
    people = tuple(subject.people[:MOST_LANES])
    cards = list(_cards(subject.offers, local))
    columns = tuple(_day(subject, local, day, cards) for day in days)
    return WeekGrid(
        subject.zone, people, columns, *_axis(columns), left_out=len(subject.people) - len(people)
    )


def _cards(offers: Sequence[TimeSlot], local: LocalTime) -> Iterator[tuple[LocalDay, Card]]:
    for number, slot in enumerate(offers, 1):
        for day, start, end in wall_pieces(local, slot.span):
            yield day, Card(number, start, end, slot)


def _day(
    subject: GridSubject, local: LocalTime, day: LocalDay, cards: Iterable[tuple[LocalDay, Card]]
) -> GridDay:
    whole = Span(local.first(day, 0), local.first(day + 1, 0))
    lanes = [_lane(person, local, day, whole) for person in subject.people]
    return GridDay(
        day=_EPOCH + timedelta(days=day),
        is_today=day == local.day(subject.now),
        lanes=tuple(lanes[:MOST_LANES]),
        together=tuple(_together(subject, lanes, _yet_to_come(local, day, subject.now))),
        cards=tuple(card for of, card in cards if of == day),
    )


def _lane(person: GridPerson, local: LocalTime, day: LocalDay, whole: Span) -> Lane:
    opened = [(whole.start, whole.end)] if person.hours is None else person.hours
    blocks = []
    for entry in person.busy or ():
        span = Span(entry.start, entry.end)
        for start, end in _on_day(local, day, span, whole):
            blocks.append(Block(start, end, span, entry.status, entry.label))
    unknown: list[Stretch] = []
    if person.busy is None:
        unknown = [(0, MINUTES_A_DAY)]
    elif person.known_until is not None and person.known_until < whole.end:
        unknown = _on_day(local, day, Span(max(person.known_until, whole.start), whole.end), whole)
    return Lane(
        open=tuple(united(_pieces_of(local, day, opened, whole))),
        busy=tuple(sorted(blocks, key=lambda block: (block.start, block.end))),
        unknown=tuple(united(unknown)),
    )


def _pieces_of(
    local: LocalTime, day: LocalDay, stretches: Iterable[Stretch], whole: Span
) -> Iterator[Stretch]:
    for start, end in stretches:
        if start < whole.end and end > whole.start:
            yield from _on_day(local, day, Span(start, end), whole)


def _on_day(local: LocalTime, day: LocalDay, span: Span, whole: Span) -> list[Stretch]:
    """Give the parts of a span that lie on a day, united where a clock shows the same minutes twice."""
    part = span.clip(whole)
    if part is None:
        return []
    return united((start, end) for of, start, end in wall_pieces(local, part) if of == day)


def wall_pieces(local: LocalTime, span: Span) -> Iterator[tuple[LocalDay, int, int]]:
    """Cut a span at local midnights and where the clock is set: day, and minutes from and to.

    Over a gap the piece before it reaches to where the clock goes on, as the wall shows it.
    """
    pieces = list(local_days(local, (span.start, span.end)))
    for number, (day, start, end) in enumerate(pieces):
        opens = local.clock(start) - day * DAY
        closes = opens + end - start
        if number + 1 < len(pieces) and pieces[number + 1][0] == day:
            closes = max(closes, local.clock(end) - day * DAY)
        yield day, opens // MINUTE, min(-(-closes // MINUTE), MINUTES_A_DAY)


def _yet_to_come(local: LocalTime, day: LocalDay, now: Instant) -> list[Stretch]:
    today = local.day(now)
    if day != today:
        return [(0, MINUTES_A_DAY)] if day > today else []
    return [(local.minute(now), MINUTES_A_DAY)]


def _together(subject: GridSubject, lanes: Sequence[Lane], ahead: list[Stretch]) -> Iterator[Stretch]:
    free = {person.id: _free(person, lane) for person, lane in zip(subject.people, lanes, strict=True)}
    needed = [free[person.id] for person in subject.people if person.required]
    needed += [
        at_least(group.count, [free[user] for user in group.any_of if user in free])
        for group in subject.groups
    ]
    if needed:
        shared = reduce(lambda left, right: common(left, right), needed, ahead)
        yield from ((start, end) for start, end in shared if end - start >= subject.duration)


def _free(person: GridPerson, lane: Lane) -> list[Stretch]:
    taken = [
        (block.start, block.end)
        for block in lane.busy
        if person.tentative_blocks or block.status is not BusyStatus.TENTATIVE
    ]
    return without(lane.open, united((*taken, *lane.unknown)))


def _axis(days: Iterable[GridDay]) -> tuple[int, int]:
    """Draw the first person's hours and all cards, in whole hours."""
    reach: list[Stretch] = []
    for day in days:
        reach += [(max(0, card.start - _AROUND_CARD), card.end + _AROUND_CARD) for card in day.cards]
        opened = day.lanes[0].open if day.lanes else ()
        if opened and opened != ((0, MINUTES_A_DAY),):
            reach.append((opened[0][0], opened[-1][1]))
    if not any(end - start > 4 * 60 for start, end in reach):
        reach.append(USUAL_AXIS)
    first, last = min(start for start, _ in reach), max(end for _, end in reach)
    return first // 60 * 60, min(-(-last // 60) * 60, MINUTES_A_DAY)
