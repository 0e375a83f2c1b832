"""Which of the offered times a message takes."""

import re
from dataclasses import dataclass
from datetime import datetime

from engine.model.session import TimeSlot
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.understand.facts import When
from engine.understand.items import Item, Pick
from engine.understand.tokens import Line, rule
from engine.understand.words import ORDINALS

_WORDS = "|".join(ORDINALS)
_NOUN = (
    "(?:one|slot|option|time|times|proposal|suggestion|choice|date|offer|of (?:them|these"
    r"|those|the \d|the (?:three|two|options|times|slots)))"
)
_SOLE = "(?= *$| [,.;!?-]| please| or| and| works?| is| sounds| suits| would| then| it is| looks| if| for me)"
_PICKS = (
    rule(
        r"(?:(?:the )?(?:option|number|slot|choice|proposal|suggestion|alternative|nr|no \.)"
        r"|#)(?: number| #| :)? ?(?P<n>\d{1,3}|one)"
    ),
    rule(rf"(?:the )?(?P<n>\d{{1,2}})(?:st|nd|rd|th) {_NOUN}"),
    rule(
        f"(?:the )?(?:very )?(?P<w>{_WORDS}|last|latter|former|final|earliest|latest|soonest"
        "|middle|top|earlier|later|next|bottom)(?: available| possible| proposed"
        rf"| offered)?(?: {_NOUN})+(?: of (?:the day|them|these|those|the \d|all))?"
    ),
    rule(
        f"(?:the )(?:very )?(?P<w>{_WORDS}|last|latter|former|earliest|latest|soonest"
        f"|middle)(?: possible| available)?{_SOLE}"
    ),
    rule(r"^(?P<n>[1-9])(?= *[.!]* *$| please *[.!]* *$)"),
    rule(rf"^(?P<w>first|second|third|earliest|latest|last)(?: please)?{_SOLE}"),
)
_COUNTED = rule(
    "(?:out )?of (?:the|these|those|your) (?:2|3|4|5)(?: options| times| ones| slots| suggestions)?"
)
_FROM_END = {"last": -1, "latter": -1, "final": -1, "bottom": -1}
_FROM_START = {"former": 1, "top": 1, "next": 1}
UNCLEAR = 10_000
EARLIER, LATER, MOST = 20_000, 30_000, 1
"""Picks that count among the offers that a message allows; `MOST` for `the earliest` of any number."""


def chosen(picks: tuple[int, ...], allowed: list[int]) -> set[int]:
    """Give the numbers that picks mean, of those that are allowed otherwise."""
    out = set()
    for pick in picks:
        if pick < UNCLEAR:
            out.add(pick)
        elif pick == UNCLEAR or not allowed or (not pick % 10 and len(allowed) != 2):
            out.add(UNCLEAR)
        else:
            out.add(allowed[0] if pick < LATER else allowed[-1])
    return out if out <= {*allowed, UNCLEAR} else {UNCLEAR}


def read_picks(line: Line[Item], offered: int) -> None:
    """Mark where a message counts the offers."""
    line.replace(_COUNTED, lambda found, _: ("X", Pick(number=UNCLEAR)))
    for pattern in _PICKS:
        line.replace(pattern, lambda found, _: _pick(found, offered))


def _pick(found: re.Match[str], offered: int) -> tuple[str, Item]:
    parts = found.groupdict()
    if parts.get("n"):
        return "O", Pick(number=1 if parts["n"] == "one" else int(parts["n"] or 0) or UNCLEAR)
    word = str(parts["w"])
    if word in ("later", "earlier", "latest", "earliest", "soonest"):
        number = LATER if word.startswith("late") else EARLIER
        number += 0 if word[-3:] != "est" else MOST
    elif word == "middle":
        number = offered // 2 + 1 if offered % 2 else UNCLEAR
    else:
        number = ORDINALS.get(word) or _FROM_START.get(word) or _FROM_END.get(word) or UNCLEAR
    return "O", Pick(number=offered if number == -1 else number)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offered time: its number from 1, and its local start."""

    number: int
    start: datetime
    minutes: int


def offers_of(slots: tuple[TimeSlot, ...], zone: str) -> list[Offer]:
    """Give the offers in the local time of a zone."""
    info = zone_info(zone)
    return [
        Offer(number, to_datetime(slot.start).astimezone(info), (slot.end - slot.start) // 60)
        for number, slot in enumerate(slots, 1)
    ]


def fitting(slots: tuple[TimeSlot, ...], zone: str, when: When) -> list[int]:
    """Give the numbers of the offers that a message's days and times allow."""
    days = offers_of(slots, zone)
    clocks = days if when.zone is None else offers_of(slots, when.zone)
    return [
        one.number
        for one, other in zip(days, clocks, strict=True)
        if _day_fits(one, when) and _clock_fits(other, when)
    ]


def _day_fits(offer: Offer, when: When) -> bool:
    day = offer.start.date()
    if when.dates is not None and (
        day < when.dates.first or (when.dates.last is not None and day > when.dates.last)
    ):
        return False
    weekday = day.weekday()
    if when.days and weekday not in when.days:
        return False
    return weekday not in when.exclude_days and day not in when.exclude_dates


def _clock_fits(offer: Offer, when: When) -> bool:
    start = offer.start.hour * 60 + offer.start.minute
    if when.at is not None:
        return start == when.at or (when.bare and start == (when.at + 720) % 1440)
    if when.time_range is not None:
        return (when.time_range.start or 0) <= start and start + offer.minutes <= (
            when.time_range.end or 1440
        )
    return True
