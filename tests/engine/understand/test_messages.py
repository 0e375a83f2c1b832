"""Messages and their readings: as many right as was promised, and none acted on that was read wrong."""

import pytest

from tests.engine.understand.compact import compact
from tests.engine.understand.page import PAGE, page
from tests.engine.understand.phrases import PHRASES
from tests.engine.understand.scoring import Wrong, cases, score

_PHRASES = [row for rows in PHRASES.values() for row in rows]


def _told(wrong: list[Wrong]) -> str:
    return "\n".join(f"{each.case['text']!r}: {', '.join(each.fields)}: {each.got}" for each in wrong)


def test_of_the_given_messages_at_most_three_in_a_hundred_are_read_wrong_and_none_is_acted_on() -> None:
    wrong = score(cases("given.jsonl"))

    assert len(wrong) <= 3, _told(wrong)
    assert not [each for each in wrong if each.confidently], _told(wrong)


@pytest.mark.parametrize("name", ["own.jsonl", "own_kept.jsonl"])
def test_nine_of_ten_of_our_own_messages_are_read_right(name: str) -> None:
    rows = cases(name)
    wrong = score(rows)

    assert len(wrong) <= len(rows) // 10, _told(wrong)
    assert sum(each.confidently for each in wrong) * 50 <= len(rows), _told(wrong)


@pytest.mark.parametrize(("world", "text", "reading"), _PHRASES)
def test_a_phrase_is_read_as_the_page_says(world: str, text: str, reading: str) -> None:
    assert compact(world, text) == reading


def test_the_page_of_messages_is_what_the_phrases_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Write it anew: python -m tests.engine.understand.page"
