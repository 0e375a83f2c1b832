"""`/people`: whom one knows, a person's page, and what there is to know before a session."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from daemon.app.relations.briefings import Briefings
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.desk import Desk
from daemon.app.relations.entries import InterestEntries, RelationshipEntries
from daemon.app.relations.graph import drawing, graph_in
from daemon.app.relations.meant import names_in
from daemon.app.relations.memory_entries import MemoryEntries
from daemon.app.relations.searching import LONGEST_QUESTION, search
from daemon.http.asking import AnyDoors
from daemon.http.asking_origin import origin_of
from daemon.http.doors import Doors
from daemon.http.site.answers import PageRoute
from daemon.http.site.browsing import SignedIn
from daemon.http.site.own_sessions import OwnSessions
from daemon.http.site.shown_pages import shown
from daemon.pages.people_page import KeptOf, briefing_page, contact_page, found_page, people_page
from daemon.pages.viewer import Viewer
from engine.ports.store import Transaction

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def _desk(request: Request, doors: Doors, viewer: Viewer) -> Desk:
    return Desk.of(doors.access, viewer.as_user, origin_of(request))


@router.get("/people")
def people(request: Request, doors: AnyDoors, viewer: SignedIn, q: str = "") -> Response:
    """Show whom one knows, the strongest first, who goes cold and who is met together; or what fits `q`."""
    desk = _desk(request, doors, viewer)
    if asked := q[:LONGEST_QUESTION].strip():
        found = search(desk, asked, doors.access.indexes)
        return shown("people.html", found_page(viewer, asked, found), request, doors, viewer)
    with doors.access.store.reading() as tx:
        known, tied = Contacts(desk).all_in(tx), graph_in(tx, desk)
        waiting = len(OwnSessions.of(tx, doors, viewer).awaited())
    picture = drawing(*tied, link="/people/contacts/")
    going_cold = doors.access.configuration.settings.relations.going_cold
    values = people_page(viewer, known, picture, desk.now, going_cold)
    return shown("people.html", values, request, doors, viewer, waiting=waiting)


@router.get("/people/contacts/{id}")
def contact(id: str, request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show one person, with when one had to do with them."""
    desk = _desk(request, doors, viewer)
    contacts = Contacts(desk)
    with doors.access.store.reading() as tx:
        values = contact_page(
            viewer, contacts.show_in(tx, id), contacts.timeline_in(tx, id), _kept(tx, desk, id)
        )
        waiting = len(OwnSessions.of(tx, doors, viewer).awaited())
    contacts.note_view(id)
    return shown("contact.html", values, request, doors, viewer, waiting=waiting)


def _kept(tx: Transaction, desk: Desk, id: str) -> KeptOf:
    """Give what is kept of a contact, and whom they know, the surest first."""
    ties = sorted(RelationshipEntries(desk).listed_in(tx, id), key=lambda one: -one["strengthScore"])
    others = [one["contactBId"] if one["contactAId"] == id else one["contactAId"] for one in ties]
    names = names_in(tx, desk, others, archived=False)
    return KeptOf(
        interests=InterestEntries(desk).listed_in(tx, id),
        memories=MemoryEntries(desk).listed_in(tx, id),
        knows=[names[one] for one in others if one in names],
    )


@router.get("/people/contacts/{id}/briefing")
def before_meeting(id: str, request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show what there is to know before meeting somebody."""
    return _briefing(Briefings(_desk(request, doors, viewer)).of_contact(id), request, doors, viewer)


@router.get("/people/sessions/{id}")
def before_session(id: str, request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show what there is to know before a session."""
    return _briefing(Briefings(_desk(request, doors, viewer)).of_session(id), request, doors, viewer)


def _briefing(found: Mapping[str, Any], request: Request, doors: Doors, viewer: Viewer) -> Response:
    return shown("briefing.html", briefing_page(viewer, found), request, doors, viewer)
