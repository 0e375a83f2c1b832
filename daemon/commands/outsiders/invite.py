"""`gatherly invite`: addresses by which strangers book somebody."""

import sys
from typing import Annotated, Any

import typer

from daemon.app.outsiders.invitations import InvitationDesk
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import json_text
from daemon.terminal.table import table
from engine.sessions.invitations import InvitationOptions


def run(
    config: Config,
    user: Annotated[str | None, typer.Argument(metavar="USER", help="Whom strangers book.")] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What it is about; “Meeting with NAME”.")
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--duration", metavar="30m", help="How long; 30m unless said.")
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="14d", help="Days ahead; 14d unless said.")
    ] = None,
    days: Annotated[
        str | None, typer.Option("--days", metavar="monday,tuesday", help="On these days alone.")
    ] = None,
    between: Annotated[
        str | None, typer.Option("--between", metavar="14:00-18:00", help="On USER's clock.")
    ] = None,
    uses: Annotated[int, typer.Option("--uses", metavar="N", help="How many bookings.")] = 1,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="14d", help="How long it lives; 14d unless said.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the links there are.")] = False,
    revoke: Annotated[str | None, typer.Option("--revoke", metavar="ID", help="End one.")] = None,
    as_json: Json = False,
) -> int:
    """Print a new link's address, or list and end links."""
    if sum((user is not None, listed, revoke is not None)) != 1:
        raise typer.BadParameter("Name USER, or give --list, or --revoke ID")
    with open_store_only(config) as access:
        desk = InvitationDesk(access)
        if listed:
            rows = desk.listed()
            print(json_text(rows, indent=2) if as_json else "\n".join(_lines(rows)))
        elif revoke is not None:
            desk.revoke(revoke)
            print(f"The link {revoke} is ended; what was booked by it stands.", file=sys.stderr)
        else:
            made = desk.create(
                InvitationOptions(
                    user=user or "",
                    title=title,
                    duration=duration,
                    within=within,
                    days=days,
                    between=between,
                    uses=uses,
                    expires=expires,
                )
            )
            print(json_text(made, indent=2) if as_json else made["url"])
    return 0


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["There is no invitation link: gatherly invite USER makes one."]
    head = ("id", "whom", "what", "booked", "until")
    return list(
        table(
            head,
            [
                (
                    one["id"],
                    one["user"],
                    f"{one['title']}, {one['duration']}m",
                    f"{one['used']} of {one['uses']}",
                    "ended" if "revoked" in one else one["expires"],
                )
                for one in rows
            ],
        ).splitlines()
    )
