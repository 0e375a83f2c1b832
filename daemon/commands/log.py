"""`gatherly log`: what happened, as sentences, oldest first; with `--follow` also what happens after."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated

import typer

from daemon.app.access import Access
from daemon.app.insight.log_words import Sentences
from daemon.app.log import LogFilter, Told, happened, happened_after, known_connector, log_document
from daemon.app.session_views import SessionViews
from daemon.store_access import open_store_only
from daemon.terminal.audience import Audience
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer, show
from daemon.terminal.times import Reader, machine_zone
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.user import User
from engine.ports.store import Transaction
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
        tell(access, session, user, connector, back, follow=follow, as_json=as_json)
    return 0


def tell(
    access: Access,
    session: str | None = None,
    user: str | None = None,
    connector: str | None = None,
    back: int | None = None,
    *,
    follow: bool = False,
    as_json: bool = False,
) -> None:
    """Print what happened, as it stands at one moment; `back` in seconds.

    Raises:
        UnknownThingError: there is no such session, user or connector.
    """
    named = None if session is None else SessionViews(store=access.store).named(session)
    with access.store.reading() as tx:
        people = {one.id: one for one in tx.users.all()}
        asked = _asked(access, tx, people, named, user, connector, back)
        told = happened(tx, asked)
    zone = machine_zone() if asked.user is None else people[asked.user].timezone
    sentences = Sentences(Audience(Reader(zone, access.clock.now()), people))
    print_answer(
        as_json,
        lambda: [log_document(one) for one in told.records],
        lambda: "\n".join(sentences.lines(told)) or "Nothing has happened.",
    )
    if follow:
        _follow(access, asked, sentences, told)


def _asked(
    access: Access,
    tx: Transaction,
    people: Mapping[UserId, User],
    session: SessionId | None,
    user: str | None,
    connector: str | None,
    back: int | None,
) -> LogFilter:
    settings = access.configuration.settings
    return LogFilter(
        session=session,
        user=None if user is None else user_named(user, people),
        connector=None if connector is None else known_connector(tx, connector, settings.connectors),
        since=None if back is None else access.clock.now() - back,
    )


def _follow(access: Access, asked: LogFilter, sentences: Sentences, told: Told) -> None:
    with suppress(KeyboardInterrupt):
        while not access.clock.wait(EVERY):
            with access.store.reading() as tx:
                told = happened_after(tx, asked, told.end)
            for line in sentences.lines(told):
                show(line)
