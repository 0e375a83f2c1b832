"""Parameters that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from config.places import find_configuration

_NAMED = "gatherly.config"
"""Where a group leaves the file that was named before its command."""


def _leave(context: typer.Context, named: Path | None) -> None:
    if named is not None:
        context.meta[_NAMED] = named


def of_a_group(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", hidden=True, expose_value=False, callback=_leave),
    ] = None,
) -> None:
    """Hold the option that may stand before a group's command as well as after it."""


def _found(context: typer.Context, named: Path | None) -> Path | None:
    """Look at the usual places, unless a shell only asks for what completes a line."""
    named = named or context.meta.get(_NAMED)
    if named is not None or context.resilient_parsing:
        return named
    return find_configuration(os.environ, Path(), Path(os.path.expanduser("~")))


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
