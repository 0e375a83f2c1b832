"""What a person wrote of a meeting outlasts what its event tells anew."""

from dataclasses import replace
from typing import Any

import pytest

from engine.ids import UserId
from engine.model.relations import Direction, Interaction, InteractionType
from engine.relations.edits import EDITED_FIELDS, MERGED_FROM, is_written_on, noted, plain, with_all_edits
from engine.time.span import DAY

TOLD = Interaction(
    id="i1",
    user_id=UserId("ann"),
    contact_id="c1",
    interaction_type=InteractionType.MEETING,
    subject="Choir",
    interaction_date=DAY,
    duration_minutes=60,
    source_id="s1",
    created_at=0,
    updated_at=0,
)
ANEW = replace(TOLD, subject="Choir, moved", duration_minutes=90, meeting_attendees=("ana@x.example",))


def told_anew(before: Interaction, after: Interaction = ANEW) -> Interaction:
    return with_all_edits({before.id: before}, {after.id: after})[after.id]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Mine"),
        ("subject", None),
        ("duration_minutes", 5),
        ("meeting_attendees", ("bo@x.example",)),
        ("interaction_date", 2 * DAY),
        ("content", "Sang flat"),
        ("sentiment_score", -0.5),
        ("direction", Direction.INBOUND),
        ("metadata", {"a": 1}),
    ],
)
def test_what_was_written_stays_and_the_rest_follows_the_event(field: str, value: object) -> None:
    written = noted(TOLD, {field: value})
    found = told_anew(written)
    assert getattr(found, field) == getattr(written, field)
    assert plain(found.metadata) == (value if field == "metadata" else {})
    follows: dict[str, Any] = {field: value, "metadata": found.metadata}
    assert found == replace(ANEW, **follows)


def test_what_was_written_goes_with_an_event_that_is_moved() -> None:
    written, later = noted(TOLD, {"content": "Sang flat"}), replace(ANEW, id="i2", interaction_date=3 * DAY)
    assert told_anew(written, later) == replace(later, content="Sang flat")
    other = replace(later, source_id="s2")
    assert told_anew(written, other) == other
    twice = with_all_edits({"i1": written}, {"i2": later, "i3": replace(later, id="i3")})
    assert not any(one.content for one in twice.values())


def test_nobody_writes_what_is_noted_of_an_entry() -> None:
    forged = {EDITED_FIELDS: ["subject"], MERGED_FROM: "c9", "a": 1}
    assert plain(noted(TOLD, {"metadata": forged}).metadata) == {"a": 1}
    entered = replace(TOLD, source_id=None, metadata={MERGED_FROM: "c2"})
    assert noted(entered, {"metadata": forged, "subject": "x"}).metadata == {"a": 1, MERGED_FROM: "c2"}
    twice = noted(noted(TOLD, {"subject": "Mine"}), {"metadata": {}, "duration_minutes": 5})
    assert twice.metadata == {EDITED_FIELDS: ["duration_minutes", "subject"]}
    assert told_anew(replace(TOLD, metadata={EDITED_FIELDS: 5})).subject == ANEW.subject
    assert not is_written_on(TOLD)
    assert is_written_on(twice)
