"""A failed session asked for anew finds just what its search promised of the change."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, reduce
from typing import Any

import pytest

from engine.documents.answers import failure_document
from engine.documents.requests import parse_request
from engine.documents.sessions import parse_session, session_document
from engine.errors import InputError
from engine.find.answer import Relaxation
from engine.find.lenience import leniently
from engine.find.request import FindRequest, search_window
from engine.find.search import find
from engine.ids import SessionId
from engine.model.session import EventSession, SessionStatus
from engine.sessions.relaxing import relaxed
from engine.time.span import DAY
from tests.engine.find.requests import rich_request

KINDS = (
    *("timeRange", "daysOfWeek", "excludeDates", "window", "duration", "minimumNotice", "bufferTime"),
    *("buffer", "workingHours", "preferences", "optional", "rule", "group"),
)
CROWDED: dict[str, Any] = {
    "now": "2026-11-16T08:00:00Z",
    "window": {"start": "2026-11-16T09:00:00Z", "end": "2026-11-16T10:00:00Z"},
    "session": {"hostUserId": "u0", "inviteeIds": ["u1"], "duration": 30},
    "users": [{"id": "u0", "timezone": "UTC"}, {"id": "u1", "defaultPreferences": {"bufferTime": 30}}],
    "busy": {"u0": [], "u1": [["2026-11-16T09:30:00Z", "2026-11-16T09:45:00Z"]]},
}
HURRIED: dict[str, Any] = {
    "now": "2026-11-16T09:00:00Z",
    "window": {"start": "2026-11-16T09:00:00Z", "end": "2026-11-16T12:00:00Z"},
    "session": {"hostUserId": "u0", "inviteeIds": ["u1"], "duration": 30, "minimumNotice": 240},
    "users": [{"id": "u0", "timezone": "UTC"}, {"id": "u1", "timezone": "UTC"}],
    "busy": {"u0": [], "u1": []},
}
LATE: dict[str, Any] = {
    **HURRIED,
    "session": {"hostUserId": "u0", "inviteeIds": ["u1"], "duration": 30},
    "users": [
        {"id": "u0", "timezone": "UTC"},
        {"id": "u1", "timezone": "UTC", "preferences": {"timePreferences": {"noEventsBefore": "13:00"}}},
    ],
}
NEW, WEEK = SessionId("new"), 7 * DAY


def failed(document: dict[str, Any]) -> tuple[FindRequest, EventSession, tuple[Relaxation, ...]] | None:
    request = parse_request(document, now=0)
    failure = find(request).failure
    if failure is None:
        return None
    session = replace(
        request.session,
        title="Plan",
        status=SessionStatus.FAILED,
        search=request.window,
        metadata=failure_document(failure),
        completed_at=request.now,
    )
    return request, session, failure.relaxations


@cache
def promised() -> dict[str, list[tuple[FindRequest, EventSession, Relaxation]]]:
    """Give what random searches that found nothing say would help, by the kind of change."""
    kinds: dict[str, list[tuple[FindRequest, EventSession, Relaxation]]] = {}
    drawn: list[dict[str, Any]] = [rich_request(random.Random(seed)) for seed in range(120)]
    for searched in filter(None, (failed(document) for document in [CROWDED, HURRIED, LATE, *drawn])):
        request, session, helps = searched
        for one in helps:
            kinds.setdefault(one.code.partition(":")[0], []).append((request, session, one))
    return kinds


def found(request: FindRequest, session: EventSession) -> tuple[int, int]:
    window = search_window(session, request.now)
    asked = reduce(
        leniently, session.record.relaxed, replace(request, session=session, window=window, all_starts=True)
    )
    starts = find(asked).starts
    return len(starts), starts[0]


@pytest.mark.parametrize("kind", KINDS)
def test_asked_anew_it_finds_as_many_times_as_were_promised(kind: str) -> None:
    assert promised()[kind]
    for request, session, help in promised()[kind][:20]:
        anew = relaxed(session, help.code, NEW, request.now, WEEK)
        assert found(request, anew) == (help.slots, help.first)


def some_failed() -> Iterator[tuple[FindRequest, EventSession, Relaxation]]:
    for kind in KINDS:
        yield from promised()[kind][:3]


def test_the_new_one_begins_anew_and_lives_its_own_time() -> None:
    for request, session, help in some_failed():
        anew = relaxed(session, help.code, NEW, request.now + 60, WEEK)
        assert (anew.id, anew.status, anew.metadata) == (NEW, SessionStatus.PENDING, {})
        assert (anew.created_at, anew.expires_at) == (request.now + 60, request.now + 60 + WEEK)
        assert (anew.completed_at, anew.version, anew.title) == (None, 0, session.title)
        assert anew.attendee_ids
        assert set(anew.attendee_ids) == set(session.attendee_ids)
        assert parse_session(session_document(anew)) == anew


def test_a_second_change_keeps_the_first() -> None:
    request, session, help = promised()["workingHours"][0]
    anew = relaxed(session, help.code, NEW, request.now, WEEK)
    other = {"change": "", "code": "buffer:u0", "slots": 1, "first": "2026-01-01T00:00:00Z"}
    again = replace(anew, status=SessionStatus.FAILED, metadata={"relaxations": [other]})
    assert relaxed(again, "buffer:u0", NEW, request.now, WEEK).record.relaxed == (help.code, "buffer:u0")


@pytest.mark.parametrize("code", ["", "tea", "timeRange:u1", "optional:nobody", "duration ", "rule:"])
def test_only_what_was_found_to_help_is_taken(code: str) -> None:
    _, session, _ = promised()["window"][0]
    with pytest.raises(InputError, match="is no change that would help"):
        relaxed(session, code, NEW, session.created_at, WEEK)


@pytest.mark.parametrize("status", [one for one in SessionStatus if one is not SessionStatus.FAILED])
def test_only_a_failed_one_is_asked_for_anew(status: SessionStatus) -> None:
    _, session, help = promised()["window"][0]
    with pytest.raises(InputError, match="not failed"):
        relaxed(replace(session, status=status), help.code, NEW, session.created_at, WEEK)
