"""The application: every route, every error as a problem, described in `/openapi.json`."""

from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from daemon.http import problems
from daemon.http.description import described
from daemon.http.doors import Doors, handing
from daemon.http.guards import App, Guards
from daemon.http.routes import (
    contacts,
    conversations,
    docs,
    family_calendars,
    family_conflicts,
    family_events,
    family_resources,
    family_rules,
    health,
    invitations,
    links,
    metrics,
    notifications,
    operations,
    push,
    relations,
    sessions,
    stream,
    tokens,
    users,
)
from daemon.http.site import (
    asking_anew,
    by_issuer,
    connecting,
    family,
    forms,
    people,
    series,
    shown_pages,
    sign_in,
    static,
)
from daemon.http.site.answers import install_lost

ROUTERS = (
    health,
    links,
    invitations,
    metrics,
    docs,
    tokens,
    users,
    sessions,
    conversations,
    notifications,
    operations,
    stream,
    push,
)
PAGES = (static, people, sign_in, by_issuer, shown_pages, asking_anew, connecting, family, forms, series)
PEOPLE = (contacts, relations)
FAMILY = (family_calendars, family_events, family_resources, family_rules, family_conflicts)
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def _answers(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    content = {problems.PROBLEM_JSON: {"schema": _PROBLEM}}
    return {status.value: {"description": status.phrase, "content": content} for status in statuses}


def make_application(doors: Doors) -> App:
    """Make it over running services."""
    return Guards(handing(doors, described_routes()), doors.hosts)


@cache
def described_routes() -> FastAPI:
    """Give every route with its description, over nothing: made ready by the first request, for a process."""
    app = FastAPI(
        title="gatherly",
        version=version("gatherly"),
        summary="Finds the hour that suits everyone, and writes it into everyone's calendar.",
        docs_url=None,
        redoc_url=None,
        responses=_answers(
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.METHOD_NOT_ALLOWED,
            HTTPStatus.CONFLICT,
            HTTPStatus.PRECONDITION_FAILED,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.MISDIRECTED_REQUEST,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        ),
    )
    problems.install(app)
    install_lost(app)
    for each in (*ROUTERS, *FAMILY, *PEOPLE, *PAGES):
        app.include_router(each.router)
    described(app)
    return app
