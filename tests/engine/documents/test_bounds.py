"""What enters is bounded, by one table: instants, windows, lengths, counts and texts."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bounds import EARLIEST, LATEST, LONGEST_WINDOW
from engine.documents.app_documents import parse_app_document
from engine.documents.requests import parse_request
from engine.errors import InputError
from engine.model.app_document import Place
from engine.text.plain_text import LONGEST_LINE
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY
from store.firestore.values import inward
from tests.store.firestore.writes import RIGHTFUL, SESSION, WRONG

NOW = 1_795_000_000
REQUEST: Mapping[str, Any] = {
    "now": format_instant(NOW),
    "session": {"hostUserId": "a", "duration": 60},
    "users": [{"id": "a"}],
    "busy": {"a": []},
}
ODD_FOR_NO_PARSER = {
    "eight days",
    "an invitee with a path",
    "an invitee of two lines",
    "an invitee without a name",
}
"""What gatherly reads all the same, or what the rules refuse in other words."""


@pytest.mark.parametrize("at", [EARLIEST, LATEST - 1, NOW])
def test_instants_of_these_years_are_read(at: int) -> None:
    assert parse_instant(format_instant(at)) == at
    assert parse_instant(format_instant(at).replace("Z", ".0+00:00"), up=True) == at


@pytest.mark.parametrize(
    "text",
    [
        "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "2199-12-31T23:59:59-00:01",
        "2199-12-31T23:59:59.5-00:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:60-23:59",
    ],
)
def test_others_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="1970 and 2199") as refused:
        parse_instant(text, up=True)
    assert "\n" not in str(refused.value)


def test_a_request_looks_at_a_year_at_most() -> None:
    def asked(start: int, end: int) -> object:
        window = {"start": format_instant(start), "end": format_instant(end)}
        return parse_request({**REQUEST, "window": window}, NOW)

    assert asked(NOW, NOW + LONGEST_WINDOW)
    for start, end in ((NOW, NOW + LONGEST_WINDOW + 1), (0, LATEST - 1), (NOW - DAY, NOW + LONGEST_WINDOW)):
        with pytest.raises(InputError, match="366 days at most"):
            asked(start, end)


@pytest.mark.parametrize(
    "wrong",
    [
        {"now": "9999-12-31T00:00:00Z"},
        {"now": "0001-01-01T00:00:00Z"},
        {"window": {"start": "0001-01-01T00:00:00Z", "end": "9999-12-31T00:00:00Z"}},
        {"busy": {"a": [["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "x"]]}},
        {"busy": {"a": [["2026-11-20T00:00:00Z", "2200-01-01T00:00:00Z"]]}},
        {"busy": {"a": [{"start": "1969-12-31T00:00:00Z", "end": "2026-11-20T00:00:00Z"}]}},
        {"session": {"hostUserId": "a", "duration": 60, "createdAt": "9999-12-31T23:59:59Z"}},
        {"session": {"hostUserId": "a", "duration": 60, "expiresAt": "9999-12-31T23:59:59Z"}},
        {"session": {"hostUserId": "a", "duration": 10**9}},
        {"session": {"hostUserId": "a", "duration": 60, "searchDays": 367}},
        {"session": {"hostUserId": "a", "duration": 60, "title": "x" * 1001}},
        {"session": {"hostUserId": "a", "duration": 60, "search": {"start": 0, "end": 1}}},
        {"users": [{"id": "a", "name": "x" * 1001}]},
        {"users": [{"id": "a", "createdAt": "9999-12-31T23:59:59Z"}]},
        {"step": 10**9},
        {"limit": 10**9},
    ],
    ids=json.dumps,
)
def test_a_request_beyond_the_bounds_is_refused_in_one_line(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        parse_request({**REQUEST, **wrong}, NOW)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(WRONG.keys() - ODD_FOR_NO_PARSER))
def test_what_the_rules_refuse_for_its_type_or_size_the_parsers_refuse(name: str) -> None:
    write = WRONG[name]
    document = inward({**SESSION, **{key: _plain(value) for key, value in write.fields.items()}})
    with pytest.raises(InputError) as refused:
        parse_app_document(Place.of(write.path), document)
    assert len(str(refused.value)) <= LONGEST_LINE


def _plain(value: object) -> object:
    return None if "Sentinel" in type(value).__name__ else value


@pytest.mark.parametrize("name", [name for name, write in RIGHTFUL.items() if write.create])
def test_what_the_rules_let_people_make_can_be_read(name: str) -> None:
    write = RIGHTFUL[name]
    assert parse_app_document(Place.of(write.path), inward(write.fields)) is not None
