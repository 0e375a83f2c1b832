"""`gatherly interest …`: what contacts are interested in."""

from typing import Annotated

import typer

from daemon.app.relations.entries import InterestEntries
from daemon.commands.people.asking import As
from daemon.commands.people.entry_kind import EntryKind, Id
from daemon.commands.people.entry_words import interest_words
from daemon.terminal.parameters import Config, Json

Confidence = Annotated[float, typer.Option("--confidence", metavar="X", min=0, max=1, help="From 0 to 1.")]
KIND = EntryKind("interest", InterestEntries, interest_words, most_by="confidenceScore")
listed, show, delete = KIND.listed, KIND.show, KIND.delete


def add(
    config: Config,
    user: As,
    contact: Annotated[str, typer.Option("--contact", metavar="ID", help="Whose.")],
    category: Annotated[str, typer.Option("--category", metavar="C", help="Like sports.")],
    topic: Annotated[str, typer.Option("--topic", metavar="T", help="Like curling.")],
    confidence: Confidence,
    as_json: Json = False,
) -> int:
    """Enter an interest."""
    return KIND.add(
        config,
        user,
        as_json,
        contact_id=contact,
        interest_category=category,
        interest_topic=topic,
        confidence_score=confidence,
    )


def edit(
    id_: Id,
    config: Config,
    user: As,
    confidence: Confidence,
    as_json: Json = False,
) -> int:
    """Change an interest; what is not named stays."""
    return KIND.edit(
        id_,
        config,
        user,
        as_json,
        confidence_score=confidence,
    )
