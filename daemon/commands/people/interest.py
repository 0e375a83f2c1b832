"""`gatherly interest …`: what contacts are interested in."""

from typing import Annotated, Any

import typer

from daemon.app.relations.entries import InterestEntries
from daemon.commands.people.asking import As, asked
from daemon.commands.people.entry_words import interest_words, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer

Id = Annotated[str, typer.Argument(metavar="ID", help="The interest's id.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]
Confidence = Annotated[float, typer.Option("--confidence", metavar="X", min=0, max=1, help="From 0 to 1.")]


def listed(config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
    """List what contacts are interested in."""
    with asked(config, user) as one:
        found = InterestEntries(one.desk).listed(contact)
        print_answer(as_json, lambda: found, lambda: interest_words(found, one.reader))
    return 0


def show(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Show an interest."""
    with asked(config, user) as one:
        found = InterestEntries(one.desk).show(id_)
        print_answer(as_json, lambda: found, lambda: interest_words([found], one.reader))
    return 0


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
    with asked(config, user) as one:
        values = _given(
            contact_id=contact,
            interest_category=category,
            interest_topic=topic,
            confidence_score=confidence,
        )
        found = InterestEntries(one.desk).add(values)
        print_answer(as_json, lambda: found, lambda: interest_words([found], one.reader))
    return 0


def edit(
    id_: Id,
    config: Config,
    user: As,
    confidence: Confidence,
    as_json: Json = False,
) -> int:
    """Change an interest; what is not named stays."""
    with asked(config, user) as one:
        values = _given(
            confidence_score=confidence,
        )
        found = InterestEntries(one.desk).edit(id_, values)
        print_answer(as_json, lambda: found, lambda: interest_words([found], one.reader))
    return 0


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def delete(id_: Id, config: Config, user: As) -> int:
    """Remove an interest."""
    with asked(config, user) as one:
        InterestEntries(one.desk).delete(id_)
    removed("interest")
    return 0
