"""Other ways to find the same times, for comparison: each gives how many starts each session has."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import portion

from engine.find.backends import Backend
from engine.find.request import FindRequest
from engine.time.span import MINUTE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def by_backend(backend: Backend, requests: Sequence[FindRequest]) -> list[int]:
    """Ask one of gatherly's own back ends for every candidate."""
    return [len(backend.candidates(request)) for request in requests]


def by_datetimes(requests: Sequence[FindRequest]) -> list[int]:
    """Try every quarter against every busy block with aware datetimes, as one writes it first."""
    return [_datetime_starts(request) for request in requests]


def _datetime_starts(request: FindRequest) -> int:
    duration = timedelta(seconds=request.duration)
    busy = [
        [(_moment(entry.start), _moment(entry.end)) for entry in request.busy[user] or ()]
        for user in request.session.required_ids
    ]
    start, found = _first_quarter(request), 0
    while start + duration <= _moment(request.window.end):
        end = start + duration
        if all(not any(begin < end and stop > start for begin, stop in blocks) for blocks in busy):
            found += 1
        start += QUARTER
    return found


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(seconds=at)


def _first_quarter(request: FindRequest) -> datetime:
    earliest = max(request.now, request.window.start)
    return _moment(-(-earliest // (15 * MINUTE)) * 15 * MINUTE)


def by_portion(requests: Sequence[FindRequest]) -> list[int]:
    """Subtract everybody's busy times from the window with the interval library `portion`."""
    return [_portion_starts(request) for request in requests]


def _portion_starts(request: FindRequest) -> int:
    earliest = int((_first_quarter(request) - EPOCH).total_seconds())
    free = portion.closedopen(earliest, request.window.end)
    for user in request.session.required_ids:
        blocks = [portion.closedopen(entry.start, entry.end) for entry in request.busy[user] or ()]
        free -= portion.Interval(*blocks)
    step = 15 * MINUTE
    runs = ((part.lower, part.upper - request.duration) for part in free if not part.empty)
    return sum(max(0, last // step - -(-first // step) + 1) for first, last in runs)


def by_polars(requests: Sequence[FindRequest]) -> list[int]:
    """Answer all sessions at once with data frames: blocked quarters, joined to attendees, counted."""
    origin = int((_first_quarter(requests[0]) - EPOCH).total_seconds())
    step, duration = 15 * MINUTE, requests[0].duration
    size = (requests[0].window.end - duration - origin) // step + 1
    users = {user for request in requests for user in request.session.required_ids}
    rows = [
        (user, (entry.start - duration - origin) // step + 1, -(-(entry.end - origin) // step))
        for user in users
        for entry in requests[0].busy[user] or ()
    ]
    blocked = (
        pl.DataFrame(rows, schema=["user", "first", "end"], orient="row")
        .with_columns(pl.int_ranges(pl.col("first").clip(0), pl.col("end").clip(0, size)).alias("start"))
        .select("user", "start")
        .explode("start", empty_as_null=True, keep_nulls=True)
        .drop_nulls()
    )
    sessions = [
        (number, user) for number, request in enumerate(requests) for user in request.session.required_ids
    ]
    counts = (
        pl.DataFrame(sessions, schema=["session", "user"], orient="row")
        .join(blocked, on="user")
        .group_by("session")
        .agg(pl.col("start").n_unique())
    )
    taken = dict(counts.iter_rows())
    return [size - taken.get(number, 0) for number in range(len(requests))]
