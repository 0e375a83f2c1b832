"""`gatherly interaction …`: when one had to do with whom."""

from typing import Annotated, Any

import typer

from daemon.app.relations.entries import InteractionEntries
from daemon.commands.people.asking import As, asked
from daemon.commands.people.entry_words import interaction_words, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.model.relations import Direction, InteractionType

Id = Annotated[str, typer.Argument(metavar="ID", help="The interaction's id.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]
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


def listed(config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
    """List when one had to do with whom, newest first."""
    with asked(config, user) as one:
        found = InteractionEntries(one.desk).listed(contact)
        found.sort(key=lambda each: str(each["interactionDate"]), reverse=True)
        print_answer(as_json, lambda: found, lambda: interaction_words(found, one.reader))
    return 0


def show(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Show an interaction."""
    with asked(config, user) as one:
        found = InteractionEntries(one.desk).show(id_)
        print_answer(as_json, lambda: found, lambda: interaction_words([found], one.reader))
    return 0


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
    with asked(config, user) as one:
        values = _given(
            contact_id=contact,
            interaction_type=type_,
            interaction_date=one.instant(at),
            direction=direction,
            subject=subject,
            content=note,
            content_summary=summary,
            sentiment_score=sentiment,
            duration_minutes=minutes,
            meeting_attendees=attendee and tuple(attendee),
        )
        found = InteractionEntries(one.desk).add(values)
        print_answer(as_json, lambda: found, lambda: interaction_words([found], one.reader))
    return 0


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
    with asked(config, user) as one:
        values = _given(
            interaction_type=type_,
            interaction_date=None if at is None else one.instant(at),
            direction=direction,
            subject=subject,
            content=note,
            content_summary=summary,
            sentiment_score=sentiment,
            duration_minutes=minutes,
            meeting_attendees=attendee and tuple(attendee),
        )
        found = InteractionEntries(one.desk).edit(id_, values)
        print_answer(as_json, lambda: found, lambda: interaction_words([found], one.reader))
    return 0


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def delete(id_: Id, config: Config, user: As) -> int:
    """Remove an interaction."""
    with asked(config, user) as one:
        InteractionEntries(one.desk).delete(id_)
    removed("interaction")
    return 0
