"""How the search grows with users, blocks, sessions, attendees and days: a table, and curves as a picture.

Run `python -m tests.bench.find_growth docs/find-growth.svg`; times are CPU microseconds a session.
"""

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.find.backends import Backend, Bitmaps, IntervalSearch
from engine.find.request import FindRequest
from engine.find.search import find
from tests.bench.find_workloads import workload

SIZES = {"people": 1000, "blocks": 200, "days": 14, "sessions": 300, "attendees": 5}
GROWTH = {
    "people": (100, 300, 1000, 3000),
    "blocks": (25, 50, 100, 200, 400),
    "sessions": (100, 1000, 10_000),
    "attendees": (2, 5, 10, 20, 50, 100),
    "days": (7, 14, 30, 60),
}
ROUNDS = 5
SWEPT = 30
SERIES = {
    "bitmaps, cold": ("#c2410c", "ranked and explained, nothing known before"),
    "bitmaps, warm": ("#0f766e", "ranked and explained, people known"),
    "sweep": ("#6b7280", "candidates only, people known"),
}


class Point(NamedTuple):
    """One measurement: what grew, how far, and the microseconds a session by series."""

    axis: str
    size: int
    times: dict[str, float]


def measured() -> Iterator[Point]:
    """Measure every size of every axis, the other sizes as in workload A."""
    for axis, sizes in GROWTH.items():
        for size in sizes:
            sizes_now = {**SIZES, axis: size}
            requests = list(workload(*(sizes_now[one] for one in SIZES)).requests())
            yield Point(axis, size, dict(_times(requests)))


def _times(requests: Sequence[FindRequest]) -> Iterator[tuple[str, float]]:
    kept, few, plain = Bitmaps(), requests[:SWEPT], IntervalSearch()
    yield "bitmaps, cold", _cost(lambda: _answer(Bitmaps(), requests)) / len(requests)
    _answer(kept, requests)
    yield "bitmaps, warm", _cost(lambda: _answer(kept, requests)) / len(requests)
    _search(plain, few)
    yield "sweep", _cost(lambda: _search(plain, few)) / len(few)


def _answer(backend: Backend, requests: Sequence[FindRequest]) -> None:
    for request in requests:
        find(request, backend)


def _search(backend: Backend, requests: Sequence[FindRequest]) -> None:
    for request in requests:
        backend.candidates(request)


def _cost(work: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1e6


def table(points: Sequence[Point]) -> Iterator[str]:
    """Write the measurements as a table."""
    yield "| grows | to | " + " | ".join(SERIES) + " |"
    yield "|---|---:|" + "---:|" * len(SERIES)
    for axis, size, times in points:
        yield f"| {axis} | {size:,} | " + " | ".join(f"{times[name]:,.0f}" for name in SERIES) + " |"


WIDTH, HEIGHT, LEFT, TOP = 250, 190, 55, 40


def picture(points: Sequence[Point]) -> Iterator[str]:
    """Draw one panel for each axis, both scales logarithmic."""
    yield '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 580"'
    yield ' font-family="sans-serif" font-size="12">'
    yield '<rect width="960" height="580" fill="white"/>'
    yield '<text x="20" y="24" font-size="16">CPU microseconds a session, as one size grows</text>'
    for number, axis in enumerate(GROWTH):
        x, y = LEFT + number % 3 * 310, TOP + 20 + number // 3 * 260
        yield from _panel(axis, [point for point in points if point.axis == axis], x, y)
    for number, (name, (colour, meaning)) in enumerate(SERIES.items()):
        y = 380 + 30 * number
        yield f'<rect x="680" y="{y}" width="14" height="14" fill="{colour}"/>'
        yield f'<text x="702" y="{y + 12}">{name}: {meaning}</text>'
    yield "</svg>"


def _panel(axis: str, points: Sequence[Point], x: int, y: int) -> Iterator[str]:
    low, high = math.log10(points[0].size), math.log10(points[-1].size)
    yield f'<g transform="translate({x},{y})">'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#d1d5db"/>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT + 34}" text-anchor="middle">{axis}</text>'
    for power in range(1, 6):
        at = _height(10**power)
        yield f'<line x1="0" y1="{at}" x2="{WIDTH}" y2="{at}" stroke="#e5e7eb"/>'
        yield f'<text x="-6" y="{at + 4}" text-anchor="end">{10**power:,}</text>'
    places = [(math.log10(point.size) - low) / (high - low) * WIDTH for point in points]
    for place, point in zip(places, points, strict=True):
        yield f'<text x="{place:.0f}" y="{HEIGHT + 16}" text-anchor="middle">{point.size}</text>'
    for name, (colour, _) in SERIES.items():
        dots = [(place, _height(point.times[name])) for place, point in zip(places, points, strict=True)]
        line = " ".join(f"{place:.1f},{at:.1f}" for place, at in dots)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{place:.1f}" cy="{at:.1f}" r="3" fill="{colour}"/>' for place, at in dots)
    yield "</g>"


def _height(microseconds: float) -> float:
    """Place a time between 10 and 100,000 microseconds."""
    return round(HEIGHT * (1 - (math.log10(max(microseconds, 10)) - 1) / 4), 1)


if __name__ == "__main__":
    found = list(measured())
    print("\n".join(table(found)))
    Path(sys.argv[1]).write_text("\n".join(picture(found)) + "\n", encoding="utf-8")
