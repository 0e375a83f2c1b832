"""`gatherly profile USER`: what was learned of somebody, and how to have it forgotten."""

from typing import Annotated, Any

import typer

from daemon.app.learning.profiles import forget as forgotten
from daemon.app.learning.profiles import profile_document, rebuild
from daemon.app.principal import OPERATOR
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from engine.errors import InputError
from engine.learning.buckets import key_named, name_of
from engine.learning.features import Feature
from engine.sessions.session_options import user_named
from engine.text.plain_text import one_line

MOST_LESSONS = 20
"""So many stand on a screen, those that weigh most first."""


def run(
    config: Config,
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="An id, address or name; all with --rebuild.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Forget everything that was learned of them.")
    ] = False,
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="weekday:friday", help="Forget this one lesson.")
    ] = None,
    rebuilt: Annotated[
        bool, typer.Option("--rebuild", help="Learn anew from the log; it comes to the same.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Print what was learned of one person, or have it forgotten.

    Raises:
        InputError: nobody is named.
        UnknownThingError: nobody is called so.
    """
    lesson = None if forget is None else key_named(forget)
    with open_store_only(config) as access:
        if rebuilt:
            rebuild(access)
        if user is None and rebuilt:
            print("What was learned is fitted anew from the log.")
            return 0
        if user is None:
            raise InputError("Nobody is named", "Write whose profile it is: an id, address or name")
        with access.store.reading() as tx:
            people = {one.id: one for one in tx.users.all()}
        user_id = user_named(user, people)
        if reset:
            forgotten(access, OPERATOR, user_id, None)
        if lesson is not None:
            forgotten(access, OPERATOR, user_id, lesson)
        document = profile_document(access, user_id)
    print_answer(as_json, lambda: document, lambda: _words(people[user_id].name, document))
    return 0


def _words(name: str, document: dict[str, Any]) -> str:
    profile = document["profile"]
    lines = [f"{one_line(name)}: {_resolved(profile)}"]
    if not document["points"]:
        lines.append("Nothing is learned of them yet; times are ranked without their habits.")
        return "\n".join(lines)
    lines.append(f"Ranked by {document['policy']}, from {document['samples']} times that they were shown:")
    rows = [(f"{one['points']:+.1f}", _named(one), one["text"]) for one in document["points"][:MOST_LESSONS]]
    lines.append(table(("points", "lesson", ""), rows, right=(0,)))
    lines.append(f"Forget one of them with --forget {rows[0][1]}, all with --reset.")
    return "\n".join(lines)


def _named(one: dict[str, Any]) -> str:
    return name_of((Feature(one["feature"]), one["bucket"]))


def _resolved(profile: dict[str, Any]) -> str:
    size = profile["sampleSize"]
    if not size:
        return "no session of theirs has ended yet."
    return f"{size} sessions ended, {profile['acceptanceRate']:g} % of them with a time that suited."
