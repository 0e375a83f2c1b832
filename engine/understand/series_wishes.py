"""What is wished of a booked series: to skip some of it, to go on otherwise from a day on, to move one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.understand.reading import Dates

DatesOf = Callable[[str], tuple[Dates | None, int | None]]
"""Reads the dates and the time of day (in minutes) that are said, in the light of today."""

_POLITE = r"(?:(?:please|can you|could you|would you|let us|let's|we|i|will|want to|need to|have to|,) ?)*"
_IT = (
    r"(?:(?:the|this|that|our|my)? ?"
    r"(?:sessions?|meetings?|class(?:es)?|lessons?|calls?|syncs?|ones?|hours?)? ?)"
)
_AWAY = r"(?:can ?not|can't|can’t) (?:come|make it|attend|join|be there)"
_SKIP = re.compile(
    rf"^{_POLITE}(?:skip|leave out|drop|pause|cancel|call off|no (?:session|meeting|class|lesson|call|sync)s?"
    rf"|not|holidays?|on holiday|away|(?:am|'m) (?:away|on holiday)|{_AWAY})"
    rf" ?{_IT}(?:on|of|for)? ?(?P<when>.*\d.*|.*day\b.*|.*week\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_STOP = re.compile(
    rf"^{_POLITE}(?:stop|end|cancel|call off|skip|no more|drop|leave|{_AWAY})\b"
    r".*?(?P<when>\bfrom .+? on(?:wards?)?\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FROM = re.compile(
    rf"^{_POLITE}(?:(?:move|reschedule|shift|change)\b.*?)?(?P<when>\bfrom .+? on(?:wards?)?\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MOVE = re.compile(
    rf"^{_POLITE}(?:move|reschedule|shift|postpone|another time (?:on|for)|find another time (?:on|for))"
    rf" ?{_IT}(?:on|of|for)? ?(?P<when>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_ALONE = re.compile(rf"\bfrom ({'|'.join(_MONTHS)})\b", re.IGNORECASE)
_ABOUT_ALL = re.compile(r"\s*(?:to|it|by|everything|all)\b", re.IGNORECASE)
_APART = re.compile(r",? and |, ", re.IGNORECASE)


class Verb(StrEnum):
    """What is wished."""

    SKIP = "skip"
    STOP = "stop"
    ANEW = "anew"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """A wish of a booked series: `days` are those it names; `at` is the new time, in minutes of the day."""

    verb: Verb
    days: tuple[Dates, ...]
    at: int | None = None


def series_wish(text: str, dates_of: DatesOf) -> SeriesWish | None:
    """Read what is wished of some of a booked series; None where its words are about something else."""
    said = " ".join(text.strip().rstrip(".!").split())
    for verb, phrase in ((Verb.STOP, _STOP), (Verb.ANEW, _FROM), (Verb.SKIP, _SKIP), (Verb.MOVE, _MOVE)):
        found = phrase.match(said)
        if found is None or (verb is Verb.MOVE and _ABOUT_ALL.match(found["when"])):
            continue
        when = _MONTH_ALONE.sub(r"from 1 \1", found["when"])
        read = list(_read(when, verb, dates_of))
        if read and all(days is not None for days, _ in read):
            days = tuple(one for one, _ in read if one is not None)
            at = next((at for _, at in read if at is not None), None)
            return _fitting(SeriesWish(verb, days, at))
    return None


def _read(when: str, verb: Verb, dates_of: DatesOf) -> Iterator[tuple[Dates | None, int | None]]:
    """Read the days that are named, one after the other; a span of days is one."""
    if verb is not Verb.SKIP or re.match(r"(?:from|between)\b", when, re.IGNORECASE):
        yield dates_of(when)
        return
    for part in _APART.split(when):
        yield dates_of(part)


def _fitting(wish: SeriesWish) -> SeriesWish | None:
    """Give a wish whose days fit what is wished: from a day on, or single days and spans of them."""
    open_ended = any(one.last is None for one in wish.days)
    if wish.verb in (Verb.STOP, Verb.ANEW):
        return wish if len(wish.days) == 1 else None
    if wish.verb is Verb.MOVE:
        one_day = len(wish.days) == 1 and wish.days[0].first == wish.days[0].last
        return wish if one_day else None
    return None if open_ended or wish.at is not None else wish


def speaks_of_oneself(text: str) -> bool:
    """Tell whether somebody says that they themselves stay away, and not that all do."""
    return re.search(rf"\b(?:{_AWAY}|away|on holiday|leave)\b", text, re.IGNORECASE) is not None
