"""`gatherly relationship …`: who knows whom."""

from typing import Annotated

import typer

from daemon.app.relations.entries import RelationshipEntries
from daemon.commands.people.asking import As
from daemon.commands.people.entry_kind import EntryKind, Id
from daemon.commands.people.entry_words import relationship_words
from daemon.terminal.parameters import Config, Json
from engine.model.relations import RelationshipType

Type = Annotated[RelationshipType | None, typer.Option("--type", help="What they are to one another.")]
Strength = Annotated[float | None, typer.Option("--strength", metavar="X", min=0, max=1, help="From 0 to 1.")]
KIND = EntryKind("relationship", RelationshipEntries, relationship_words, most_by="strengthScore")
listed, show, delete = KIND.listed, KIND.show, KIND.delete


def add(
    config: Config,
    user: As,
    contact: Annotated[str, typer.Option("--contact", metavar="ID", help="One of the two.")],
    other: Annotated[str, typer.Option("--other", metavar="ID", help="The other.")],
    type_: Type = None,
    strength: Strength = None,
    as_json: Json = False,
) -> int:
    """Enter a relationship."""
    return KIND.add(
        config,
        user,
        as_json,
        contact_a_id=contact,
        contact_b_id=other,
        relationship_type=type_,
        strength_score=strength,
    )


def edit(
    id_: Id,
    config: Config,
    user: As,
    type_: Type = None,
    strength: Strength = None,
    as_json: Json = False,
) -> int:
    """Change a relationship; what is not named stays."""
    return KIND.edit(
        id_,
        config,
        user,
        as_json,
        relationship_type=type_,
        strength_score=strength,
    )
