"""What is sent makes of the document outside just the one that is wanted, and nothing is sent twice."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.app_documents.document_write import DocumentWrite, WriteKind, document_write, is_echo
from engine.app_documents.fields import digests, flattened
from engine.model.app_document import AppDocument, Collection, Place

PLACE = Place(Collection.SESSIONS, "s1")
VALUES = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3) | st.lists(st.integers(0, 3))
)
METADATA = st.dictionaries(st.sampled_from("xyz"), VALUES)
DOCUMENTS = st.dictionaries(st.sampled_from(["title", "duration", "finalTime"]), VALUES).flatmap(
    lambda fields: METADATA.map(lambda metadata: {**fields, "metadata": metadata} if metadata else fields)
)


def seen(document: dict[str, Any]) -> AppDocument:
    return AppDocument(place=PLACE, known=digests(document), update_time="1")


def sent_to(document: dict[str, Any], sent: DocumentWrite) -> dict[str, Any]:
    kept = {key: value for key, value in flattened(document).items() if key not in sent.gone}
    return kept | dict(sent.fields)


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_sent_makes_the_document_that_is_wanted(
    there: dict[str, Any], wanted: dict[str, Any]
) -> None:
    sent = document_write(seen(there), wanted)
    assert sent_to(there, sent) == flattened(wanted)
    assert (sent.write_kind is WriteKind.NOTHING) == (flattened(there) == flattened(wanted))


@given(DOCUMENTS, DOCUMENTS)
def test_what_was_sent_is_known_again_whatever_else_was_sent(
    there: dict[str, Any], wanted: dict[str, Any]
) -> None:
    first = document_write(seen(there), wanted)
    after = replace(first.document, sending=first.sending())
    second = document_write(after, {"title": "another"})
    both = replace(after, sending=second.sending())
    now = digests(wanted)
    assert all(is_echo(both, key, now) for key in (*first.fields, *first.gone))


def test_a_document_that_nobody_has_seen_is_made_and_one_without_a_row_removed() -> None:
    new = AppDocument(place=PLACE)
    assert document_write(new, {"title": "Tea"}).write_kind is WriteKind.CREATE
    assert document_write(seen({"title": "Tea"}), None).write_kind is WriteKind.REMOVE


def test_a_document_that_an_app_removed_stays_away() -> None:
    assert document_write(replace(seen({}), gone=True), {"title": "Tea"}).write_kind is WriteKind.NOTHING


def test_a_number_is_the_same_however_a_program_writes_it() -> None:
    assert digests({"metadata": {"share": 1.0}}) == digests({"metadata": {"share": 1}})
    assert digests({"duration": 60}) != digests({"duration": 61})
