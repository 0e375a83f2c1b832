"""`/family`: everybody's week side by side, what collides, and the ways out as buttons."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from daemon.app.family.desks import FamilyDesks
from daemon.http.asking import AnyDoors
from daemon.http.asking_origin import origin_of
from daemon.http.doors import Doors
from daemon.http.site.answers import PageRoute, go_on
from daemon.http.site.browsing import Form, OwnForm, SignedIn, field_of
from daemon.http.site.own_sessions import OwnSessions
from daemon.http.site.shown_pages import shown
from daemon.pages.family_page import family_page, members_of
from daemon.pages.viewer import Viewer
from daemon.pages.week_page import week_of
from daemon.runtime.moment import OneMoment
from engine.errors import InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def _desks(request: Request, doors: Doors, viewer: Viewer) -> FamilyDesks:
    return doors.access.family.asked_by(viewer.as_user, origin_of(request))


@router.get("/family")
def family(
    request: Request,
    doors: AnyDoors,
    viewer: SignedIn,
    first: Annotated[str | None, Query(alias="from", max_length=30)] = None,
) -> Response:
    """Show a week of everybody's."""
    begins, window = week_of(viewer, first, sunday_first=False)
    store = doors.access.store
    with store.reading() as tx:
        desks = _desks(request, doors, viewer).over(OneMoment(store, tx))
        events, calendars = desks.events.listed(window), desks.calendars.listed()
        known = {one.id: one for one in tx.users.all()}
        told = desks.conflicts.told_on(viewer.reader.zone, twelve_hour=viewer.reader.twelve_hour)
        conflicts = told.to_show()
        shared, titles = desks.resources.listed(), told.titles(conflicts)
        waiting = len(OwnSessions.of(tx, doors, viewer).awaited())
    people = members_of(viewer, known, events, calendars)
    values = family_page(viewer, begins, window, people, events, shared, conflicts, titles)
    return shown("family.html", values, request, doors, viewer, waiting=waiting)


def _back(form: Form) -> Response:
    return go_on(f"/family?from={quote(field_of(form, 'from')[:10], safe='')}")


@router.post("/conflicts/{id}/resolve")
def resolve(id: str, request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Take a way out; it is tried anew first."""
    number = field_of(form, "option")
    if not (number.isascii() and number.isdecimal()) or len(number) > 2:
        raise InputError("No way out was chosen", "Press one of the buttons")
    _desks(request, doors, viewer).conflicts.resolve(id, int(number), field_of(form, "gist") or None)
    return _back(form)


@router.post("/conflicts/{id}/ignore")
def ignore(id: str, request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Leave it as it is."""
    _desks(request, doors, viewer).conflicts.ignore(id)
    return _back(form)


@router.post("/conflicts/{id}/undo")
def undo(id: str, request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Take a resolution back."""
    _desks(request, doors, viewer).conflicts.undo(id)
    return _back(form)
