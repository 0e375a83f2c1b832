"""Commands that are imported once they are called, so that a list of them costs nothing."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class LazyCommand(TyperCommand):
    """A command known by its name, what it does, and where its function is, as `module:function`.

    The function's parameters are the command's, and its value is the exit code.
    """

    def __init__(self, name: str, summary: str, place: str) -> None:
        super().__init__(name, help=summary, rich_markup_mode=None)
        self._place = place

    @cached_property
    def loaded(self) -> Any:
        """Import the function, and give its command with all its options."""
        module, function = self._place.split(":")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(self.name, help=self.help)(getattr(import_module(module), function))
        return typer.main.get_command(alone)

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Begin the loaded command in the place of this one; what it refuses is said in our words."""
        try:
            return self.loaded.make_context(*args, **options)
        except typer.BadParameter as error:
            error.message = _in_words(error.message)
            raise


def _in_words(said: str) -> str:
    """Leave out what is only the validator's own."""
    plain = said.removeprefix("Value error, ")
    return f"it{plain.removeprefix('Input')}" if plain.startswith("Input ") else plain


def group(
    name: str,
    summary: str,
    commands: Iterable[TyperCommand | TyperGroup],
    options: Iterable[Any] = (),
) -> TyperGroup:
    """Give commands, or groups of them, a name in common."""
    return TyperGroup(
        name=name,
        help=summary,
        commands=list(commands),
        params=list(options),
        no_args_is_help=True,
        result_callback=_end,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _end(code: int) -> None:
    raise typer.Exit(code)


@cache
def options_of(function: Callable[..., object]) -> Sequence[Any]:
    """Give a function's options, for a group to have."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command()(function)
    return typer.main.get_command(alone).params
