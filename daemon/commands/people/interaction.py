"""`gatherly interaction …`: when one had to do with whom."""

from typing import Annotated

import typer

from daemon.app.relations.entries import InteractionEntries
from daemon.commands.people.asking import As
from daemon.commands.people.entry_kind import EntryKind, Id
from daemon.commands.people.entry_words import interaction_words
from daemon.terminal.parameters import Config, Json
from engine.model.relations import Direction, InteractionType

Type = Annotated[InteractionType | None, typer.Option("--type", help="What it was.")]
At = Annotated[str | None, typer.Option("--at", metavar="T", help="When.")]
Way = Annotated[Direction | None, typer.Option("--direction", help="Who turned to whom.")]
Subject = Annotated[str | None, typer.Option("--subject", metavar="S", help="What it was about.")]
Note = Annotated[str | None, typer.Option("--note", metavar="N", help="What to remember.")]
Summary = Annotated[str | None, typer.Option("--summary", metavar="S", help="The note in short.")]
Sentiment = Annotated[
    float | None,
    typer.Option("--sentiment", metavar="X", min=-1, max=1, help="From -1 to 1, as you felt it."),
]
Minutes = Annotated[int | None, typer.Option("--minutes", metavar="M", min=0, max=14400, help="How long.")]
Attendees = Annotated[
    list[str] | None, typer.Option("--attendee", metavar="A", help="An address; repeatable.")
]
KIND = EntryKind(
    "interaction",
    InteractionEntries,
    interaction_words,
    times=("interaction_date",),
    most_by="interactionDate",
)
listed, show, delete = KIND.listed, KIND.show, KIND.delete


def add(
    config: Config,
    user: As,
    contact: Annotated[str, typer.Option("--contact", metavar="ID", help="With whom.")],
    type_: Annotated[InteractionType, typer.Option("--type", help="What it was.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="When.")],
    direction: Way = None,
    subject: Subject = None,
    note: Note = None,
    summary: Summary = None,
    sentiment: Sentiment = None,
    minutes: Minutes = None,
    attendee: Attendees = None,
    as_json: Json = False,
) -> int:
    """Enter an interaction."""
    return KIND.add(
        config,
        user,
        as_json,
        contact_id=contact,
        interaction_type=type_,
        interaction_date=at,
        direction=direction,
        subject=subject,
        content=note,
        content_summary=summary,
        sentiment_score=sentiment,
        duration_minutes=minutes,
        meeting_attendees=attendee,
    )


def edit(
    id_: Id,
    config: Config,
    user: As,
    type_: Type = None,
    at: At = None,
    direction: Way = None,
    subject: Subject = None,
    note: Note = None,
    summary: Summary = None,
    sentiment: Sentiment = None,
    minutes: Minutes = None,
    attendee: Attendees = None,
    as_json: Json = False,
) -> int:
    """Change an interaction; what is not named stays."""
    return KIND.edit(
        id_,
        config,
        user,
        as_json,
        interaction_type=type_,
        interaction_date=at,
        direction=direction,
        subject=subject,
        content=note,
        content_summary=summary,
        sentiment_score=sentiment,
        duration_minutes=minutes,
        meeting_attendees=attendee,
    )
