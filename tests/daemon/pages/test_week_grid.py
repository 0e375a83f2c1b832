"""A week's picture says what the calendars say, to the minute, also where a clock is set."""

from collections import defaultdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.pages.week_grid import GridDay, GridPerson, GridSubject, WeekGrid, week_grids
from engine.find.request import BusyEntry
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.model.session import Group, TimeSlot
from engine.time.span import DAY, HOUR, MINUTE, Instant, Span

CHANGES = (
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Santiago", "2026-09-06"),
    ("Africa/Cairo", "2026-04-24"),
    ("Asia/Kolkata", "2026-06-10"),
)
MINUTES_AROUND = 3 * DAY // MINUTE


def at(text: str) -> Instant:
    return int(datetime.fromisoformat(text).timestamp())


def person(
    name: str,
    *busy: tuple[Instant, Instant],
    required: bool = True,
    hours: tuple[tuple[Instant, Instant], ...] | None = None,
    status: BusyStatus = BusyStatus.BUSY,
    known_until: Instant | None = None,
) -> GridPerson:
    entries = tuple(BusyEntry(start, end, "", status) for start, end in busy)
    return GridPerson(
        id=UserId(name),
        name=name,
        zone="UTC",
        required=required,
        hours=hours,
        busy=entries,
        known_until=known_until,
    )


def drawn(
    people: list[GridPerson],
    zone: str,
    around: Instant,
    *,
    offers: tuple[TimeSlot, ...] = (),
    duration: int = 1,
    now: Instant = 0,
    groups: tuple[Group, ...] = (),
    sunday_first: bool = False,
) -> tuple[WeekGrid, ...]:
    return week_grids(
        GridSubject(
            people=people,
            offers=offers,
            window=Span(around, around + DAY),
            duration=duration,
            now=now,
            zone=zone,
            groups=groups,
            sunday_first=sunday_first,
        )
    )


def slot(start: Instant, minutes: int = 60) -> TimeSlot:
    return TimeSlot(start=start, end=start + minutes * MINUTE)


def walls(zone: str, around: Instant) -> dict[tuple[date, int], list[Instant]]:
    """What a clock on the wall shows in each minute around a moment."""
    shown = defaultdict(list)
    info = ZoneInfo(zone)
    for number in range(-MINUTES_AROUND, MINUTES_AROUND):
        instant = around + number * MINUTE
        local = datetime.fromtimestamp(instant, info)
        shown[local.date(), local.hour * 60 + local.minute].append(instant)
    return shown


@st.composite
def busy_weeks(draw: st.DrawFn) -> tuple[str, Instant, list[tuple[Instant, Instant]]]:
    zone, day = draw(st.sampled_from(CHANGES))
    around = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    minutes = st.integers(-24 * 60, 36 * 60)
    spans = [
        (around + start * MINUTE, around + (start + length) * MINUTE)
        for start, length in draw(st.lists(st.tuples(minutes, st.integers(1, 600)), max_size=4))
    ]
    return zone, around, spans


def of_day(grids: tuple[WeekGrid, ...], day: date) -> GridDay | None:
    return next((one for grid in grids for one in grid.days if one.day == day), None)


@settings(max_examples=30)
@given(busy_weeks())
def test_a_lane_is_busy_in_just_the_minutes_in_which_the_wall_shows_a_busy_moment(
    week: tuple[str, Instant, list[tuple[Instant, Instant]]],
) -> None:
    zone, around, spans = week
    everyday = tuple(slot(around + number * DAY) for number in range(-1, 2))
    grids = drawn([person("ada", *spans)], zone, around, offers=everyday)
    shown = walls(zone, around)
    for (day, minute), instants in shown.items():
        column = of_day(grids, day)
        if column is None or abs(instants[0] - around) > DAY:
            continue
        busy = any(start <= one < end for one in instants for start, end in spans)
        lane = column.lanes[0]
        assert busy == any(block.start <= minute < block.end for block in lane.busy), (day, minute)
        free = not busy
        assert free == any(start <= minute < end for start, end in column.together), (day, minute)


@settings(max_examples=20)
@given(busy_weeks(), busy_weeks())
def test_everybody_can_only_where_each_can(
    one: tuple[str, Instant, list[tuple[Instant, Instant]]],
    other: tuple[str, Instant, list[tuple[Instant, Instant]]],
) -> None:
    zone, around, mine = one
    yours = [(start - other[1] + around, end - other[1] + around) for start, end in other[2]]
    offers = (slot(around),)
    both = drawn([person("ada", *mine), person("bo", *yours)], zone, around, offers=offers)
    each = [drawn([person("x", *spans)], zone, around, offers=offers) for spans in (mine, yours)]
    for number, grid in enumerate(both):
        for place, day in enumerate(grid.days):
            told = minutes(day)
            assert told == minutes(each[0][number].days[place]) & minutes(each[1][number].days[place])


def minutes(day: GridDay) -> set[int]:
    return {minute for start, end in day.together for minute in range(start, end)}


MONDAY = "2026-11-16"


def day_of(people: list[GridPerson], **more: object) -> GridDay:
    return drawn(people, "UTC", at(f"{MONDAY}T00:00Z"), **more)[0].days[0]  # type: ignore[arg-type]


def test_what_nobody_knows_is_never_free() -> None:
    unknown = GridPerson(id=UserId("bo"), name="bo", zone="UTC", required=True, hours=None, busy=None)
    day = day_of([person("ada"), unknown])
    assert day.together == ()
    assert day.lanes[1].unknown == ((0, 1440),)


def test_what_is_known_ends_where_knowledge_ends() -> None:
    day = day_of([person("ada", known_until=at(f"{MONDAY}T12:00Z"))])
    assert (day.together, day.lanes[0].unknown) == (((0, 720),), ((720, 1440),))


def test_the_optional_hinder_nobody() -> None:
    busy = (at(f"{MONDAY}T00:00Z"), at(f"{MONDAY}T12:00Z"))
    assert day_of([person("ada"), person("bo", busy, required=False)]).together == ((0, 1440),)


def test_two_of_a_group_suffice() -> None:
    def busy(*hours: int) -> list[tuple[Instant, Instant]]:
        return [(at(f"{MONDAY}T{hour:02}:00Z"), at(f"{MONDAY}T{hour:02}:00Z") + HOUR) for hour in hours]

    group = Group((UserId("a"), UserId("b"), UserId("c")), 2)
    people = [
        person("host"),
        person("a", *busy(9), required=False),
        person("b", *busy(9, 10), required=False),
        person("c", *busy(10), required=False),
    ]
    day = day_of(people, groups=(group,))
    assert day.together == ((0, 540), (660, 1440)), "at 9 only c can, at 10 only a"


def test_gaps_shorter_than_the_session_are_no_help() -> None:
    busy = [
        (at(f"{MONDAY}T00:00Z"), at(f"{MONDAY}T09:00Z")),
        (at(f"{MONDAY}T09:45Z"), at(f"{MONDAY}T23:59Z")),
    ]
    assert day_of([person("ada", *busy)], duration=60).together == ()
    assert day_of([person("ada", *busy)], duration=45).together == ((540, 585),)


def test_what_has_passed_is_over() -> None:
    assert day_of([person("ada")], now=at(f"{MONDAY}T15:30Z")).together == ((930, 1440),)
    assert day_of([person("ada")], now=at("2026-11-18T00:00Z")).together == ()


def test_a_tentative_event_takes_time_only_of_whom_it_keeps() -> None:
    span = (at(f"{MONDAY}T09:00Z"), at(f"{MONDAY}T10:00Z"))
    firm = person("ada", span, status=BusyStatus.TENTATIVE)
    assert (540, 1440) not in day_of([firm]).together
    soft = GridPerson(
        id=firm.id, name="ada", zone="UTC", required=True, hours=None, busy=firm.busy, tentative_blocks=False
    )
    assert day_of([soft]).together == ((0, 1440),)


def test_each_week_with_an_offer_is_drawn_and_weekends_only_with_one() -> None:
    offers = (slot(at("2026-11-17T10:00Z")), slot(at("2026-11-28T10:00Z")))
    grids = drawn([person("ada")], "UTC", at(f"{MONDAY}T00:00Z"), offers=offers)
    assert [[day.day.day for day in grid.days] for grid in grids] == [
        [16, 17, 18, 19, 20],
        [23, 24, 25, 26, 27, 28],
    ]
    near = (slot(at("2026-11-19T10:00Z")), slot(at("2026-11-25T10:00Z")))
    ahead = drawn([person("ada")], "UTC", at("2026-11-19T07:00Z"), offers=near, now=at("2026-11-19T08:00Z"))
    assert [[day.day.day for day in grid.days] for grid in ahead] == [[19, 20, 23, 24, 25, 26, 27]]
    later = drawn([person("ada")], "UTC", at("2026-11-18T07:00Z"), offers=near, now=at("2026-11-18T08:00Z"))
    assert [[day.day.day for day in grid.days] for grid in later] == [[18, 19, 20, 23, 24, 25]]


def test_a_week_may_begin_on_sunday() -> None:
    offers = (slot(at("2026-11-22T10:00Z")),)
    monday, sunday = (
        drawn([person("ada")], "UTC", at(f"{MONDAY}T00:00Z"), offers=offers, sunday_first=first)
        for first in (False, True)
    )
    assert [day.day.day for day in monday[0].days] == [16, 17, 18, 19, 20, 22]
    assert [day.day.day for day in sunday[0].days] == [22, 23, 24, 25, 26, 27]


def test_an_offer_over_midnight_is_a_card_on_each_day() -> None:
    grid = drawn([person("ada")], "UTC", at(f"{MONDAY}T00:00Z"), offers=(slot(at("2026-11-17T23:30Z")),))[0]
    cards = [(day.day.day, card.start, card.end) for day in grid.days for card in day.cards]
    assert cards == [(17, 1410, 1440), (18, 0, 30)]


def test_the_hours_that_are_drawn_hold_the_first_persons_day_and_every_card() -> None:
    hours = tuple((at(f"2026-11-{day}T09:00Z"), at(f"2026-11-{day}T17:30Z")) for day in range(16, 21))
    people = [person("ada", hours=hours)]
    plain = drawn(people, "UTC", at(f"{MONDAY}T00:00Z"))[0]
    assert (plain.first, plain.last) == (540, 1080)
    early = drawn(people, "UTC", at(f"{MONDAY}T00:00Z"), offers=(slot(at("2026-11-17T06:15Z")),))[0]
    assert (early.first, early.last) == (300, 1080)
