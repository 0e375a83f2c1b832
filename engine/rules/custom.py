"""Rules that packages add: asked for what they forbid of a stretch of time; what fails forbids all of it."""

import math
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from engine.model.constraint import Check, CustomRule
from engine.time.instant import to_datetime
from engine.time.intervals import Stretch, united
from engine.time.span import Span
from engine.trouble import Trouble, attempt

MOST_PARTS = 10_000
"""Parts of one stretch that a check may give; what gives more is taken to have failed."""


def forbidden(rule: CustomRule, asked: Span, zone: str) -> list[Stretch]:
    """Give, united, what a rule forbids of a stretch, read in a zone; without a check it forbids nothing."""
    check = rule.check
    if check is None:
        return []
    found = attempt(lambda: parts_of(check, rule, asked, zone))
    return [(asked.start, asked.end)] if isinstance(found, Trouble) else found


def parts_of(check: Check, rule: CustomRule, asked: Span, zone: str) -> list[Stretch]:
    """Ask a check.

    Raises:
        ValueError: what it gives are no stretches of time.
    """
    clock = ZoneInfo(zone)
    window = (to_datetime(asked.start).astimezone(clock), to_datetime(asked.end).astimezone(clock))
    return united(_seconds(islice(check(dict(rule.details), window, zone), MOST_PARTS + 1), asked))


def _seconds(parts: Iterable[tuple[datetime, datetime]], asked: Span) -> Iterable[Stretch]:
    for number, (start, end) in enumerate(parts):
        if start.tzinfo is None or end.tzinfo is None or end < start or number == MOST_PARTS:
            raise ValueError("a check gave no stretches of time")
        begin, until = math.floor(start.timestamp()), math.ceil(end.timestamp())
        yield max(begin, asked.start), min(until, asked.end)
