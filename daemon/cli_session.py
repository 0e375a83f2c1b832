"""The `gatherly session` commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Propose, accept, move and cancel sessions.", no_args_is_help=True)

Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The session's id.")]
As = Annotated[str | None, typer.Option("--as", metavar="USER", help="Who speaks; without it, the host.")]


@app.command()
def create(
    config: Config,
    host: Annotated[str, typer.Option("--host", metavar="USER", help="Who asks; an id, address or name.")],
    title: Annotated[str, typer.Option("--title", metavar="TEXT")],
    with_: Annotated[list[str] | None, typer.Option("--with", metavar="USER", help="Must be there.")] = None,
    optional: Annotated[
        list[str] | None, typer.Option("--optional", metavar="USER", help="May miss it.")
    ] = None,
    duration: Annotated[str, typer.Option("--duration", metavar="60m")] = "60m",
    days: Annotated[str | None, typer.Option("--days", metavar="monday,tuesday")] = None,
    between: Annotated[str | None, typer.Option("--between", metavar="14:00-18:00")] = None,
    not_on: Annotated[list[str] | None, typer.Option("--not-on", metavar="DATE")] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="7d", help="Days ahead; 7d unless said.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask for a new session."""
    from daemon.commands import session as command
    from engine.sessions.session_options import SessionOptions

    options = SessionOptions(
        host=host,
        invitees=tuple(with_ or ()),
        optional=tuple(optional or ()),
        title=title,
        duration=duration,
        days=days,
        between=between,
        not_on=tuple(not_on or ()),
        within=within,
    )
    raise typer.Exit(command.create(config, options, as_json=as_json, stdout=sys.stdout))


@app.command("list")
def list_(
    config: Config,
    status: Annotated[str | None, typer.Option("--status", metavar="S")] = None,
    as_json: Json = False,
) -> None:
    """List sessions, newest first."""
    from daemon.commands import session as command

    raise typer.Exit(command.listed(config, status=status, as_json=as_json, stdout=sys.stdout))


@app.command()
def show(id_: Id, config: Config, as_json: Json = False) -> None:
    """Show one session with its proposals and its booking."""
    from daemon.commands import session as command

    raise typer.Exit(command.show(config, id_, as_json=as_json, stdout=sys.stdout))


@app.command()
def accept(
    id_: Id,
    config: Config,
    slot: Annotated[int | None, typer.Option("--slot", metavar="N", help="Counts from 1.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help="Its start instead of N.")] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Accept a proposed time."""
    from daemon.commands import session as command

    if at is not None and slot is not None:
        raise typer.BadParameter("--slot and --at name the time twice; leave one of them out")
    out = sys.stdout
    if at is not None:
        raise typer.Exit(command.accept_at(config, id_, at=at, user=as_, as_json=as_json, stdout=out))
    number = 1 if slot is None else slot
    raise typer.Exit(command.accept(config, id_, slot=number, user=as_, as_json=as_json, stdout=out))


@app.command()
def decline(
    id_: Id,
    config: Config,
    as_: Annotated[str, typer.Option("--as", metavar="USER", help="Who stays away.")],
    as_json: Json = False,
) -> None:
    """Say that somebody stays away."""
    from daemon.commands import session as command

    raise typer.Exit(command.decline(config, id_, user=as_, as_json=as_json, stdout=sys.stdout))


@app.command()
def reject(id_: Id, config: Config, as_json: Json = False) -> None:
    """Take none of the proposals; others are looked for."""
    from daemon.commands import session as command

    raise typer.Exit(command.reject(config, id_, as_json=as_json, stdout=sys.stdout))


@app.command()
def reschedule(
    id_: Id,
    config: Config,
    message: Annotated[str | None, typer.Option("--message", metavar="TEXT")] = None,
    as_json: Json = False,
) -> None:
    """Move a scheduled session: the event is withdrawn and new times are proposed."""
    from daemon.commands import session as command

    raise typer.Exit(command.reschedule(config, id_, message=message, as_json=as_json, stdout=sys.stdout))


@app.command()
def cancel(
    id_: Id,
    config: Config,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    as_json: Json = False,
) -> None:
    """Call a session off for everybody."""
    from daemon.commands import session as command

    raise typer.Exit(command.cancel(config, id_, reason=reason, as_json=as_json, stdout=sys.stdout))


@app.command()
def release(id_: Id, config: Config, as_json: Json = False) -> None:
    """End a stuck booking as it stands; the log keeps who and when."""
    from daemon.commands import session as command

    raise typer.Exit(command.release(config, id_, as_json=as_json, stdout=sys.stdout))
