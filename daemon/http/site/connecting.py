"""Connecting one's own calendars: by a consent given at the provider, or by being read anew."""

import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from connectors.registry import kind_of
from daemon.app.accounts.consents import CALLBACK
from daemon.app.connect import connectable
from daemon.app.read_now import ask_to_read
from daemon.http.asking import AnyDoors
from daemon.http.problems import ProblemError
from daemon.http.site.answers import PageRoute, go_on, page
from daemon.http.site.browsing import COOKIE, OwnForm, SignedIn
from daemon.pages.connector_words import kind_words
from daemon.pages.viewer import Viewer
from engine.errors import InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/connectors/{name}/connect")
def connect(name: str, request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Lead to the provider's page of consent; what needs none is read anew."""
    access = doors.access
    settings = connectable(viewer.as_user, access.configuration, name)
    if kind_of(settings.kind).capabilities.consents:
        address = doors.consents.begin(access, viewer.as_user, name, _browser(request))
        return _leaving(request, viewer, kind_words(settings.kind), address)
    ask_to_read(
        viewer.as_user, access.store, access.configuration.settings.connectors, name, access.clock.now()
    )
    return go_on(f"{viewer.self}?kept=read")


def _leaving(request: Request, viewer: Viewer, place: str, address: str) -> Response:
    """Lead to the provider by a page of ours: no form of ours may end elsewhere, not even by a redirect."""
    values = {"title": f"On to {place}", "place": place, "address": address, "back": viewer.self}
    return page("leaving.html", values, request)


@router.get(CALLBACK)
def come_back(request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Take the way back from a provider."""
    query = dict(request.query_params)
    try:
        doors.consents.come_back(doors.access, viewer.as_user, _browser(request), query)
    except InputError as error:
        raise ProblemError(HTTPStatus.FORBIDDEN, str(error)) from error
    return go_on(f"{viewer.self}?kept=connecting")


def _browser(request: Request) -> str:
    return hashlib.sha256(request.cookies.get(COOKIE, "").encode()).hexdigest()
