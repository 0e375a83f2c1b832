"""What recurs, in words: the rule that a request names, and what is wished of a booked series."""

from datetime import date
from functools import partial

import pytest

from engine.time.instant import parse_instant
from engine.understand.grammar import dates_said, understand
from engine.understand.reading import Context, Dates, Intent
from engine.understand.series_wishes import Verb, series_wish

NOW = parse_instant("2026-11-30T15:00:00Z")
ZONE = "America/New_York"
ASKED = {
    "Schedule an hour with Bob every Tuesday at 10 for six weeks": "FREQ=WEEKLY;BYDAY=TU;COUNT=6",
    "Meet Bob weekly on Mondays at 9 for 10 weeks": "FREQ=WEEKLY;COUNT=10",
    "Schedule a call with Bob every Monday and Thursday at 9 for 4 weeks": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8",
    "Schedule a call with Bob each Friday at 9, 7 times": "FREQ=WEEKLY;BYDAY=FR;COUNT=7",
    "Schedule a standup with Bob every weekday at 9:15 for two weeks": (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=10"
    ),
    "Book an hour with Bob each month for six months": "FREQ=MONTHLY;COUNT=6",
    "Schedule lunch with Bob every day for 5 days": "FREQ=DAILY;COUNT=5",
    "Book an hour with Bob every second week for ten weeks": "FREQ=WEEKLY;INTERVAL=2;COUNT=5",
    "Book an hour with Bob every fortnight for six times": "FREQ=WEEKLY;INTERVAL=2;COUNT=6",
    "Schedule an hour with Bob every Tuesday at 10": "FREQ=WEEKLY;BYDAY=TU",
    "Every other Friday with Bob at 3pm until 1 March, one hour": (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270302T045959Z"
    ),
}


@pytest.mark.parametrize("text", ASKED)
def test_what_is_asked_for_again_and_again_has_its_rule(text: str) -> None:
    reading = understand(text, NOW, ZONE, Context())
    assert reading.sure, reading.question
    assert reading.intent is Intent.REQUEST
    assert reading.recurrence == ASKED[text]


UNCLEAR = (
    "Book an hour with Bob every month for six weeks",
    "Book an hour with Bob every Tuesday until we are done",
    "Meet Bob every now and then",
)


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_rule_that_is_not_clear_is_asked_about(text: str) -> None:
    reading = understand(text, NOW, ZONE, Context())
    assert not reading.sure


def test_what_takes_place_once_has_no_rule() -> None:
    for text in ("Schedule an hour with Bob on Tuesday at 10", "Meet everyone: Bob and Alice, Friday at 3"):
        assert understand(text, NOW, ZONE, Context()).recurrence is None


def on(month: int, day: int, year: int = 2026) -> Dates:
    return Dates(date(year, month, day), date(year, month, day))


WISHES: dict[str, tuple[Verb, tuple[Dates, ...], int | None]] = {
    "Skip the 24th": (Verb.SKIP, (on(12, 24),), None),
    "Leave out 24 December": (Verb.SKIP, (on(12, 24),), None),
    "skip 22 December and 29 December.": (Verb.SKIP, (on(12, 22), on(12, 29)), None),
    "No session on 24 December": (Verb.SKIP, (on(12, 24),), None),
    "Please cancel the session on 24 December": (Verb.SKIP, (on(12, 24),), None),
    "Cancel the 24th": (Verb.SKIP, (on(12, 24),), None),
    "skip next Tuesday": (Verb.SKIP, (on(12, 8),), None),
    "Pause from 21 December to 3 January": (
        Verb.SKIP,
        (Dates(date(2026, 12, 21), date(2027, 1, 3)),),
        None,
    ),
    "From January on at 11": (Verb.ANEW, (Dates(date(2027, 1, 1), None),), 660),
    "from 5 January on at 11": (Verb.ANEW, (Dates(date(2027, 1, 5), None),), 660),
    "Stop from 5 January on": (Verb.STOP, (Dates(date(2027, 1, 5), None),), None),
    "move the 24th": (Verb.MOVE, (on(12, 24),), None),
    "Please move the session on 24 December to 11": (Verb.MOVE, (on(12, 24),), 660),
}


@pytest.mark.parametrize("text", WISHES)
def test_what_is_wished_of_some_of_a_series_is_read(text: str) -> None:
    wish = series_wish(text, partial(dates_said, now=NOW, zone=ZONE))
    assert wish is not None
    assert (wish.verb, wish.days, wish.at) == WISHES[text]


@pytest.mark.parametrize(
    "text", ["cancel it", "Cancel the session", "move it to Friday", "move it", "Thanks!"]
)
def test_what_is_about_all_of_it_or_nothing_is_left_to_others(text: str) -> None:
    assert series_wish(text, partial(dates_said, now=NOW, zone=ZONE)) is None
