"""Requests and answers as values: what came over the wire, and what goes back."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.standins.outlook.faults import Fault


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    verb: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    origin: str = ""

    @property
    def parts(self) -> list[str]:
        """The path's segments, decoded one by one."""
        return [unquote(part) for part in urlsplit(self.target).path.strip("/").split("/")]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def preferences(self) -> dict[str, str]:
        """What `Prefer` asks for, by name in lower case."""
        found = {}
        for one in self.headers.get("prefer", "").split(","):
            name, _, value = one.partition("=")
            found[name.strip().lower()] = value.strip().strip('"')
        return found


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, and what goes wrong with it on the way."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault = Fault.NONE


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the request log; `page` is what a refusal names."""

    operation: str
    verb: str
    target: str
    status: int
    body: Any = field(default=None, repr=False)
    page: str | None = None


def json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """Give a JSON answer; None has no body."""
    if body is None:
        return Response(status, b"", headers or {})
    made = json.dumps(body).encode()
    kind = "application/json; odata.metadata=minimal; charset=utf-8"
    return Response(status, made, {"Content-Type": kind, **(headers or {})})
