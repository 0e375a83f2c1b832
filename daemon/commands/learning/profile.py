"""`gatherly profile USER`: what was learned of somebody, and how to have it forgotten."""

from typing import Annotated, Any

import typer

from daemon.app.learning.overview import learning_document
from daemon.app.learning.profiles import forget as forgotten
from daemon.app.learning.profiles import profile_document, rebuild
from daemon.app.principal import OPERATOR
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.terminal.times import counted
from engine.errors import InputError
from engine.learning.buckets import key_named, name_of
from engine.learning.features import Feature
from engine.learning.policy import Policy
from engine.sessions.session_options import user_named
from engine.text.plain_text import one_line

MOST_LESSONS = 20
"""So many stand on a screen, those that weigh most first."""
_OFF = {
    "person": "Learning is off for them, as long as learn = false stands in their table; no habit ranks.",
    "everybody": "Learning is off ([learning] enabled = false): times are ranked by fixed weights.",
}


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
        InputError: nobody is named, or learning is off and is to be done anew.
        UnknownThingError: nobody is called so.
    """
    if reset and (forget is not None or rebuilt):
        raise typer.BadParameter("--reset forgets everything; leave --forget and --rebuild out, or --reset")
    lesson = None if forget is None else key_named(forget)
    if user is None and (lesson is not None or not rebuilt):
        raise InputError("Nobody is named", "Write whose profile it is: an id, address or name")
    with open_store_only(config) as access:
        if rebuilt:
            rebuild(access)
        if user is None:
            found = learning_document(access)
            print_answer(
                as_json, lambda: _fitted(found), lambda: "What was learned is fitted anew from the log."
            )
            return 0
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


def _fitted(status: dict[str, Any]) -> dict[str, Any]:
    people = sum(one["policy"] != Policy.FIXED for one in status["people"].values())
    return {"fitted": status["fitted"], "sessions": status["sessions"], "people": people}


def _words(name: str, document: dict[str, Any]) -> str:
    lines = [f"{one_line(name)}: {_resolved(document)}"]
    if document["off"] is not None:
        lines.append(_OFF[document["off"]])
    if not document["points"]:
        if document["off"] is None:
            lines.append(_nothing(document))
        return "\n".join(lines)
    lines.append(_lead(document))
    rows = [(f"{one['points']:+.1f}", _named(one), one["text"]) for one in document["points"][:MOST_LESSONS]]
    lines.append(table(("points", "lesson", ""), rows, right=(0,)))
    lines.append(f"Forget one of them with --forget {rows[0][1]}, all with --reset.")
    return "\n".join(lines)


def _lead(document: dict[str, Any]) -> str:
    shown = f"{counted(document['samples'], 'time')} that they were shown:"
    if document["policy"] == Policy.FIXED:
        return f"This was learned before and ranks nothing now, from {shown}"
    return f"Ranked by {document['policy']}, from {shown}"


def _nothing(document: dict[str, Any]) -> str:
    yet = "yet" if document["forgotten"] is None else "now"
    return f"Nothing is learned of them {yet}; times are ranked without their habits."


def _named(one: dict[str, Any]) -> str:
    return name_of((Feature(one["feature"]), one["bucket"]))


def _resolved(document: dict[str, Any]) -> str:
    profile, before = document["profile"], document["forgotten"]
    size = profile["sampleSize"]
    since = "" if before is None else f"everything up to {before} was forgotten"
    if size:
        share = f"{profile['acceptanceRate']:g} % of them with a time that suited"
        return f"{counted(size, 'session')} ended, {share}{since and f'; {since}'}."
    if document["off"] == "person":
        return "no answer of theirs is counted."
    if since:
        return f"{since}, and no session ended since."
    return "no session that teaches anything of them has ended yet."
