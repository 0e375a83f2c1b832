"""`gatherly explain`: why somebody is free or busy at one moment."""

from collections.abc import Iterator
from typing import Annotated

import typer

from daemon.app.accounts.views import note_view
from daemon.app.explain import explain_moment
from daemon.app.principal import OPERATOR
from daemon.knowledge import knowledge_policy_of
from daemon.store_access import open_store_only
from daemon.terminal.paint import Role, paint
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.terminal.times import Reader
from engine.availability.explain import Explanation, explanation_document
from engine.model.session import Availability
from engine.text.plain_text import one_line
from engine.time.span import Span

TIME = "A day, or a time like 2026-11-20T14:00 on their own clock; or with an offset."
_STATES = {
    Availability.FREE: "is free",
    Availability.BUSY: "is busy",
    Availability.TENTATIVE: "has something tentative",
    Availability.OUTSIDE_HOURS: "is outside their hours",
}


def run(
    config: Config,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whose time.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help=TIME)],
    as_json: Json = False,
) -> int:
    """Print what makes somebody free or busy, as the store knows it; no provider is asked."""
    with open_store_only(config, only_looks=True) as access:
        policy = knowledge_policy_of(access.configuration)
        now = access.clock.now()
        explanation = explain_moment(OPERATOR, access.store, policy, access.lend, user, at, now)
        moment = Span(explanation.at, explanation.at + 1)
        origin = {"route": "gatherly explain"}
        note_view(access.store, now, OPERATOR, explanation.user.id, moment, origin)
    print_answer(as_json, lambda: explanation_document(explanation), lambda: _words(explanation, now))
    return 0


def _words(explanation: Explanation, now: int) -> str:
    reader = Reader(explanation.user.timezone, now)
    return "\n".join(_lines(explanation, reader))


def _lines(explanation: Explanation, reader: Reader) -> Iterator[str]:
    when = f"on {reader.day(explanation.at)} at {reader.clock(explanation.at)}, {reader.place}"
    who = one_line(explanation.user.name)
    state = _STATES.get(explanation.state)
    head = f"Nobody knows whether {who} is free" if state is None else f"{who} {state}"
    yield paint(Role.STRONG, f"{head} {when}")
    rows = [
        (f"  {cause.source}", f"{cause.text}{f', until {reader.soon(cause.span.end)}' if cause.span else ''}")
        for cause in explanation.causes
    ]
    if rows:
        yield from table(("", ""), rows).splitlines()
    else:
        yield "  Nothing stands against it."
