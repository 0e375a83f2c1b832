"""What went wrong, as `application/problem+json` (RFC 9457), with the fields that are wrong."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from engine.booking.offers import SlotTakenError
from engine.errors import (
    ChangedMeanwhileError,
    GatherlyError,
    InputError,
    NotAllowedError,
    ShortageError,
    SourceUnavailableError,
    StaleVersionError,
    StoreUnavailableError,
    ThereAlreadyError,
    UnknownThingError,
)
from engine.sessions.guests import AwaitsGuestError
from engine.shortage import shortage_in
from engine.text.plain_text import one_line
from engine.trouble import met

PROBLEM_JSON = "application/problem+json"
_FIELD = re.compile(
    r"(?:session\.|message\.)?([A-Za-z][A-Za-z]*(?:\.[\w\[\]]+)*)(?::| is | has | names | ends )"
)
STATUSES: Sequence[tuple[type[GatherlyError], HTTPStatus]] = (
    (UnknownThingError, HTTPStatus.NOT_FOUND),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (SlotTakenError, HTTPStatus.CONFLICT),
    (AwaitsGuestError, HTTPStatus.CONFLICT),
    (ThereAlreadyError, HTTPStatus.CONFLICT),
    (ChangedMeanwhileError, HTTPStatus.PRECONDITION_FAILED),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StaleVersionError, HTTPStatus.CONFLICT),
    (StoreUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (SourceUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ShortageError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first that fits; whatever else we raise is nobody's fault but ours."""


class ProblemError(Exception):
    """An answer other than success that no error of ours stands for."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, tuple(errors), headers


def problem(
    status: HTTPStatus,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Write an answer; `errors` name single fields."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": one_line(detail),
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status.value, headers, PROBLEM_JSON)


def of_error(error: GatherlyError) -> JSONResponse:
    """Write what one of our errors means to whoever asked."""
    status = next((each for kind, each in STATUSES if isinstance(error, kind)), None)
    if status is None:
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
    found = _FIELD.match(error.what) if status is HTTPStatus.UNPROCESSABLE_ENTITY else None
    fields = [{"field": found[1], "detail": str(error)}] if found else []
    headers = {"Retry-After": "5"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, str(error), fields, headers)


def install(app: FastAPI) -> None:
    """Have every error answered in this form."""

    @app.exception_handler(ProblemError)
    async def _problem(_request: Request, error: ProblemError) -> JSONResponse:
        return problem(error.status, error.detail, error.errors, error.headers)

    @app.exception_handler(GatherlyError)
    async def _ours(_request: Request, error: GatherlyError) -> JSONResponse:
        return of_error(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [_field(each) for each in error.errors()]
        detail = "; ".join(f"{each['field']}: {each['detail']}" for each in fields)
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail or "The request cannot be read", fields)

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return problem(status, status.description or status.phrase, (), error.headers)

    @app.exception_handler(Exception)
    def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
        shortage = shortage_in(error)
        if shortage is not None:
            return of_error(shortage)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"Something unforeseen happened ({met(error)})")


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    place = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "header")]
    return {"field": ".".join(place) or "body", "detail": str(error.get("msg", "wrong"))}
