"""`/week`: one's own week, busy and proposed and held and booked, and why not at a moment."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from daemon.app.occurrences import series_rows, spans_of
from daemon.pages.grid_svg import written
from daemon.pages.session_parts import attendees, shape_of
from daemon.pages.viewer import Document, Viewer, span_of, times
from daemon.pages.week_grid import wall_pieces
from daemon.pages.week_svg import Column, Entry, hour_names, hours_of, week_svg
from daemon.terminal.times import counted
from engine.availability.evidence import AvailabilityBlock, BlockSource
from engine.availability.explain import Explanation
from engine.rules.hours import open_hours
from engine.text.plain_text import one_line
from engine.time.intervals import Stretch, united
from engine.time.local_time import MINUTES_A_DAY, LocalDay, LocalTime, day_number, local_time
from engine.time.span import DAY, Instant, Span

WEEK = 7
_EPOCH = date(1970, 1, 1)
_WORDS = {
    "busy": "busy",
    "maybe": "perhaps busy",
    "offered": "proposed",
    "held": "held, being written",
    "booked": "booked",
}


def week_of(viewer: Viewer, first: str | None, *, sunday_first: bool) -> tuple[date, Span]:
    """Give the week that is asked for by any of its days, else this one, with its span."""
    reader = viewer.reader
    today = date.fromisoformat(reader.written(reader.now)[:10])
    try:
        day = today if first is None else date.fromisoformat(first)
    except ValueError:
        day = today
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        day = today
    back = (day.weekday() + 1) % WEEK if sunday_first else day.weekday()
    begins = day - timedelta(days=back)
    local = clock_of_week(viewer, begins)
    return begins, Span(local.first(day_number(begins), 0), local.first(day_number(begins) + WEEK, 0))


def clock_of_week(viewer: Viewer, begins: date) -> LocalTime:
    """Give the reader's clock over the days from one on."""
    start = day_number(begins) * DAY
    return local_time(viewer.reader.zone, Span(start - 2 * DAY, start + (WEEK + 2) * DAY))


def week_page(
    viewer: Viewer,
    begins: date,
    window: Span,
    blocks: Sequence[AvailabilityBlock],
    sessions: Sequence[Document],
    why: tuple[Instant, Explanation] | None,
    left_out: int = 0,
) -> dict[str, Any]:
    """Give everything that the page shows; of `left_out` sessions the offered times are not in it."""
    local = clock_of_week(viewer, begins)
    spans = [*of_sessions(sessions, viewer, window)]
    booked = {span for span, look, *_ in spans if look in ("booked", "held")}
    spans += of_calendars(blocks, booked)
    days = range(day_number(begins), day_number(begins) + WEEK)
    columns = [_column(viewer, local, day, spans, begins) for day in days]
    hours = hours_of(columns)
    count = sum(look in ("busy", "maybe", "booked", "held") for _, look, *_ in spans)
    last = begins + timedelta(days=WEEK - 1)
    name = f"{begins.day} {begins:%B}".replace(f" {last:%B}", "") + f" to {last.day} {last:%B}"
    label = f"My week, {name}"
    here = f"/week?{urlencode({'from': begins.isoformat()})}"
    at = viewer.reader.written(viewer.reader.now)[:16] if why is None else viewer.reader.written(why[0])[:16]
    return {
        "title": "My week",
        "heading": name,
        "lead": _lead(count, left_out, viewer.place),
        "before": f"/week?{urlencode({'from': (begins - timedelta(days=WEEK)).isoformat()})}",
        "after": f"/week?{urlencode({'from': (begins + timedelta(days=WEEK)).isoformat()})}",
        "here": here,
        "first": begins.isoformat(),
        "at": at,
        "hours": written(hour_names(hours, viewer.reader)),
        "columns": written(week_svg(columns, hours, label)),
        "days": [_agenda(viewer, column, spans, local) for column in columns],
        "why": None if why is None else _why(viewer, local, begins, hours, *why),
    }


def _lead(count: int, left_out: int, place: str) -> str:
    told = f"{counted(count, 'thing')} in your week." if count else "Nothing is in your week."
    told = f"{told} Your time, {place}. Click a gap to ask why nothing is offered there."
    return f"{told} The times offered by {left_out:,} older sessions are not drawn." if left_out else told


Taken = tuple[Span, str, str, str]
"""A stretch, its look, its title, and where it leads."""


def of_sessions(sessions: Iterable[Document], viewer: Viewer, window: Span) -> Iterator[Taken]:
    """Give what sessions of the reader's take or may take of a window."""
    for one in sessions:
        shape, href, title = shape_of(one), f"/sessions/{one['id']}", one_line(one["title"])
        if viewer.id not in attendees(one):
            continue
        spans: list[Span] = []
        if one.get("finalTime") and shape in ("booked", "booking"):
            spans, look = _booked(one, viewer), "booked" if shape == "booked" else "held"
        elif shape == "offered":
            spans, look = [span for slot in one["proposedTimes"] for span in spans_of(slot)], "offered"
        for span in dict.fromkeys(spans):
            if span.overlaps(window):
                yield span, look, title, href


def _booked(session: Document, viewer: Viewer) -> list[Span]:
    """Give when a booked session takes place for the reader: not where they stay away."""
    rows = series_rows(session, viewer.reader.now)
    if not rows:
        return [span_of(session["finalTime"])]
    return [row.span for row in rows if row.span is not None and viewer.id not in row.away]


def of_calendars(blocks: Iterable[AvailabilityBlock], booked: set[Span]) -> Iterator[Taken]:
    """Give what one's calendars take, but for what sessions have told already."""
    for block in blocks:
        span = Span(block.start, block.end)
        if block.source is BlockSource.CALENDAR and span not in booked:
            told = block.metadata
            look = "maybe" if told.get("status") == "tentative" else "busy"
            yield span, look, one_line(str(told.get("title") or "Busy")), "#agenda"


def _column(viewer: Viewer, local: LocalTime, day: LocalDay, spans: Iterable[Taken], begins: date) -> Column:
    entries = [
        Entry(
            start,
            end,
            look,
            title,
            viewer.reader.clock(span.start),
            f"{title}, {times(viewer.reader, span)}, {_WORDS[look]}",
            href,
        )
        for span, look, title, href in spans
        for of, start, end in wall_pieces(local, span)
        if of == day and start < end
    ]
    opened = _opened(viewer, local, day)
    taken = united((one.start, one.end) for one in entries if one.look != "offered")
    gaps = [
        (minute, f"/week?{urlencode({'from': begins.isoformat(), 'at': _written(day, minute)})}#why")
        for minute in range(0, MINUTES_A_DAY, 30)
        if not any(start < minute + 30 and minute < end for start, end in taken)
    ]
    return Column(
        day=_EPOCH + timedelta(days=day),
        is_today=day
        == local_time(viewer.reader.zone, Span(viewer.reader.now, viewer.reader.now)).day(viewer.reader.now),
        entries=entries,
        open=opened,
        gaps=gaps,
    )


def _written(day: LocalDay, minute: int) -> str:
    return f"{(_EPOCH + timedelta(days=day)).isoformat()}T{minute // 60:02}:{minute % 60:02}"


def _opened(viewer: Viewer, local: LocalTime, day: LocalDay) -> list[Stretch]:
    hours = open_hours(viewer.user, (day - 1, day + 2))
    if hours is None:
        return [(0, MINUTES_A_DAY)]
    pieces = (piece for start, end in hours for piece in wall_pieces(local, Span(start, end)))
    return united((start, end) for of, start, end in pieces if of == day)


def _agenda(viewer: Viewer, column: Column, spans: Sequence[Taken], local: LocalTime) -> dict[str, Any]:
    day = day_number(column.day)
    rows = []
    for span, look, title, href in sorted(spans, key=lambda one: one[0]):
        if any(of == day for of, _, _ in wall_pieces(local, span)):
            address = "" if href.startswith("#") else href
            words = "" if look == "busy" else _WORDS[look]
            told = {"look": look, "times": times(viewer.reader, span), "title": title}
            rows.append({**told, "words": words, "href": address})
    return {"name": f"{column.day:%A} {column.day.day}", "rows": rows}


def _why(
    viewer: Viewer, local: LocalTime, begins: date, hours: Stretch, at: Instant, found: Explanation
) -> dict[str, Any]:
    minute = max(hours[0], min(local.minute(at), hours[1]))
    rows = [
        {
            "free": False,
            "who": "",
            "words": one_line(cause.text)
            + (f", {times(viewer.reader, cause.span)}" if cause.span is not None else "")
            + ".",
        }
        for cause in found.causes
    ]
    if not rows:
        rows = [{"free": True, "who": "You", "words": "are free then, as far as your calendars say."}]
    return {
        "day": local.day(at) - day_number(begins) + 1,
        "hour": min(11, (minute - hours[0]) // 60),
        "when": viewer.reader.when(at),
        "rows": rows,
    }
