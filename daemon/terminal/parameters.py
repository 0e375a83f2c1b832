"""Parameters that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ConnectorArgument = Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print what would go.")]
