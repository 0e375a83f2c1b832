"""What is kept of zones' clocks stays small, however many days go by."""

import tracemalloc

from engine.find.start_grid import Grid
from engine.learning.on_grid.rows import by_clock
from engine.time.instant import parse_instant
from engine.time.span import DAY, MINUTE

BEGIN = parse_instant("2026-10-05T00:00:00Z")
STRIDE = 15 * MINUTE
DAYS = 14
MOST_BYTES = 12_000_000


def test_a_hundred_days_keep_no_more_than_the_newest() -> None:
    tracemalloc.start()
    try:
        for day in range(100):
            grid = Grid(BEGIN + day * DAY, STRIDE, DAYS * DAY // STRIDE)
            by_clock("Europe/Berlin", grid, 30)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < MOST_BYTES
