"""By what rule a session recurs, in words."""

import pytest

from engine.sessions.series_words import rule_words

WORDS = {
    "FREQ=WEEKLY;COUNT=6": "every week, 6 times",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR": "every 2 weeks on Monday and Friday",
    "FREQ=DAILY;UNTIL=20270302T045959Z": "every day, until 1 March 2027",
    "FREQ=DAILY;UNTIL=20270301": "every day, until 1 March 2027",
    "FREQ=MONTHLY;BYDAY=2TU;COUNT=3": "FREQ=MONTHLY;BYDAY=2TU;COUNT=3",
    "FREQ=YEARLY": "every year",
}


@pytest.mark.parametrize("rule", WORDS)
def test_a_rule_is_said_in_words_or_as_it_stands(rule: str) -> None:
    assert rule_words(rule, "America/New_York") == WORDS[rule]
