"""What a session may recur by (RFC 5545 section 3.3.10), and on which days it then takes place.

A session's rule names days, never times of day: every occurrence begins when the first one does, on the
host's clock. It ends within two years by UNTIL or COUNT, or is endless.
"""

from dataclasses import replace
from datetime import tzinfo
from functools import lru_cache
from itertools import pairwise

from engine.bounds import MOST_OCCURRENCES
from engine.errors import InputError
from engine.model.recurrence import Frequency, Rule, Wall, wall_seconds
from engine.model.session import EventSession
from engine.recurrence.rrule import parse_rule
from engine.recurrence.rule_starts import rule_starts
from engine.recurrence.vetting import MOST_COMBINATIONS, combinations, never_matches
from engine.time.local_time import zone_info
from engine.time.span import DAY, MINUTE, Instant
from engine.time.wall_clock import WallClock
from engine.time.weekday import Weekday

LONGEST_SERIES = 731
"""Days from the first to the last occurrence: two years."""
_REMEDY = "Write it like FREQ=WEEKLY;COUNT=10, with UNTIL or COUNT within two years, or without an end"


@lru_cache(maxsize=1024)
def session_rule(text: str, zone: tzinfo) -> Rule:
    """Read the rule of a session whose host's clock is that of a zone.

    Raises:
        InputError: it cannot be followed, or a session cannot recur by it.
    """
    rule = parse_rule(text.removeprefix("RRULE:"), zone)
    if rule.frequency > Frequency.DAILY or rule.by_hour or rule.by_minute or rule.by_second:
        raise InputError(f"A session does not recur within a day: {text[:80]!r}", _REMEDY)
    if rule.count is not None and rule.until is not None:
        raise InputError(f"The rule {text[:80]!r} has both UNTIL and COUNT", "Name one of them")
    if (rule.count or 0) > MOST_OCCURRENCES or combinations(rule) > MOST_COMBINATIONS:
        raise InputError(f"The rule {text[:80]!r} asks for too much", _REMEDY)
    if never_matches(rule):
        raise InputError(f"The rule {text[:80]!r} hits no date", _REMEDY)
    return rule


@lru_cache(maxsize=8192)
def days_from(rule: Rule, first: int, last: int) -> tuple[int, ...]:
    """Give the days of a series that begins on a day, both counted by `date.toordinal`, up to a last one.

    There are none where the rule does not hit its first day. The last day of an UNTIL is among them.
    """
    if rule.until is not None:
        last = min(last, rule.until.toordinal())
    whole = replace(rule, until=None)
    days = tuple(wall // DAY for wall in rule_starts(whole, first * DAY, first * DAY, last * DAY))
    return days if days[:1] == (first,) else ()


def until_minute(rule: Rule) -> tuple[int, int] | None:
    """Give the last day of an UNTIL, and the last minute of it at which an occurrence may begin."""
    if rule.until is None:
        return None
    day, second = divmod(wall_seconds(rule.until), DAY)
    return day, second // MINUTE


def check_recurring(session: EventSession, zone: str, now: Instant) -> None:
    """See that a new session's rule, and what is asked of it, mean something for its host's clock.

    Raises:
        InputError: says what means nothing.
    """
    at_least, text = session.constraints.at_least, session.recurrence
    if text is None:
        if at_least is not None:
            raise InputError(
                "How many occurrences must suit is asked of a session that does not recur", "Give it a rule"
            )
        return
    rule = session_rule(text, zone_info(zone))
    _check_weekdays(session, rule, text)
    today = WallClock(zone_info(zone)).wall(now)
    most = _most_occurrences(session, rule, text, today)
    if at_least is not None and most is not None and at_least > most:
        raise InputError(
            f"At least {at_least} occurrences are to suit, but there are {most}", "Ask for fewer"
        )


def _check_weekdays(session: EventSession, rule: Rule, text: str) -> None:
    named = session.constraints.days_of_week
    hit = {day.weekday for day in rule.by_day} or set(Weekday)
    strange = [day.name.capitalize() for day in named or () if day not in hit]
    if strange:
        raise InputError(
            f"The rule {text[:80]!r} never hits a {strange[0]}", "Ask for a weekday that the rule hits"
        )


def _most_occurrences(session: EventSession, rule: Rule, text: str, today: Wall) -> int | None:
    """Give how many occurrences there can be; None where the rule is endless."""
    first = _first_hit(rule, today // DAY)
    if first is None:
        raise InputError(f"The rule {text[:80]!r} hits no date from today on", _REMEDY)
    days = days_from(rule, first, first + LONGEST_SERIES)
    if len(days) > MOST_OCCURRENCES:
        raise InputError(f"The rule {text[:80]!r} asks for too much", _REMEDY)
    if rule.count is not None and len(days) < rule.count:
        raise InputError(f"The rule {text[:80]!r} ends later than in two years", _REMEDY)
    if rule.until is not None and rule.until.toordinal() > first + LONGEST_SERIES:
        raise InputError(f"The rule {text[:80]!r} ends later than in two years", _REMEDY)
    apart = min((after - before for before, after in pairwise(days)), default=None)
    if apart is not None and session.duration * MINUTE > apart * DAY:
        raise InputError(
            f"Occurrences of {session.duration} minutes by the rule {text[:80]!r} would overlap",
            "Make it shorter, or less frequent",
        )
    return None if rule.count is None and rule.until is None else len(days)


def _first_hit(rule: Rule, today: int) -> int | None:
    """Give the first day from today on which a series by the rule can begin."""
    searched = range(today, today + LONGEST_SERIES + 1)
    return next((day for day in searched if days_from(rule, day, day)), None)
