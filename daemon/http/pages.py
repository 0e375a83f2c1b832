"""Lists: `{"items": [], "next": null}`, at most `limit` items, `next` the cursor of what follows."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query

from daemon.http.problems import ProblemError

Limit = Annotated[int, Query(ge=1, le=100)]


def page_of(found: Sequence[dict[str, Any]], limit: int, key: str) -> dict[str, Any]:
    """Cut one more than `limit` rows into a page; the cursor is the last shown row's `key`."""
    shown = list(found[:limit])
    return {"items": shown, "next": str(shown[-1][key]) if len(found) > limit else None}


def from_cursor(rows: Sequence[dict[str, Any]], cursor: str | None, key: str) -> Sequence[dict[str, Any]]:
    """Give the rows that follow the one that a cursor names.

    Raises:
        ProblemError: there is none (422).
    """
    if cursor is None:
        return rows
    for number, row in enumerate(rows):
        if str(row[key]) == cursor:
            return rows[number + 1 :]
    wrong = {"field": "cursor", "detail": "It is none of this list's"}
    raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor: it is none of this list's", errors=[wrong])
