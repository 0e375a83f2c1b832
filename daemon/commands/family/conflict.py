"""`gatherly conflict …`: what collides, and the ways out."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon.app.family.conflicts import Conflicts
from daemon.commands.family.asking import As, Asking, asking
from daemon.commands.family.family_words import conflict_words, conflicts_words
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.model.reservation import ConflictStatus

Id = Annotated[str, typer.Argument(metavar="ID", help="The conflict's id.")]


def listed(
    config: Config,
    status: Annotated[ConflictStatus | None, typer.Option("--status", help="Of this state alone.")] = None,
    user: As = None,
    as_json: Json = False,
) -> int:
    """List conflicts, newest first."""
    with asking(config, user) as asked:
        found = _told(asked, as_json).listed(status)
        words = partial(conflicts_words, found, asked.conflicts.titles(found), asked.reader)
    print_answer(as_json, lambda: found, words)
    return 0


def show(id_: Id, config: Config, user: As = None, as_json: Json = False) -> int:
    """Show one, with its options as they are now."""
    return _asked(config, user, lambda conflicts: conflicts.show(id_), as_json)


def resolve(
    id_: Id,
    config: Config,
    option: Annotated[int, typer.Option("--option", metavar="N", help="Counts from 1.")],
    user: As = None,
    as_json: Json = False,
) -> int:
    """Do what an option says."""
    return _asked(config, user, lambda conflicts: conflicts.resolve(id_, option), as_json)


def ignore(id_: Id, config: Config, user: As = None, as_json: Json = False) -> int:
    """Let a conflict be."""
    return _asked(config, user, lambda conflicts: conflicts.ignore(id_), as_json)


def undo(id_: Id, config: Config, user: As = None, as_json: Json = False) -> int:
    """Take a resolution back, within a day."""
    return _asked(config, user, lambda conflicts: conflicts.undo(id_), as_json)


def _asked(
    config: Path, user: str | None, ask: Callable[[Conflicts], Mapping[str, Any]], as_json: bool
) -> int:
    with asking(config, user) as asked:
        found = ask(_told(asked, as_json))
        words = partial(conflict_words, found, asked.conflicts.titles([found]), asked.reader)
    print_answer(as_json, lambda: found, words)
    return 0


def _told(asked: Asking, as_json: bool) -> Conflicts:
    """Tell people on their own clock; a document has F2's."""
    return asked.desks.conflicts if as_json else asked.conflicts
