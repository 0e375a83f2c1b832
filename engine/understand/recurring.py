"""What recurs, said in words: "every Tuesday at 10 for six weeks" is a rule, and a first hour to look for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.time.weekday import Weekday
from engine.understand.reading import Intent, Reading

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_NUMBER = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}|a|an)"
_DAY_NAMES = "|".join(day.name.lower() for day in Weekday)
_DAY = rf"(?:{_DAY_NAMES}|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)s?(?![a-z])"
_DAYS = rf"{_DAY}(?:(?:,? (?:and|&) |, ?){_DAY})*"
_UNIT = r"(?:week ?days?|work(?:ing)? ?days?|days?|weeks?|fortnights?|months?)"
_EVERY = re.compile(
    rf"\b(?:every|each)(?: (?P<step>other|second|third|fourth|{_NUMBER}))? (?P<what>{_DAYS}|{_UNIT})\b",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    rf"\b(?P<adverb>daily|weekly|fortnightly|bi-?weekly|monthly)\b(?=.*\b(?:for {_NUMBER} |until |till ))",
    re.IGNORECASE | re.DOTALL,
)
_FOR = re.compile(
    rf"[, ]*\b(?:for (?:the next )?{_NUMBER} (?P<unit>weeks?|days?|months?|times|sessions?|meetings?"
    rf"|occurrences?)|{_NUMBER} (?P<times>times))\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"[, ]*\b(?:until|till|through|up to) (?P<date>[^,.;]+?)(?=$|[,.;]| (?:at|with|for|in) )", re.IGNORECASE
)
_STEPS = {"other": 2, "second": 2, "third": 3, "fourth": 4}
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month"}
_UNKNOWN_END = "Until when shall it recur? Give a date, or how many times."

UntilOf = Callable[[str], str | None]
"""Reads a date that is said, in the light of today, as the UNTIL that has all of that day before it."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """The rule that a message names, the rest of its words, and what to ask where the rule is unclear."""

    rule: str
    rest: str
    question: str | None = None


def recurring_in(text: str, until_of: UntilOf) -> Recurring | None:
    """Find by what rule something is asked for that recurs; None where it does not."""
    found = _EVERY.search(text) or _ADVERB.search(text)
    if found is None:
        return None
    groups = found.groupdict()
    step, what = _step(groups)
    parts = {"FREQ": _frequency(what)}
    if step > 1:
        parts["INTERVAL"] = str(step)
    days = _days_of(what)
    if days:
        parts["BYDAY"] = ",".join(day.name[:2] for day in days)
    rest = text[: found.start()] + _said_instead(what, days) + text[found.end() :]
    ended, question = _end(rest, parts, step, max(1, len(days)), until_of)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    return Recurring(rule, re.sub(r"\s{2,}", " ", ended).strip(), question)


def with_rule(reading: Reading, found: Recurring) -> Reading:
    """Give a request with the rule that it recurs by; what asks for nothing has none."""
    if reading.intent is not Intent.REQUEST:
        return reading
    return replace(reading, recurrence=found.rule, question=reading.question or found.question)


def _step(groups: Mapping[str, str | None]) -> tuple[int, str]:
    adverb = (groups.get("adverb") or "").lower().replace("-", "")
    if adverb:
        return (2, "week") if adverb in ("fortnightly", "biweekly") else (1, _ADVERBS[adverb])
    step, what = (groups.get("step") or "").lower(), str(groups.get("what")).lower()
    often = _STEPS.get(step) or (_number(step) if step else 1)
    return (2 * often, "week") if what.startswith("fortnight") else (often, what)


def _frequency(what: str) -> str:
    if what.startswith("month"):
        return "MONTHLY"
    return "DAILY" if what.startswith("day") else "WEEKLY"


def _days_of(what: str) -> list[Weekday]:
    if re.match(r"week ?day|work", what):
        return list(Weekday)[:5]
    names = re.findall(_DAY, what, re.IGNORECASE)
    chosen = {day for day in Weekday for name in names if name[:2].lower() == day.name[:2].lower()}
    return [day for day in Weekday if day in chosen]


def _said_instead(what: str, days: list[Weekday]) -> str:
    """Give what the first one is looked for by."""
    if re.match(r"week ?day|work", what):
        return "on weekdays"
    return f"on {' and '.join(f'{day.name.capitalize()}s' for day in days)}" if days else ""


def _end(
    text: str, parts: dict[str, str], step: int, a_week: int, until_of: UntilOf
) -> tuple[str, str | None]:
    """Put how often, or until when, into the rule; gives the words without it, and what to ask."""
    often = _FOR.search(text)
    if often is not None:
        count = _number(next(one for one in (often[1], often[3]) if one))
        count = _times(count, (often["unit"] or "times").lower().rstrip("s"), parts["FREQ"], step, a_week)
        if count < 1:
            return text, _UNKNOWN_END
        parts["COUNT"] = str(count)
        return text[: often.start()] + text[often.end() :], None
    until = _UNTIL.search(text)
    if until is None:
        return text, None
    last = until_of(until["date"])
    if last is None:
        return text, _UNKNOWN_END
    parts["UNTIL"] = last
    return text[: until.start()] + text[until.end() :], None


def _times(count: int, unit: str, frequency: str, step: int, a_week: int) -> int:
    """Give how many occurrences there are in so many weeks, days or months; 0 where that is not clear."""
    if unit not in ("week", "day", "month"):
        return count
    if frequency == "WEEKLY" and unit == "week":
        return -(-count // step) * a_week
    days = {"week": 7, "day": 1}.get(unit)
    if frequency == "DAILY" and days is not None:
        return -(-count * days // step)
    return -(-count // step) if frequency == "MONTHLY" and unit == "month" else 0


def _number(text: str) -> int:
    word = text.lower()
    if word in ("a", "an"):
        return 1
    return int(word) if word.isdigit() else _NUMBERS.index(word) + 1
