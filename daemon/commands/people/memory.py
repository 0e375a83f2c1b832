"""`gatherly memory …`: notes about contacts."""

from typing import Annotated, Any

import typer

from daemon.app.relations.entries import MemoryEntries
from daemon.commands.people.asking import As, asked
from daemon.commands.people.entry_words import memory_words, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.model.relations import MemoryType

Id = Annotated[str, typer.Argument(metavar="ID", help="The memory's id.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]
Title = Annotated[str | None, typer.Option("--title", metavar="T", help="In a few words.")]
Content = Annotated[str | None, typer.Option("--content", metavar="TEXT", help="What it says.")]
Confidence = Annotated[
    float | None, typer.Option("--confidence", metavar="X", min=0, max=1, help="From 0 to 1.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; repeatable.")]
Expires = Annotated[str | None, typer.Option("--expires", metavar="T", help="When it is over.")]
Archived = Annotated[bool | None, typer.Option("--archived/--not-archived", help="Put away, or back.")]


def listed(config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
    """List notes about contacts that are not over."""
    with asked(config, user) as one:
        found = MemoryEntries(one.desk).listed(contact)
        print_answer(as_json, lambda: found, lambda: memory_words(found, one.reader))
    return 0


def show(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Show a memory."""
    with asked(config, user) as one:
        found = MemoryEntries(one.desk).show(id_)
        print_answer(as_json, lambda: found, lambda: memory_words([found], one.reader))
    return 0


def add(
    config: Config,
    user: As,
    type_: Annotated[MemoryType, typer.Option("--type", help="What kind of note.")],
    content: Annotated[str, typer.Option("--content", metavar="TEXT", help="What it says.")],
    contact: OfContact = None,
    title: Title = None,
    confidence: Confidence = None,
    tag: Tags = None,
    archived: Archived = None,
    expires: Expires = None,
    as_json: Json = False,
) -> int:
    """Enter a memory."""
    with asked(config, user) as one:
        values = _given(
            memory_type=type_,
            content=content,
            contact_id=contact,
            title=title,
            confidence_score=confidence,
            tags=tag and tuple(tag),
            is_archived=archived,
            expires_at=None if expires is None else one.instant(expires),
        )
        found = MemoryEntries(one.desk).add(values)
        print_answer(as_json, lambda: found, lambda: memory_words([found], one.reader))
    return 0


def edit(
    id_: Id,
    config: Config,
    user: As,
    title: Title = None,
    content: Content = None,
    confidence: Confidence = None,
    tag: Tags = None,
    archived: Archived = None,
    expires: Expires = None,
    as_json: Json = False,
) -> int:
    """Change a memory; what is not named stays."""
    with asked(config, user) as one:
        values = _given(
            title=title,
            content=content,
            confidence_score=confidence,
            tags=tag and tuple(tag),
            is_archived=archived,
            expires_at=None if expires is None else one.instant(expires),
        )
        found = MemoryEntries(one.desk).edit(id_, values)
        print_answer(as_json, lambda: found, lambda: memory_words([found], one.reader))
    return 0


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def delete(id_: Id, config: Config, user: As) -> int:
    """Remove a memory."""
    with asked(config, user) as one:
        MemoryEntries(one.desk).delete(id_)
    removed("memory")
    return 0
