"""`gatherly completion`: lets a shell complete commands and options."""

from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from daemon.terminal.completing import VARIABLE


class Shell(StrEnum):
    """Those that can be told."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def run(shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish")]) -> int:
    """Print a script for the shell to read: `eval "$(gatherly completion bash)"`."""
    print(completion_script(shell))
    return 0


def completion_script(shell: Shell) -> str:
    """Give the script by which a shell asks gatherly for what completes a line."""
    return get_completion_script(prog_name="gatherly", complete_var=VARIABLE, shell=shell.value)
