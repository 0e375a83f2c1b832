"""A week's picture as SVG: x in per cent, y in pixels, so that it is fluid and keeps the size of its type."""

from xml.etree.ElementTree import Element, SubElement, tostring

from daemon.pages.week_grid import Block, Card, GridDay, GridPerson, Lane, WeekGrid
from daemon.terminal.times import Reader, half_day
from engine.model.calendar import BusyStatus
from engine.text.plain_text import one_line
from engine.time.intervals import Stretch

HEAD = 60
HOUR_HEIGHT = 52
FOOT = 8
TONES = 6
_LANES = (5.0, 90.0)
_LANE_SHARE = 0.78
_LEAST_CARD = 26
_ROUND = "4"


def tone(place: int) -> int:
    """Give a person's tone by their place: the first one's is 1, a seventh begins again at 2."""
    return place + 1 if place < TONES else (place - 1) % (TONES - 1) + 2


def initials(name: str) -> str:
    """Give a name's first letter, and its last word's."""
    words = one_line(name).split() or ["?"]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


def height(grid: WeekGrid) -> int:
    """Tell how high a week's picture is, in pixels."""
    return HEAD + (grid.last - grid.first) * HOUR_HEIGHT // 60 + FOOT


def written(element: Element) -> str:
    """Write a drawing."""
    return tostring(element, encoding="unicode")


def hours_svg(grid: WeekGrid, reader: Reader) -> Element:
    """Draw the hours' names beside the days."""
    svg = Element(
        "svg", {"class": "hours", "width": "100%", "height": str(height(grid)), "aria-hidden": "true"}
    )
    for minute in range(grid.first, grid.last + 1, 60):
        _text(svg, _hour(minute // 60 % 24, reader), "hour", x="100%", dx="-10", y=_y(grid, minute))
    return svg


def _hour(hour: int, reader: Reader) -> str:
    return f"{hour % 12 or 12} {half_day(hour)}" if reader.twelve_hour else f"{hour:02}:00"


def days_svg(grid: WeekGrid, reader: Reader, *, with_links: bool, with_patterns: bool = True) -> Element:
    """Draw the days: lanes, busy times in tone and pattern, when everybody can, and the offered times.

    Of several weeks in one document only one holds the patterns.
    """
    label = (
        "Everybody’s busy times" if with_links else "Everybody’s busy times, with the offered times over them"
    )
    svg = Element(
        "svg",
        {"class": "days", "width": "100%", "height": str(height(grid)), "role": "group", "aria-label": label},
    )
    if with_patterns:
        svg.append(patterns())
    for minute in range(grid.first, grid.last + 1, 60):
        y = _y(grid, minute)
        SubElement(svg, "line", {"class": "rule", "x1": "0", "x2": "100%", "y1": y, "y2": y})
    share = 100 / len(grid.days)
    for number, day in enumerate(grid.days):
        column = SubElement(
            svg,
            "svg",
            {
                "x": _percent(number * share),
                "width": _percent(share),
                "height": str(height(grid)),
                "overflow": "visible",
            },
        )
        _column(column, grid, day, reader, with_links=with_links)
    return svg


def patterns() -> Element:
    """Draw each person's pattern, so that nobody is told by colour alone."""
    defs = Element("defs")
    marks: dict[int, tuple[dict[str, str], str, dict[str, str]]] = {
        2: (
            {"patternTransform": "rotate(45)"},
            "path",
            {"class": "rim-2", "d": "M1 0v5", "stroke-width": "1.2"},
        ),
        3: ({}, "circle", {"class": "ink-3", "cx": "2.5", "cy": "2.5", "r": "1.1"}),
        4: ({}, "path", {"class": "rim-4", "d": "M0 1h5", "stroke-width": "1.2"}),
        5: (
            {"patternTransform": "rotate(-45)"},
            "path",
            {"class": "rim-5", "d": "M1 0v5", "stroke-width": "1.2"},
        ),
        6: ({}, "path", {"class": "rim-6", "d": "M1 0v5", "stroke-width": "1.2"}),
    }
    for number, (turn, kind, mark) in marks.items():
        pattern = SubElement(
            defs,
            "pattern",
            {"id": f"fill-{number}", "patternUnits": "userSpaceOnUse", "width": "5", "height": "5", **turn},
        )
        SubElement(pattern, "rect", {"class": f"wash-{number}", "width": "5", "height": "5"})
        SubElement(pattern, kind, mark)
    unknown = SubElement(
        defs,
        "pattern",
        {
            "id": "fill-unknown",
            "patternUnits": "userSpaceOnUse",
            "width": "8",
            "height": "8",
            "patternTransform": "rotate(45)",
        },
    )
    SubElement(unknown, "path", {"class": "hatch-line", "d": "M1 0v8"})
    return defs


def _column(svg: Element, grid: WeekGrid, day: GridDay, reader: Reader, *, with_links: bool) -> None:
    _heading(svg, day)
    step = _LANES[1] / max(1, len(day.lanes))
    width = step * _LANE_SHARE
    places = [_LANES[0] + step * number for number in range(len(day.lanes))]
    for person, lane, x in zip(grid.people, day.lanes, places, strict=True):
        _text(svg, initials(person.name)[:1], "initial", x=_percent(x + width / 2), y="44")
        for stretch in lane.open:
            _bar(svg, grid, stretch, {"class": "lane"}, x, width, inset=0)
    for stretch in day.together:
        _bar(svg, grid, stretch, {"class": "together", "rx": "8"}, 2, 96, inset=0)
    for number, (person, lane, x) in enumerate(zip(grid.people, day.lanes, places, strict=True)):
        _taken(svg, grid, person, lane, reader, tone(number), x, width)
    for card in day.cards:
        _card(svg, grid, card, reader, with_links=with_links)


def _heading(svg: Element, day: GridDay) -> None:
    place = SubElement(svg, "g", {"class": "today"}) if day.is_today else svg
    wide = _text(place, f"{day.day:%a} ", "day-name roomy", x="5%", y="16")
    date = SubElement(wide, "tspan", {"class": "day-date"})
    date.text = str(day.day.day)
    tight = SubElement(place, "g", {"class": "tight"})
    _text(tight, f"{day.day:%a}", "day-name", x="5%", y="10")
    _text(tight, str(day.day.day), "day-date", x="5%", y="26")


def _taken(
    svg: Element,
    grid: WeekGrid,
    person: GridPerson,
    lane: Lane,
    reader: Reader,
    number: int,
    x: float,
    width: float,
) -> None:
    for stretch in lane.unknown:
        what = f"{one_line(person.name)}: nobody knows; the calendar is not read"
        _bar(svg, grid, stretch, {"class": "unknown", "fill": "url(#fill-unknown)"}, x, width, told=what)
    for block in lane.busy:
        fill = {"class": "busy-1"} if number == 1 else {"fill": f"url(#fill-{number})"}
        if block.status is BusyStatus.TENTATIVE:
            fill = {"class": f"maybe rim-{number}"}
        stretch = (block.start, block.end)
        if _bar(svg, grid, stretch, fill, x, width, told=_told(person, block, reader)) and number != 1:
            _bar(svg, grid, stretch, {"class": f"rim rim-{number}"}, x, width)


def _told(person: GridPerson, block: Block, reader: Reader) -> str:
    kind = "perhaps busy" if block.status is BusyStatus.TENTATIVE else "busy"
    what = f": {one_line(block.title)}" if block.title else ""
    return f"{one_line(person.name)} is {kind} {reader.span(block.span)}{what}"


def _bar(
    svg: Element,
    grid: WeekGrid,
    stretch: Stretch,
    look: dict[str, str],
    x: float,
    width: float,
    *,
    inset: int = 1,
    told: str = "",
) -> bool:
    """Draw what of a stretch lies within the hours that are drawn; tells whether anything does."""
    start, end = max(stretch[0], grid.first), min(stretch[1], grid.last)
    if start >= end:
        return False
    top, bottom = _pixel(grid, start) + inset, _pixel(grid, end) - inset
    rect = SubElement(
        svg,
        "rect",
        {
            "rx": _ROUND,
            **look,
            "x": _percent(x),
            "y": _number(top),
            "width": _percent(width),
            "height": _number(max(1.0, bottom - top)),
        },
    )
    if told:
        title = SubElement(rect, "title")
        title.text = told
    return True


def _card(svg: Element, grid: WeekGrid, card: Card, reader: Reader, *, with_links: bool) -> None:
    """Draw an offered time; the best is filled. Where it is low its end and its ring are left out."""
    top = _pixel(grid, max(card.start, grid.first)) + 1
    tall = max(_LEAST_CARD, _pixel(grid, min(card.end, grid.last)) - top - 1)
    percent = f"{card.slot.confidence:.0%}".replace("%", " %")
    begins, ends = reader.clock(card.slot.start), reader.clock(card.slot.end)
    look = "slot best" if card.number == 1 else "slot"
    place = SubElement(svg, "a" if with_links else "g", {"class": look})
    if with_links:
        place.set("href", f"#time-{card.number}")
        place.set("aria-label", f"{card.number} {begins} to {ends} {percent}, {reader.day(card.slot.start)}")
    box = SubElement(
        place,
        "svg",
        {"x": "1%", "y": _number(top), "width": "98%", "height": _number(tall), "overflow": "visible"},
    )
    SubElement(box, "rect", {"class": "plate", "width": "100%", "height": _number(tall), "rx": "8"})
    roomy, low = SubElement(box, "g", {"class": "roomy"}), tall < 40
    middle = tall / 2 if low else 17
    _disc(roomy, str(card.number), "17", middle)
    _text(roomy, begins, "clock", x="32", y=_number(middle + 0.5))
    if not low:
        _text(roomy, f"to {ends}", "end", x="32", y="34")
        if with_links or not reader.twelve_hour:
            _ring(roomy, card.slot.confidence, tall / 2, beside_long=reader.twelve_hour)
    short = begins.replace(":00", "").replace(" ", "") if reader.twelve_hour else begins
    tight = SubElement(box, "g", {"class": "tight"})
    if low:
        _text(tight, short, "clock", x="50%", y=_number(tall / 2), **{"text-anchor": "middle"})
    else:
        _disc(tight, str(card.number), "50%", 16)
        _text(tight, short, "clock", x="50%", y="37", **{"text-anchor": "middle"})


def _disc(place: Element, number: str, x: str, y: float) -> None:
    SubElement(place, "circle", {"class": "disc", "cx": x, "cy": _number(y), "r": "9"})
    _text(place, number, "no", x=x, y=_number(y + 0.5))


def _ring(place: Element, confidence: float, y: float, *, beside_long: bool) -> None:
    """Draw a confidence; a narrow card has no room for it, beside the longer times of 12 hours still less."""
    look = "ring-part beside-long" if beside_long else "ring-part"
    part = SubElement(place, "svg", {"class": look, "x": "100%", "overflow": "visible"})
    middle = SubElement(part, "g", {"transform": f"translate(-26 {_number(y)})"})
    turned = SubElement(middle, "g", {"transform": "rotate(-90)"})
    share = round(confidence * 100)
    SubElement(turned, "circle", {"class": "rest", "r": "15"})
    SubElement(
        turned,
        "circle",
        {"class": "part", "r": "15", "pathLength": "100", "stroke-dasharray": f"{share} 100"},
    )
    _text(middle, str(share), "share", y="0.5")


def _text(place: Element, words: str, look: str, **where: str) -> Element:
    text = SubElement(place, "text", {"class": look, **where})
    text.text = words
    return text


def _pixel(grid: WeekGrid, minute: float) -> float:
    return HEAD + (minute - grid.first) * HOUR_HEIGHT / 60


def _y(grid: WeekGrid, minute: int) -> str:
    return _number(_pixel(grid, minute))


def _percent(value: float) -> str:
    return f"{value:.4g}%"


def _number(value: float) -> str:
    return f"{value:.4g}"
