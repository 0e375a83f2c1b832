"""The calendar v3 discovery document: which requests exist, and what they and their answers may hold."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from tests.standins.google.answers import Json

BASE = "/calendar/v3/"
_INT32 = range(-(2**31), 2**31)


class NotInTheDocumentError(Exception):
    """A request or an answer that the discovery document does not allow."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API."""

    id: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Json] = field(repr=False)
    request: str | None
    response: str | None
    scopes: frozenset[str] = field(repr=False)


def load_document() -> Json:
    """Read the document that google-api-python-client ships."""
    place = files("googleapiclient").joinpath("discovery_cache/documents/calendar.v3.json")
    document: Json = json.loads(place.read_text("utf-8"))
    return document


class Discovery:
    """Routes and judges by the document alone."""

    def __init__(self, document: Json) -> None:
        self._schemas: Json = document["schemas"]
        self._common: Json = document["parameters"]
        self._methods = [
            _method(method)
            for resource in document["resources"].values()
            for method in resource["methods"].values()
        ]

    def route(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """Find the method of a request, and the parameters in its path."""
        for method in self._methods:
            found = method.path.fullmatch(path.removeprefix(BASE))
            if found and method.verb == verb and path.startswith(BASE):
                return method, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def query(self, method: Method, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Read the parameters of a query; repeated ones are lists.

        Raises:
            NotInTheDocumentError: unknown, repeated without leave, or of another type.
        """
        found: dict[str, Any] = {}
        for name, text in pairs:
            rule = method.parameters.get(name) or self._common.get(name)
            if rule is None or rule.get("location") != "query":
                raise NotInTheDocumentError(f"{method.id} has no parameter {name}")
            value = _parameter(f"{method.id} {name}", rule, text)
            if rule.get("repeated"):
                found.setdefault(name, []).append(value)
            elif name in found:
                raise NotInTheDocumentError(f"{method.id} {name} is given twice")
            else:
                found[name] = value
        for name, rule in method.parameters.items():
            if rule.get("required") and rule["location"] == "query" and name not in found:
                raise NotInTheDocumentError(f"{method.id} lacks {name}")
        return found

    def body(self, method: Method, body: Any) -> None:
        """Judge a request's body.

        Raises:
            NotInTheDocumentError: a field is unknown, missing or of another type.
        """
        if method.request is None:
            if body is not None:
                raise NotInTheDocumentError(f"{method.id} takes no body")
            return
        if body is None:
            raise NotInTheDocumentError(f"{method.id} lacks its body")
        self._judge(method.request, {"$ref": method.request}, body, method.id)

    def answer(self, method: Method, body: Any) -> None:
        """Judge an answer's body.

        Raises:
            NotInTheDocumentError: the stand-in itself is wrong.
        """
        if method.response is None:
            if body is not None:
                raise NotInTheDocumentError(f"{method.id} answers nothing")
            return
        self._judge(method.response, {"$ref": method.response}, body, None)

    def _judge(self, place: str, rule: Json, value: Any, asked_by: str | None) -> None:
        if "$ref" in rule:
            rule = self._schemas[rule["$ref"]]
        kind = rule.get("type", "any")
        if kind == "object":
            self._object(place, rule, value, asked_by)
        elif kind == "array":
            if not isinstance(value, list):
                raise NotInTheDocumentError(f"{place} is no array")
            for index, each in enumerate(value):
                self._judge(f"{place}[{index}]", rule["items"], each, asked_by)
        elif kind != "any":
            _scalar(place, rule, value)

    def _object(self, place: str, rule: Json, value: Any, asked_by: str | None) -> None:
        if not isinstance(value, dict):
            raise NotInTheDocumentError(f"{place} is no object")
        known: Json = rule.get("properties", {})
        others = rule.get("additionalProperties")
        for name, one in value.items():
            inner = known.get(name, others)
            if inner is None:
                raise NotInTheDocumentError(f"{place} has no field {name}")
            self._judge(f"{place}.{name}", inner, one, asked_by)
        for name, inner in known.items():
            if asked_by in inner.get("annotations", {}).get("required", ()) and name not in value:
                raise NotInTheDocumentError(f"{place} lacks {name}")


def _method(method: Json) -> Method:
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(method["path"]))
    return Method(
        id=method["id"],
        verb=method["httpMethod"],
        path=re.compile(pattern),
        parameters=method.get("parameters", {}),
        request=method.get("request", {}).get("$ref"),
        response=method.get("response", {}).get("$ref"),
        scopes=frozenset(method["scopes"]),
    )


def _parameter(place: str, rule: Json, text: str) -> Any:
    kind = rule.get("type")
    if kind == "boolean":
        if text not in ("true", "false"):
            raise NotInTheDocumentError(f"{place} is no boolean: {text}")
        return text == "true"
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", text) or int(text) < int(rule.get("minimum", "-1")):
            raise NotInTheDocumentError(f"{place} is no such number: {text}")
        return int(text)
    if "enum" in rule and text not in rule["enum"]:
        raise NotInTheDocumentError(f"{place} is none of {rule['enum']}: {text}")
    _scalar(place, rule, text)
    return text


def _scalar(place: str, rule: Json, value: Any) -> None:
    kind = rule["type"]
    right = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
    }[kind]
    if not right:
        raise NotInTheDocumentError(f"{place} is no {kind}: {value!r}")
    _format(place, rule.get("format"), value)


def _format(place: str, form: str | None, value: Any) -> None:
    try:
        if form == "date-time":
            datetime.fromisoformat(value)
        elif form == "date":
            date.fromisoformat(value)
        elif form == "int64":
            int(value)
        elif form == "int32" and value not in _INT32:
            raise ValueError(value)
    except ValueError as error:
        raise NotInTheDocumentError(f"{place} is no {form}: {value!r}") from error
