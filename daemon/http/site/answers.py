"""Answers that people read: pages, ways on to other pages, and what went wrong as a page of its own."""

import gzip
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from daemon.http.problems import STATUSES, ProblemError
from daemon.pages.rendering import render
from daemon.pages.viewer import ended
from engine.errors import GatherlyError
from engine.shortage import shortage_in
from engine.trouble import met

WORTH_PACKING = 1024
"""Bytes from which a page is sent compressed."""
_PROGRAMS = ("/v1/", "/openapi.json")
NO_STORE = {"Cache-Control": "no-store"}
LOOK_COOKIE = "gatherly-look"
THEMES = ("light", "dark")
TITLES: Mapping[HTTPStatus, str] = {
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "There is nothing to see here",
    HTTPStatus.FORBIDDEN: "That is not yours to do",
    HTTPStatus.GONE: "This link is not valid any more",
    HTTPStatus.CONFLICT: "It has changed meanwhile",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That cannot be done",
    HTTPStatus.TOO_MANY_REQUESTS: "That was too often",
    HTTPStatus.SERVICE_UNAVAILABLE: "gatherly cannot answer now",
}


_LOST = {
    HTTPStatus.NOT_FOUND: "No page has this address, or it is not yours to see.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Nothing stands at this address; only a button of a page leads here.",
}


class SignedOutError(Exception):
    """Somebody looks at a page whom no cookie names."""


def page(
    template: str,
    values: Mapping[str, Any],
    request: Request,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Answer with a page; nobody between keeps it."""
    theme = look_of(request)[0]
    text = render(template, {"theme": theme if theme in THEMES else "", **values}).encode()
    whole = {**NO_STORE, "Vary": "Accept-Encoding, Cookie", **(headers or {})}
    if "gzip" in request.headers.get("accept-encoding", "") and len(text) > WORTH_PACKING:
        text = gzip.compress(text, 6, mtime=0)
        whole["Content-Encoding"] = "gzip"
    return HTMLResponse(text, status.value, whole)


def look_of(request: Request, theme: str = "system", clock: str = "24h") -> tuple[str, str]:
    """Give the theme and the clock that were chosen for this browser, else those that are given."""
    chosen, _, hours = request.cookies.get(LOOK_COOKIE, "").partition(".")
    return chosen or theme, hours or clock


def go_on(address: str) -> RedirectResponse:
    """Lead on to one of our own pages, to be got."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, NO_STORE)


def said(
    request: Request,
    status: HTTPStatus,
    what: str,
    *,
    title: str = "",
    back: str = "/",
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Say on a page of its own what went wrong, and lead back."""
    words = {"/": "Home", "/sign-in": "Sign in"}.get(back, "Go back")
    values = {
        "title": title or TITLES.get(status, "That did not work"),
        "what": what,
        "back": back,
        "back_words": words,
    }
    return page("said.html", values, request, status, headers)


class PageRoute(APIRoute):
    """A route whose errors are told on a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer what goes wrong."""
        plain = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await plain(request)
            except SignedOutError:
                if request.method == "GET":
                    return go_on("/sign-in")
                return said(request, HTTPStatus.FORBIDDEN, "You are signed out here.", back="/sign-in")
            except ProblemError as error:
                return said(
                    request, error.status, ended(error.detail), headers=error.headers, back=_back(request)
                )
            except GatherlyError as error:
                status = next((each for kind, each in STATUSES if isinstance(error, kind)), None)
                if status is None:
                    status = HTTPStatus.INTERNAL_SERVER_ERROR
                return said(request, status, ended(str(error)), back=_back(request))
            except RequestValidationError:
                return said(request, HTTPStatus.UNPROCESSABLE_ENTITY, "The form cannot be read.")

        return handler


def _back(request: Request) -> str:
    """Lead back to the page that a form stands on."""
    parts = request.url.path.split("/")
    if request.method == "POST" and len(parts) > 3 and parts[1] in ("sessions", "people"):
        return "/".join(parts[:3])
    if request.method == "POST" and parts[1] == "conflicts":
        return "/family"
    return "/"


def install_lost(app: FastAPI) -> None:
    """Have an address that nothing has answered by a page, where a person looks for one."""
    plain, unforeseen = app.exception_handlers[HTTPException], app.exception_handlers[Exception]

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(_PROGRAMS):
            answer: Response = unforeseen(request, error)  # type: ignore[assignment] # ours is no coroutine
            return answer
        shortage = shortage_in(error)
        if shortage is not None:
            return said(request, HTTPStatus.SERVICE_UNAVAILABLE, ended(str(shortage)))
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return said(request, status, f"Something unforeseen happened ({met(error)}).")

    @app.exception_handler(HTTPException)
    def _lost(request: Request, error: HTTPException) -> Response:
        people = request.method in ("GET", "HEAD") and not request.url.path.startswith(_PROGRAMS)
        if people and error.status_code in _LOST:
            status = HTTPStatus(error.status_code)
            return said(request, status, _LOST[status], headers=error.headers)
        answer: Response = plain(request, error)  # type: ignore[assignment] # ours is no coroutine
        return answer
