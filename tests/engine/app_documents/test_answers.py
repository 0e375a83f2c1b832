"""Which of an app's answers count: those behind the ones that were there, each once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.app_documents.asked import added, commands, doubtful
from engine.app_documents.document_write import document_write
from engine.app_documents.fields import digests
from engine.documents.app_documents import app_document
from engine.errors import InputError
from engine.ids import UserId
from engine.model.app_document import AppDocument, session_place
from engine.model.session import Answer, EventSession, Response, TimeSlot
from engine.sessions.state_machine import Confirm
from engine.time.span import HOUR
from tests.contracts.stores.samples import ALICE, BOB, NOON, session

SLOT = TimeSlot(start=NOON + HOUR, end=NOON + 2 * HOUR)
OURS = replace(session(), proposed_times=(SLOT,))


def said(user: UserId, at: int = NOON, answer: Answer = Answer.ACCEPTED) -> Response:
    return Response(user, answer, SLOT.start, at)


HOST, GUEST, LATER = said(ALICE), said(BOB), said(BOB, NOON + 1)


def agreed(*responses: Response) -> AppDocument:
    """Give what is remembered where both sides know of these answers."""
    known = digests(app_document(replace(OURS, responses=responses)))
    return AppDocument(place=session_place(OURS.id), known=known)


def written(*responses: Response) -> EventSession:
    return replace(OURS, responses=responses)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([GUEST], [HOST, GUEST]),
        ([GUEST], [HOST]),
        ([GUEST], []),
        ([GUEST, LATER], [LATER, GUEST]),
        ([GUEST, LATER], [GUEST, HOST, LATER]),
        ([HOST], [said(ALICE, NOON + 5), GUEST]),
        ([said(ALICE, answer=Answer.DECLINED)], [HOST]),
        ([GUEST], [GUEST, HOST, GUEST]),
        ([], [GUEST, HOST, GUEST]),
        ([], [GUEST, GUEST]),
    ],
)
def test_answers_that_were_not_just_added_do_not_count(
    before: Sequence[Response], after: Sequence[Response]
) -> None:
    with pytest.raises(InputError, match="counts"):
        added(agreed(*before), written(*after))


@given(st.lists(st.sampled_from([HOST, GUEST, LATER, said(UserId("c"))]), unique=True), st.data())
def test_what_is_behind_what_was_known_is_new(entries: list[Response], data: st.DataObject) -> None:
    known = data.draw(st.integers(0, len(entries)))
    assert added(agreed(*entries[:known]), written(*entries)) == tuple(entries[known:])


@given(st.permutations([HOST, GUEST, LATER, said(UserId("c"))]), st.integers(1, 4))
def test_nothing_counts_where_what_was_known_is_not_in_front(entries: list[Response], known: int) -> None:
    before = [HOST, GUEST, LATER, said(UserId("c"))][:known]
    if entries[:known] == before:
        assert added(agreed(*before), written(*entries)) == tuple(entries[known:])
    else:
        with pytest.raises(InputError):
            added(agreed(*before), written(*entries))


def test_what_gatherly_has_sent_is_known_though_no_answer_came() -> None:
    ours = app_document(written(HOST))
    sending = replace(agreed(), sending=document_write(replace(agreed(), update_time="1"), ours).sending())
    assert added(sending, written(HOST, GUEST)) == (GUEST,)
    assert added(sending, written(GUEST)) == (GUEST,)


@pytest.mark.parametrize("fresh", [(GUEST, HOST, LATER), (HOST, GUEST), (GUEST, HOST)])
def test_the_hosts_answer_among_others_is_nobodys(fresh: tuple[Response, ...]) -> None:
    assert doubtful(OURS, fresh) == [HOST]
    todo = commands(agreed(), written(*fresh), ["responses"], now=NOON, confirm=Confirm.HOST)
    for response, command in zip(fresh, todo, strict=True):
        if response is HOST:
            with pytest.raises(InputError, match="finalTime"):
                command(OURS)
        else:
            assert command(OURS).final_time is None


def test_the_hosts_answer_alone_is_theirs() -> None:
    [command] = commands(agreed(GUEST), written(GUEST, HOST), ["responses"], now=NOON, confirm=Confirm.HOST)
    assert command(OURS).final_time == SLOT


def test_several_guests_answers_all_count() -> None:
    fresh = (GUEST, said(UserId("c")), LATER)
    assert not doubtful(OURS, fresh)
