"""`gatherly memory …`: notes about contacts."""

from typing import Annotated

import typer

from daemon.app.relations.memory_entries import MemoryEntries
from daemon.commands.people.asking import As
from daemon.commands.people.entry_kind import EntryKind, Id, OfContact
from daemon.commands.people.entry_words import memory_words
from daemon.terminal.parameters import Config, Json
from engine.model.relations import MemoryType

Title = Annotated[str | None, typer.Option("--title", metavar="T", help="In a few words.")]
Content = Annotated[str | None, typer.Option("--content", metavar="TEXT", help="What it says.")]
Confidence = Annotated[
    float | None, typer.Option("--confidence", metavar="X", min=0, max=1, help="From 0 to 1.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; repeatable.")]
Expires = Annotated[str | None, typer.Option("--expires", metavar="T", help="When it is over.")]
Archived = Annotated[bool | None, typer.Option("--archived/--not-archived", help="Put away, or back.")]
KIND = EntryKind("memory", MemoryEntries, memory_words, times=("expires_at",))
listed, show, delete = KIND.listed, KIND.show, KIND.delete


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
    return KIND.add(
        config,
        user,
        as_json,
        memory_type=type_,
        content=content,
        contact_id=contact,
        title=title,
        confidence_score=confidence,
        tags=tag,
        is_archived=archived,
        expires_at=expires,
    )


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
    return KIND.edit(
        id_,
        config,
        user,
        as_json,
        title=title,
        content=content,
        confidence_score=confidence,
        tags=tag,
        is_archived=archived,
        expires_at=expires,
    )
