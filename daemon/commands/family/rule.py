"""`gatherly rule …`: rules that guide scheduling."""

from typing import Annotated

import typer

from daemon.commands.family.asking import As, asking, attributes
from daemon.commands.family.family_words import rules_words
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.model.constraint import DEFAULT_PRIORITY, ConstraintLevel

Whom = Annotated[str, typer.Argument(metavar="USER|all", help="A user, all, or resource:ID.")]


def listed(
    config: Config,
    whom: Annotated[
        str | None, typer.Argument(metavar="[USER|all]", help="A user, all, or resource:ID.")
    ] = None,
    user: As = None,
    as_json: Json = False,
) -> int:
    """List rules, those switched off too."""
    with asking(config, user) as asked:
        found = asked.desks.rules.listed(whom)
    print_answer(as_json, lambda: found, lambda: rules_words(found))
    return 0


def add(
    whom: Whom,
    config: Config,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="How it is called.")],
    level: Annotated[ConstraintLevel, typer.Option("--level", help="Hard ones block, soft ones cost.")],
    rule: Annotated[str, typer.Option("--rule", metavar="JSON", help="What it asks.")],
    priority: Annotated[
        int, typer.Option("--priority", metavar="1-10", min=1, max=10, help="Of a soft one; 5 unless said.")
    ] = DEFAULT_PRIORITY,
    user: As = None,
    as_json: Json = False,
) -> int:
    """Add a rule, or put another in the place of one of this name."""
    with asking(config, user) as asked:
        found = asked.desks.rules.add(whom, name, level, attributes(rule) or {}, priority)
    print_answer(as_json, lambda: found, lambda: rules_words([found]))
    return 0


def off(
    whom: Whom,
    name: Annotated[str, typer.Argument(metavar="NAME", help="How the rule is called.")],
    config: Config,
    user: As = None,
    as_json: Json = False,
) -> int:
    """Switch a rule off."""
    with asking(config, user) as asked:
        found = asked.desks.rules.off(whom, name)
    print_answer(as_json, lambda: found, lambda: rules_words([found]))
    return 0
