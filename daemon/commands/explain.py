"""`gatherly explain`: why somebody is free or busy at one moment."""

from typing import Annotated

import typer

from daemon.app.explain import explain_moment
from daemon.app.principal import OPERATOR
from daemon.knowledge import knowledge_policy_of
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from engine.availability.explain import Explanation, explanation_document
from engine.text.plain_text import one_line
from engine.time.instant import format_instant, parse_instant


def run(
    config: Config,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whose time.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="RFC 3339.")],
    as_json: Json = False,
) -> int:
    """Print what makes somebody free or busy, as the store knows it; no provider is asked."""
    moment = parse_instant(at)
    with open_store_only(config, only_looks=True) as access:
        policy = knowledge_policy_of(access.configuration)
        now = access.clock.now()
        explanation = explain_moment(OPERATOR, access.store, policy, access.lend, user, moment, now)
    print_answer(as_json, lambda: explanation_document(explanation), lambda: _words(explanation))
    return 0


def _words(explanation: Explanation) -> str:
    state = explanation.state.value.replace("_", " ")
    head = f"{one_line(explanation.user.name)} at {format_instant(explanation.at)}: {state}"
    rows = [
        (cause.source, f"until {format_instant(cause.span.end)}" if cause.span else "", cause.text)
        for cause in explanation.causes
    ]
    return f"{head}\n{table(('source', '', 'why'), rows)}" if rows else f"{head}\nNothing stands against it."
