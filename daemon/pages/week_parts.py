"""The weeks of a session as its page shows them: drawn, and the same as a list."""

from typing import Any

from daemon.pages.grid_svg import days_svg, hours_svg, tone, written
from daemon.pages.viewer import Viewer
from daemon.pages.week_grid import GridDay, GridPerson, GridSubject, WeekGrid, week_grids
from daemon.terminal.times import Reader, half_day, place
from engine.model.calendar import BusyStatus
from engine.text.plain_text import one_line
from engine.time.local_time import local_time
from engine.time.span import HOUR, Span


def grid_values(subject: GridSubject, viewer: Viewer) -> dict[str, Any]:
    """Give the weeks, with a legend of everybody."""
    grids, reader = week_grids(subject), viewer.reader
    weeks = [
        {
            "name": f"Week of {grid.days[0].day.day} {grid.days[0].day:%B}",
            "hours": written(hours_svg(grid, reader)),
            "days": written(days_svg(grid, reader, with_links=True, with_patterns=number == 0)),
            "rows": [_row(grid, day, viewer) for day in grid.days],
        }
        for number, grid in enumerate(grids)
    ]
    people = grids[0].people if grids else ()
    return {"weeks": weeks, "legend": [_legend(number, one, viewer) for number, one in enumerate(people)]}


def _legend(number: int, person: GridPerson, viewer: Viewer) -> dict[str, Any]:
    optional = "" if person.required else ", optional"
    return {
        "tone": tone(number),
        "name": _name(person, viewer),
        "where": f"{place(person.zone)}{_apart(person.zone, viewer.reader)}{optional}",
    }


def _name(person: GridPerson, viewer: Viewer) -> str:
    return "You" if person.id == viewer.id else (one_line(person.name).split() or [person.id])[0]


def _apart(zone: str, reader: Reader) -> str:
    """Say how many hours a zone is ahead now: `, +6 h`."""
    here, there = (
        local_time(one, Span(reader.now, reader.now)).clock(reader.now) for one in (reader.zone, zone)
    )
    ahead = (there - here) / HOUR
    return f", {ahead:+.4g} h".replace("-", "−") if ahead else ""


def _row(grid: WeekGrid, day: GridDay, viewer: Viewer) -> dict[str, str]:
    together = [f"{_clock(a, viewer)}–{_clock(b, viewer)}" for a, b in day.together]
    busy = []
    for person, lane in zip(grid.people, day.lanes, strict=True):
        spans = [
            f"{_clock(block.start, viewer)}–{_clock(block.end, viewer)}"
            f"{' perhaps' if block.status is BusyStatus.TENTATIVE else ''}"
            f"{f' ({one_line(block.title)})' if block.title else ''}"
            for block in lane.busy
        ]
        if lane.unknown:
            spans.append("unknown")
        if spans:
            busy.append(f"{_name(person, viewer)} {', '.join(spans)}")
    return {
        "day": f"{day.day:%a} {day.day.day}",
        "together": ", ".join(together) or "never",
        "busy": "; ".join(busy) or "nobody",
    }


def _clock(minute: int, viewer: Viewer) -> str:
    hour, rest = divmod(minute, 60)
    if not viewer.reader.twelve_hour:
        return f"{hour:02}:{rest:02}"
    return f"{hour % 12 or 12}:{rest:02} {half_day(hour % 24)}"
