"""What somebody knows of their contacts: interactions, interests, relationships and memories."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.app.relations.entries import (
    InteractionEntries,
    InterestEntries,
    RelationshipEntries,
)
from daemon.app.relations.memory_entries import MemoryEntries
from daemon.http.answers.contacts import (
    InteractionAnswer,
    InterestAnswer,
    MemoryAnswer,
    RelationshipAnswer,
)
from daemon.http.answers.document import Page, answers
from daemon.http.pages import Limit, page_of
from daemon.http.people_asking import People, given
from daemon.http.people_bodies import (
    EditedInteraction,
    EditedInterest,
    EditedMemory,
    EditedRelationship,
    NewInteraction,
    NewInterest,
    NewMemory,
    NewRelationship,
)
from daemon.http.repeats import RepeatableRoute

router = APIRouter(prefix="/v1", tags=["people"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
OfContact = Annotated[str | None, Query(max_length=255, description="Of this contact alone.")]
Document = dict[str, Any]


@router.get("/interactions", responses=answers(Page[InteractionAnswer]))
def list_interactions(
    people: People, contactId: OfContact = None, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List when the caller had to do with whom."""
    return page_of(InteractionEntries(people).page(contactId, cursor, limit), limit, "id")


@router.post("/interactions", status_code=HTTPStatus.CREATED, responses=answers(InteractionAnswer, 201))
def create_interaction(body: NewInteraction, people: People, response: Response) -> Document:
    """Enter one."""
    made = InteractionEntries(people).add(given(body))
    response.headers["Location"] = f"/v1/interactions/{quote(str(made['id']))}"
    return made


@router.get("/interactions/{id}", responses=answers(InteractionAnswer))
def show_interaction(id: str, people: People) -> Document:
    """Show one."""
    return InteractionEntries(people).show(id)


@router.patch("/interactions/{id}", responses=answers(InteractionAnswer))
def edit_interaction(id: str, body: EditedInteraction, people: People) -> Document:
    """Change one; what is left out stays."""
    return InteractionEntries(people).edit(id, given(body))


@router.delete("/interactions/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_interaction(id: str, people: People) -> None:
    """Remove one."""
    InteractionEntries(people).delete(id)


@router.get("/interests", responses=answers(Page[InterestAnswer]))
def list_interests(
    people: People, contactId: OfContact = None, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List what contacts are interested in."""
    return page_of(InterestEntries(people).page(contactId, cursor, limit), limit, "id")


@router.post("/interests", status_code=HTTPStatus.CREATED, responses=answers(InterestAnswer, 201))
def create_interest(body: NewInterest, people: People, response: Response) -> Document:
    """Enter one."""
    made = InterestEntries(people).add(given(body))
    response.headers["Location"] = f"/v1/interests/{quote(str(made['id']))}"
    return made


@router.get("/interests/{id}", responses=answers(InterestAnswer))
def show_interest(id: str, people: People) -> Document:
    """Show one."""
    return InterestEntries(people).show(id)


@router.patch("/interests/{id}", responses=answers(InterestAnswer))
def edit_interest(id: str, body: EditedInterest, people: People) -> Document:
    """Change one; what is left out stays."""
    return InterestEntries(people).edit(id, given(body))


@router.delete("/interests/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_interest(id: str, people: People) -> None:
    """Remove one."""
    InterestEntries(people).delete(id)


@router.get("/relationships", responses=answers(Page[RelationshipAnswer]))
def list_relationships(
    people: People, contactId: OfContact = None, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List which contacts know one another."""
    return page_of(RelationshipEntries(people).page(contactId, cursor, limit), limit, "id")


@router.post("/relationships", status_code=HTTPStatus.CREATED, responses=answers(RelationshipAnswer, 201))
def create_relationship(body: NewRelationship, people: People, response: Response) -> Document:
    """Enter one."""
    made = RelationshipEntries(people).add(given(body))
    response.headers["Location"] = f"/v1/relationships/{quote(str(made['id']))}"
    return made


@router.get("/relationships/{id}", responses=answers(RelationshipAnswer))
def show_relationship(id: str, people: People) -> Document:
    """Show one."""
    return RelationshipEntries(people).show(id)


@router.patch("/relationships/{id}", responses=answers(RelationshipAnswer))
def edit_relationship(id: str, body: EditedRelationship, people: People) -> Document:
    """Change one; what is left out stays."""
    return RelationshipEntries(people).edit(id, given(body))


@router.delete("/relationships/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_relationship(id: str, people: People) -> None:
    """Remove one."""
    RelationshipEntries(people).delete(id)


@router.get("/memories", responses=answers(Page[MemoryAnswer]))
def list_memories(
    people: People, contactId: OfContact = None, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List notes about contacts."""
    return page_of(MemoryEntries(people).page(contactId, cursor, limit), limit, "id")


@router.post("/memories", status_code=HTTPStatus.CREATED, responses=answers(MemoryAnswer, 201))
def create_memory(body: NewMemory, people: People, response: Response) -> Document:
    """Enter one."""
    made = MemoryEntries(people).add(given(body))
    response.headers["Location"] = f"/v1/memories/{quote(str(made['id']))}"
    return made


@router.get("/memories/{id}", responses=answers(MemoryAnswer))
def show_memory(id: str, people: People) -> Document:
    """Show one."""
    return MemoryEntries(people).show(id)


@router.patch("/memories/{id}", responses=answers(MemoryAnswer))
def edit_memory(id: str, body: EditedMemory, people: People) -> Document:
    """Change one; what is left out stays."""
    return MemoryEntries(people).edit(id, given(body))


@router.delete("/memories/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_memory(id: str, people: People) -> None:
    """Remove one."""
    MemoryEntries(people).delete(id)
