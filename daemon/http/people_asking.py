"""Who asks for their contacts over HTTP, and what of a body was given."""

import re
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from daemon.app.relations.desk import Desk
from daemon.http.asking import AnyDoors, Asking
from daemon.http.asking_origin import origin_of
from engine.time.instant import parse_instant

_MOMENTS = frozenset({"interaction_date", "expires_at"})
_TUPLES = frozenset({"tags", "meeting_attendees", "emails"})
_UPPER = re.compile(r"(?<!^)([A-Z])")
_PAIR = {"contactAId": "contact_a_id", "contactBId": "contact_b_id"}


def _desk(request: Request, doors: AnyDoors, principal: Asking) -> Desk:
    return Desk.of(doors.access, principal, origin_of(request))


People = Annotated[Desk, Depends(_desk)]
"""Whoever shows a token, for the contacts that are theirs."""


def given(body: BaseModel) -> dict[str, Any]:
    """Give what a body names, under the engine's names.

    Raises:
        InputError: a time is none.
    """
    named = body.model_dump(exclude_unset=True)
    return {_name(key): _value(_name(key), value) for key, value in named.items()}


def _name(key: str) -> str:
    return _PAIR.get(key) or _UPPER.sub(r"_\1", key).lower()


def _value(name: str, value: Any) -> Any:
    if name in _MOMENTS and value is not None:
        return parse_instant(value)
    return tuple(value or ()) if name in _TUPLES else value
