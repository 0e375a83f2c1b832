"""The `gatherly quarantine` commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="See what was set aside, and free it.", no_args_is_help=True)

Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `gatherly quarantine list` shows it.")]


@app.command("list")
def listed(config: Config, as_json: Json = False) -> None:
    """List what is set aside, with why and since when."""
    from daemon.commands import quarantine as command

    raise typer.Exit(command.listed(config, as_json=as_json, stdout=sys.stdout))


@app.command()
def show(id_: Id, config: Config, as_json: Json = False) -> None:
    """Show one of them whole."""
    from daemon.commands import quarantine as command

    raise typer.Exit(command.show(config, id_, as_json=as_json, stdout=sys.stdout))


@app.command()
def retry(id_: Id, config: Config, as_json: Json = False) -> None:
    """Read it anew."""
    from daemon.commands import quarantine as command

    raise typer.Exit(command.retry(config, id_, as_json=as_json, stdout=sys.stdout))


@app.command()
def forget(id_: Id, config: Config, as_json: Json = False) -> None:
    """Let it be, and speak of it no more, until it changes."""
    from daemon.commands import quarantine as command

    raise typer.Exit(command.forget(config, id_, as_json=as_json, stdout=sys.stdout))
