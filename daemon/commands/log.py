"""`gatherly log`: what happened, as sentences, oldest first; with `--follow` also what happens after."""

from contextlib import suppress
from typing import Annotated

import typer

from daemon.app.insight.log_words import Sentences
from daemon.app.log import LogFilter, Told, happened, happened_after, known_connector, log_document
from daemon.store_access import StoreAccess, open_store_only
from daemon.terminal.audience import Audience
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer, show
from daemon.terminal.times import Reader, machine_zone
from engine.errors import InputError
from engine.sessions.session_options import length, user_named

EVERY = 1.0
"""Seconds between two looks of `--follow`."""


def run(
    config: Config,
    session: Annotated[str | None, typer.Option("--session", metavar="ID", help="Of this one alone.")] = None,
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="What concerns them.")] = None,
    connector: Annotated[
        str | None, typer.Option("--connector", metavar="NAME", help="Of this one alone.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="1h", help="How far back.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what happens, until Ctrl-C.")] = False,
    as_json: Json = False,
) -> int:
    """Print what happened.

    Raises:
        UnknownThingError: there is no such session, user or connector.
    """
    if follow and as_json:
        raise InputError("--json prints one document, --follow has no end", "Leave one of them out")
    back = None if since is None else length(since, "--since")
    with open_store_only(config, only_looks=True) as access:
        asked = _asked(access, session, user, connector, back)
        with access.store.reading() as tx:
            told = happened(tx, asked)
            people = {one.id: one for one in tx.users.all()}
        zone = machine_zone() if asked.user is None else people[asked.user].timezone
        sentences = Sentences(Audience(Reader(zone, access.clock.now()), people))
        print_answer(
            as_json,
            lambda: [log_document(one) for one in told.records],
            lambda: "\n".join(sentences.lines(told)) or "Nothing has happened.",
        )
        if follow:
            _follow(access, asked, sentences, told)
    return 0


def _asked(
    access: StoreAccess, session: str | None, user: str | None, connector: str | None, back: int | None
) -> LogFilter:
    named = None if session is None else access.views.named(session)
    with access.store.reading() as tx:
        people = {one.id: one for one in tx.users.all()}
        settings = access.configuration.settings
        return LogFilter(
            session=named,
            user=None if user is None else user_named(user, people),
            connector=None if connector is None else known_connector(tx, connector, settings.connectors),
            since=None if back is None else access.clock.now() - back,
        )


def _follow(access: StoreAccess, asked: LogFilter, sentences: Sentences, told: Told) -> None:
    with suppress(KeyboardInterrupt):
        while not access.clock.wait(EVERY):
            with access.store.reading() as tx:
                told = happened_after(tx, asked, told.end)
            for line in sentences.lines(told):
                show(line)
