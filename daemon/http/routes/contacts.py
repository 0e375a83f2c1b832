"""Whom somebody knows."""

from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.app.relations.briefings import Briefings
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.merging import merge, unmerge
from daemon.app.relations.searching import search
from daemon.http.answers.contacts import BriefingAnswer, ContactAnswer, HitAnswer
from daemon.http.answers.document import Page, answers
from daemon.http.asking import AnyDoors
from daemon.http.pages import Limit, page_of
from daemon.http.people_asking import People, given
from daemon.http.people_bodies import EditedContact, MergedContact
from daemon.http.repeats import RepeatableRoute

router = APIRouter(prefix="/v1", tags=["people"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Sort = Annotated[Literal["strength", "recent", "name"], Query()]
Document = dict[str, Any]


@router.get("/contacts", responses=answers(Page[ContactAnswer]))
def list_contacts(
    people: People,
    sort: Sort = "strength",
    tag: Annotated[str | None, Query(max_length=100)] = None,
    archived: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Document:
    """List the caller's contacts, the strongest first."""
    found = Contacts(people).page(sort, tag, archived=archived, cursor=cursor, limit=limit)
    return page_of(found, limit, "id")


@router.post("/contacts", status_code=HTTPStatus.CREATED, responses=answers(ContactAnswer, 201))
def create_contact(body: EditedContact, people: People, response: Response) -> Document:
    """Enter one by hand."""
    made = Contacts(people).add(_values(body))
    response.headers["Location"] = f"/v1/contacts/{quote(str(made['id']))}"
    return made


@router.get("/contacts/{id}", responses=answers(ContactAnswer))
def show_contact(id: str, people: People) -> Document:
    """Show one, and why it is as strong as it is."""
    return Contacts(people).show(id)


@router.patch("/contacts/{id}", responses=answers(ContactAnswer))
def edit_contact(id: str, body: EditedContact, people: People) -> Document:
    """Change one; `isArchived` puts it away, or back."""
    contacts, values = Contacts(people), _values(body)
    archived = values.pop("is_archived", None)
    made = contacts.edit(id, values) if values or archived is None else {}
    return made if archived is None else contacts.archive(id, archived=archived)


@router.delete("/contacts/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_contact(id: str, people: People) -> None:
    """Remove one for good; they do not come back by themselves."""
    Contacts(people).delete(id)


@router.post("/contacts/{id}/merge", responses=answers(ContactAnswer))
def merge_contact(id: str, body: MergedContact, people: People) -> Document:
    """Take over another, who is the same person."""
    return merge(people, id, body.contactId)


@router.post("/contacts/{id}/unmerge", responses=answers(Page[ContactAnswer]))
def unmerge_contact(id: str, people: People) -> Document:
    """Take apart again what was merged into one."""
    return {"items": unmerge(people, id), "next": None}


@router.get("/contacts/{id}/briefing", responses=answers(BriefingAnswer))
def brief(id: str, people: People) -> Document:
    """Say what there is to know before meeting them."""
    return Briefings(people).of_contact(id)


@router.get("/search", responses=answers(Page[HitAnswer]))
def find(people: People, doors: AnyDoors, q: Annotated[str, Query(min_length=1, max_length=500)]) -> Document:
    """Find people, interactions and memories, the best fit first."""
    return {"items": search(people, q, doors.access.indexes), "next": None}


def _values(body: EditedContact) -> Document:
    """Read a body; a first address stands before the others."""
    values = given(body)
    if "email" in values:
        first = values.pop("email")
        values["emails"] = (*([first] if first else ()), *values.get("emails", ()))
    return values
