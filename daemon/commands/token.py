"""`gatherly token`: what lets a person's programs in."""

import sys
from typing import Annotated

import typer

from daemon.app.accounts.browsers import sign_in_address
from daemon.app.accounts.feeds import Feeds
from daemon.app.accounts.tokens import ACCESS_MINUTES, REFRESH_DAYS, Tokens
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import json_text
from engine.errors import InputError
from engine.sessions.session_options import user_named
from engine.time.instant import format_instant


def run(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose programs.")],
    config: Config,
    minutes: Annotated[
        int, typer.Option("--minutes", help="How long a bearer token lives.")
    ] = ACCESS_MINUTES,
    operator: Annotated[bool, typer.Option("--operator", help="With an operator's rights.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Give a refresh token instead.")] = False,
    days: Annotated[int, typer.Option("--days", help="How long a refresh token lives.")] = REFRESH_DAYS,
    page: Annotated[
        bool, typer.Option("--page", help="Give an address that signs a browser in, once.")
    ] = False,
    feed: Annotated[bool, typer.Option("--feed", help="Give the address of their bookings' feed.")] = False,
    name: Annotated[str | None, typer.Option("--name", help="What its owner calls it.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Name the refresh tokens in use.")] = False,
    revoke: Annotated[str | None, typer.Option("--revoke", metavar="NAME", help="End one.")] = None,
    as_json: Json = False,
) -> int:
    """Print a token alone, or list and end refresh tokens."""
    if sum((refresh, page, feed, listed, revoke is not None)) > 1:
        ways = "--refresh, --page, --feed, --list and --revoke"
        raise InputError(f"{ways} do different things", "Give one of them")
    with open_store_only(config) as access:
        with access.store.reading() as tx:
            who = user_named(user, {one.id: one for one in tx.users.all()})
        tokens = Tokens(access.store, access.custody, access.clock, access.configuration.settings.operators)
        if listed:
            rows = [
                {
                    "name": one.name,
                    "created": format_instant(one.created_at),
                    "expires": format_instant(one.expires_at),
                }
                for one in tokens.listed(who)
            ]
            lines = [f"{one['name']}  since {one['created']}, until {one['expires']}" for one in rows]
            lines += [f"{one}  a feed" for one in Feeds(access).names(who)]
            print(json_text(rows) if as_json else "\n".join(lines) or "No refresh token is in use.")
        elif revoke is not None:
            if not Feeds(access).revoke(who, revoke):
                tokens.revoke(who, revoke)
            print(f"{revoke} is ended", file=sys.stderr)
        elif page:
            print(sign_in_address(access, who))
        elif feed:
            print(Feeds(access).address(who, name or "feed"))
        else:
            print(
                tokens.refresh(who, name or "default", days)
                if refresh
                else tokens.access(who, minutes, operator=operator)
            )
    return 0
