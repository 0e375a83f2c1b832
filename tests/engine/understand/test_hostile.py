"""No text makes the grammar stumble, and none that speaks to the program is done."""

from functools import partial

import pytest

from engine.documents.reading import Fields
from engine.time.instant import parse_instant
from engine.understand.document import CONTEXT_FIELDS, parse_context, reading_document
from engine.understand.grammar import understand
from engine.understand.reading import SURE, Context, Reading
from tests.engine.understand.compact import WORLDS
from tests.engine.understand.hostile import COMMANDS, commanding, texts
from tests.work import work_of

NOW, ZONE = "2026-03-04T08:00:00Z", "Europe/Berlin"
_CONTEXTS = [
    Context() if known is None else parse_context(Fields.of(known, "context", CONTEXT_FIELDS))
    for known in WORLDS.values()
]


def heard(text: str, number: int) -> Reading:
    """Read a text in one of the worlds."""
    return understand(text, parse_instant(NOW), ZONE, _CONTEXTS[number % len(_CONTEXTS)])


def holds(text: str, number: int) -> None:
    """See that a reading is one: what is unsure is asked, what is chosen was offered."""
    got = heard(text, number)
    document = reading_document(got)
    assert 0 <= document["confidence"] <= 1, text
    assert (document["confidence"] >= SURE) <= (got.question is None and got.sure), text
    assert document["echo"].endswith("."), text
    if got.choice is not None:
        assert 1 <= got.choice <= len(_CONTEXTS[number % len(_CONTEXTS)].offered), text


def test_any_of_a_thousand_texts_has_a_reading_and_what_is_unsure_is_asked() -> None:
    for number, text in enumerate(texts(1000, seed=1, longest=200)):
        holds(text, number)


CROWDED = (
    "25:00 morning " * 70,
    "not Monday " * 50,
    "Tuesday at 3, " * 40,
    "Meet Mara on " + "Monday, Tuesday and " * 40,
    "preferably Friday afternoon or " * 32,
    "instead of the 3rd " * 50,
)


def test_a_text_that_names_more_than_can_be_meant_is_asked_about_without_much_work() -> None:
    heard("Meet Mara on Monday", 0)
    for number, text in enumerate(CROWDED * len(_CONTEXTS)):
        assert work_of(partial(holds, text, number)).calls < 20_000, text
        assert not heard(text, number).sure, text


@pytest.mark.long
@pytest.mark.fuzz
def test_any_of_ten_thousand_texts_has_a_reading_and_what_is_unsure_is_asked() -> None:
    for number, text in enumerate(texts(10_000, seed=2)):
        holds(text, number)


@pytest.mark.parametrize("count", [len(COMMANDS) * len(_CONTEXTS) * 3])
def test_nothing_is_done_by_a_text_that_speaks_to_the_program(count: int) -> None:
    for number, text in enumerate(commanding(count, seed=3)):
        got = heard(text, number // len(COMMANDS))
        assert not got.sure, text
        assert got.intent.value == "unknown", text
        assert got.question, text
