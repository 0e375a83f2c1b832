"""`gatherly resource …`: what people share."""

from typing import Annotated

import typer

from daemon.commands.family.asking import As, From, To, asking, attributes
from daemon.commands.family.family_words import free_words, reservation_words, resources_words
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.errors import InputError
from engine.model.resource import ResourceType

Id = Annotated[str, typer.Argument(metavar="ID", help="The resource's id.")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="How people call it.")]
Capacity = Annotated[int | None, typer.Option("--capacity", metavar="N", help="How many use it at once.")]
Attributes = Annotated[str | None, typer.Option("--attributes", metavar="JSON", help="What else it has.")]
Location = Annotated[str | None, typer.Option("--location", metavar="TEXT", help="Where it is.")]
Type = Annotated[ResourceType | None, typer.Option("--type", help="What it is.")]


def listed(config: Config, as_json: Json = False) -> int:
    """List what people share, retired things too."""
    with asking(config, None) as asked:
        found = asked.desks.resources.listed()
    print_answer(as_json, lambda: found, lambda: resources_words(found))
    return 0


def add(
    id_: Id,
    config: Config,
    type_: Annotated[ResourceType, typer.Option("--type", help="What it is.")],
    name: Name = None,
    capacity: Capacity = None,
    about: Attributes = None,
    location: Location = None,
    as_json: Json = False,
) -> int:
    """Add a resource."""
    with asking(config, None) as asked:
        found = asked.desks.resources.add(
            id_, type_, name, 1 if capacity is None else capacity, attributes(about), location
        )
    print_answer(as_json, lambda: found, lambda: resources_words([found]))
    return 0


def edit(
    id_: Id,
    config: Config,
    type_: Type = None,
    name: Name = None,
    capacity: Capacity = None,
    about: Attributes = None,
    location: Location = None,
    as_json: Json = False,
) -> int:
    """Change a resource; what is not named stays."""
    if all(one is None for one in (type_, name, capacity, about, location)):
        raise InputError("Nothing was named to change", "Give --name, --type, --capacity or another option")
    with asking(config, None) as asked:
        found = asked.desks.resources.edit(
            id_, kind=type_, title=name, capacity=capacity, attributes=attributes(about), location=location
        )
    print_answer(as_json, lambda: found, lambda: resources_words([found]))
    return 0


def retire(id_: Id, config: Config, as_json: Json = False) -> int:
    """Take a resource out of use; it stays listed."""
    with asking(config, None) as asked:
        found = asked.desks.resources.retire(id_)
    print_answer(as_json, lambda: found, lambda: resources_words([found]))
    return 0


def free(id_: Id, config: Config, start: From, end: To, user: As = None, as_json: Json = False) -> int:
    """Tell whether a resource has room in a time."""
    with asking(config, user) as asked:
        found = asked.desks.resources.free(id_, asked.span(start, end))
    print_answer(as_json, lambda: found, lambda: free_words(found, id_))
    return 0


def reserve(
    id_: Id,
    config: Config,
    start: From,
    end: To,
    user: Annotated[str, typer.Option("--as", metavar="USER", help="For whom; times are theirs.")],
    notes: Annotated[str | None, typer.Option("--notes", metavar="TEXT", help="What for.")] = None,
    as_json: Json = False,
) -> int:
    """Keep a resource for a time, without an event."""
    with asking(config, user) as asked:
        found = asked.desks.resources.reserve(id_, asked.span(start, end), None, notes)
        print_answer(as_json, lambda: found, lambda: reservation_words(found, asked.reader))
    return 0


def release(
    id_: Annotated[str, typer.Argument(metavar="RESERVATION", help="The reservation's id.")],
    config: Config,
    user: As = None,
    as_json: Json = False,
) -> int:
    """Give a reservation back."""
    with asking(config, user) as asked:
        found = asked.desks.resources.release(id_)
        print_answer(as_json, lambda: found, lambda: reservation_words(found, asked.reader))
    return 0
