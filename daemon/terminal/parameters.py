"""Parameters that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from config.places import find_configuration


def _found(context: typer.Context, named: Path | None) -> Path | None:
    """Look at the usual places, unless a shell only asks for what completes a line."""
    if named is not None or context.resilient_parsing:
        return named
    return find_configuration(os.environ, Path(), Path.home())


Config = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="The configuration file; without it, the usual places.",
        default_factory=lambda: None,
        callback=_found,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ConnectorArgument = Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print what would go.")]
