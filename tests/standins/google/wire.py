"""Requests and answers as values: what came over the wire, and what goes back."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.standins.google.faults import Fault


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    verb: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, and what goes wrong with it on the way."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault = Fault.NONE


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the request log."""

    method: str
    verb: str
    path: str
    query: dict[str, str]
    status: int
    body: Any = field(default=None, repr=False)


def json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """Give a JSON answer; None has no body."""
    if body is None:
        return Response(204, b"", headers or {})
    made = json.dumps(body).encode()
    return Response(status, made, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})})
