"""`gatherly relationship …`: who knows whom."""

from typing import Annotated, Any

import typer

from daemon.app.relations.entries import RelationshipEntries
from daemon.commands.people.asking import As, asked
from daemon.commands.people.entry_words import relationship_words, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.model.relations import RelationshipType

Id = Annotated[str, typer.Argument(metavar="ID", help="The relationship's id.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]
Type = Annotated[RelationshipType | None, typer.Option("--type", help="What they are to one another.")]
Strength = Annotated[float | None, typer.Option("--strength", metavar="X", min=0, max=1, help="From 0 to 1.")]


def listed(config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
    """List who knows whom."""
    with asked(config, user) as one:
        found = RelationshipEntries(one.desk).listed(contact)
        print_answer(as_json, lambda: found, lambda: relationship_words(found, one.reader))
    return 0


def show(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Show a relationship."""
    with asked(config, user) as one:
        found = RelationshipEntries(one.desk).show(id_)
        print_answer(as_json, lambda: found, lambda: relationship_words([found], one.reader))
    return 0


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
    with asked(config, user) as one:
        values = _given(
            contact_a_id=contact,
            contact_b_id=other,
            relationship_type=type_,
            strength_score=strength,
        )
        found = RelationshipEntries(one.desk).add(values)
        print_answer(as_json, lambda: found, lambda: relationship_words([found], one.reader))
    return 0


def edit(
    id_: Id,
    config: Config,
    user: As,
    type_: Type = None,
    strength: Strength = None,
    as_json: Json = False,
) -> int:
    """Change a relationship; what is not named stays."""
    with asked(config, user) as one:
        values = _given(
            relationship_type=type_,
            strength_score=strength,
        )
        found = RelationshipEntries(one.desk).edit(id_, values)
        print_answer(as_json, lambda: found, lambda: relationship_words([found], one.reader))
    return 0


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def delete(id_: Id, config: Config, user: As) -> int:
    """Remove a relationship."""
    with asked(config, user) as one:
        RelationshipEntries(one.desk).delete(id_)
    removed("relationship")
    return 0
