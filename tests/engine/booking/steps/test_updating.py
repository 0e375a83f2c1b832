"""Other words for a confirmed event: each copy is replaced at the known version, and never revived."""

from dataclasses import replace

import pytest

from engine.booking.outcome import Code
from engine.booking.steps.updating import TRIES, after_update, after_update_look
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.model.booking import EffectState, Written, tombstone
from tests.engine.booking.cast import BEA, LATER, MARK, NOW, SLOT, E, copy, seen

BROKEN = SourceUnavailableError("503")
PAUSE = HeldBackError("it rests", retry_after=60)
UPDATING = copy(BEA, E.SENT, sequence=2, etag="e1", attempts=1)

ANSWERS: dict[str, tuple[Written | SourceError, EffectState, EffectState]] = {
    # the answer, at the first try and at the last: how the copy stands
    "acknowledged": (Written(event_id=seen().event_id, etag="e2"), E.WRITTEN, E.WRITTEN),
    "refused: the copy stays as it was": (WriteRefusedError("no"), E.WRITTEN, E.WRITTEN),
    "another version": (WriteConflictError("412"), E.AMBIGUOUS, E.WRITTEN),
    "lost": (WriteAmbiguousError("lost"), E.AMBIGUOUS, E.WRITTEN),
    "broken": (BROKEN, E.AMBIGUOUS, E.WRITTEN),
    "nothing was sent": (PAUSE, E.PLANNED, E.PLANNED),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_answer_to_an_update(case: str) -> None:
    answer, first, last = ANSWERS[case]
    assert after_update(UPDATING, answer, NOW, 0).state is first
    assert after_update(replace(UPDATING, attempts=TRIES), answer, NOW, 0).state is last


LOOKS = {
    # what lies there after an update whose outcome nobody knows: (state, code)
    "the new version": (seen(sequence=2), E.WRITTEN, None),
    "a newer version": (seen(sequence=3), E.WRITTEN, None),
    "the old version: it is sent again": (seen(sequence=1), E.PLANNED, None),
    "moved meanwhile: not put back": (seen(sequence=1, span=LATER.span), E.WRITTEN, Code.MOVED),
    "declined meanwhile": (seen(sequence=1, declined=True), E.WRITTEN, Code.DECLINED),
    "deleted meanwhile: not put back": (tombstone(seen().event_id), E.WRITTEN, Code.DECLINED),
    "nothing: not put back": (None, E.WRITTEN, Code.DECLINED),
    "somebody else's event": (seen(mark=None), E.WRITTEN, Code.DECLINED),
    "no answer": (BROKEN, E.AMBIGUOUS, Code.LATER),
    "a pause": (PAUSE, E.AMBIGUOUS, Code.HELD),
}


@pytest.mark.parametrize("case", LOOKS)
def test_looking_an_update_up(case: str) -> None:
    found, state, code = LOOKS[case]
    unsure = replace(UPDATING, state=E.AMBIGUOUS)
    after = after_update_look(unsure, found, SLOT.span, MARK, NOW, 0)
    assert (after.state, after.last_code) == (state, code)


def test_an_update_is_sent_again_at_the_version_that_was_found() -> None:
    unsure = replace(UPDATING, state=E.AMBIGUOUS, next_at=NOW + 9)
    after = after_update_look(unsure, seen(sequence=1), SLOT.span, MARK, NOW, 0)
    assert (after.etag, after.next_at) == ("e2", NOW)


def test_an_update_that_cannot_be_done_is_left_and_the_event_stands() -> None:
    last = replace(UPDATING, state=E.AMBIGUOUS, attempts=TRIES)
    assert after_update_look(last, seen(sequence=1), SLOT.span, MARK, NOW, 0).state is E.WRITTEN
    dark = replace(UPDATING, state=E.AMBIGUOUS, attempts=TRIES - 1)
    given_up = after_update_look(dark, BROKEN, SLOT.span, MARK, NOW, 0)
    assert (given_up.state, given_up.last_error) == (E.WRITTEN, "503")
    assert after_update_look(last, PAUSE, SLOT.span, MARK, NOW, 0).state is E.AMBIGUOUS
