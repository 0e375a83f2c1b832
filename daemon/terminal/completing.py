"""How a shell asks for words that would complete a line."""

from collections.abc import Mapping

VARIABLE = "_GATHERLY_COMPLETE"
"""Set by the shell's script: then nothing is done but to print the words."""


def prepare(env: Mapping[str, str]) -> None:
    """Let the shells be known where one asks."""
    if VARIABLE in env:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # meant for its own use

        completion_init()
