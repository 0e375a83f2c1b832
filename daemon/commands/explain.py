"""`gatherly explain`: why somebody is free or busy at one moment."""

from typing import Annotated

import typer

from daemon import knowledge
from daemon.services import Services
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import json_text
from daemon.terminal.table import table
from daemon.wire import open_daemon
from engine.availability.explain import Explanation, Seen, explain, explanation_document
from engine.ids import UserId
from engine.ports.store import Transaction
from engine.sessions.session_options import somebody
from engine.text.plain_text import one_line
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, Instant, Span

WEEK_AROUND = 8 * DAY
"""How far around the moment is looked: limits of a day and of a week count what lies there."""


def run(
    config: Config,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whose time.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="RFC 3339.")],
    as_json: Json = False,
) -> int:
    """Print what makes somebody free or busy, as the store knows it; no provider is asked."""
    moment = parse_instant(at)
    with open_daemon(config, lock=False) as services, services.store.reading() as tx:
        users = {one.id: one for one in tx.users.all()}
        who = users[somebody(user, users)]
        around = Span(moment - WEEK_AROUND, moment + WEEK_AROUND)
        known = knowledge.of_user(tx, services.knowledge_policy, who.id, around, services.clock.now())
        seen = _seen(tx, services, who.id, moment)
        holds = tx.ledger.holds(who.id, Span(moment, moment + 1))
        rules = knowledge.rules_of(tx, services.knowledge_policy, [who.id])
        explanation = explain(who, moment, known, seen, holds, rules)
    if as_json:
        print(json_text(explanation_document(explanation), indent=2))
    else:
        print(_words(explanation))
    return 0


def _seen(tx: Transaction, services: Services, user: UserId, at: Instant) -> list[Seen]:
    """Read the objects that are busy around the moment once more: only there stand their titles."""
    around = Span(at - DAY, at + DAY)
    touching = [span for span in tx.calendars.busy(user, around) if at in span.span]
    seen = []
    for key in dict.fromkeys(span.calendar for span in touching):
        source, calendar = services.sources.get(key.connector), tx.calendars.get(key)
        if source is None or calendar is None:
            continue
        hrefs = {span.href for span in touching if span.calendar == key}
        shared = {href for href, digest in tx.calendars.digests(key).items() if digest.shared}
        objects = tx.calendars.objects(key, hrefs | shared)
        read = source.connector.interpret(objects, around, calendar.zone or source.zone)
        seen += [Seen(key, occurrence) for occurrence in read.occurrences if not occurrence.ours]
    return seen


def _words(explanation: Explanation) -> str:
    state = explanation.state.value.replace("_", " ")
    head = f"{one_line(explanation.user.name)} at {format_instant(explanation.at)}: {state}"
    rows = [
        (cause.source, f"until {format_instant(cause.span.end)}" if cause.span else "", cause.text)
        for cause in explanation.causes
    ]
    return f"{head}\n{table(('source', '', 'why'), rows)}" if rows else f"{head}\nNothing stands against it."
