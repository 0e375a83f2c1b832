"""The command line: what can be asked of gatherly, and how it ends.

Exit codes: 0 done, 1 the input or the outside world is at fault, 2 wrong usage, 78 wrong configuration.
Each command is imported when it is called, so that a small question gets a quick answer.
"""

import gc
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache, partial
from typing import Annotated, Any, TextIO, cast

import typer
from typer.core import TyperGroup

from daemon.command_table import every_command
from daemon.runtime.hooks import guard_process
from daemon.runtime.secrecy import masked
from daemon.terminal.completing import prepare
from daemon.terminal.lazy import group, options_of
from daemon.terminal.screen import Screen, json_text
from engine.errors import ConfigurationError, GatherlyError
from engine.trouble import Trouble, attempt

WRONG_CONFIGURATION = 78
OBJECTS_OF_A_COMMAND = 200_000
"""Garbage is looked for after so many: importing makes more than Python expects, and none is garbage."""


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"gatherly {version('gatherly')}")
        raise typer.Exit


def _whole(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Hold the options of gatherly as a whole."""


@cache
def app() -> TyperGroup:
    """Give all commands; none of them is imported yet."""
    return group(
        "gatherly",
        "Keeps calendars in step, finds the hour that suits everyone, writes it into all calendars.",
        every_command(),
        options_of(_whole),
    )


def answer(words: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever goes wrong is one line on standard error."""
    plain, safe = Screen(sys.stdout), Screen(sys.stderr, masked)
    with redirect_stdout(cast("TextIO", plain)), redirect_stderr(cast("TextIO", safe)):
        return _answered(words)


def _answered(words: Sequence[str]) -> int:
    outcome = attempt(partial(app(), list(words), prog_name="gatherly"))
    if not isinstance(outcome, Trouble):
        return 0
    if isinstance(outcome.raised, SystemExit):
        return outcome.raised.code if isinstance(outcome.raised.code, int) else 1
    if "--json" in words:
        print(json_text(_failure_document(outcome), indent=2))
    if isinstance(outcome.raised, ConfigurationError):
        print(outcome.raised, file=sys.stderr)
        return WRONG_CONFIGURATION
    print(f"gatherly: {outcome.line}", file=sys.stderr)
    return 1


def _failure_document(failure: Trouble) -> dict[str, Any]:
    """Write what went wrong, for programs: each problem of a configuration, else the error and its remedy."""
    error = failure.raised
    if isinstance(error, ConfigurationError):
        problems = [
            {
                "file": one.file,
                "line": one.line,
                "key": one.key,
                "problem": masked(one.wrong),
                "remedy": masked(one.right),
            }
            for one in error.problems
        ]
        return {"ok": False, "problems": problems, "connectors": []}
    what, remedy = (error.what, error.remedy) if isinstance(error, GatherlyError) else (failure.line, "")
    return {"error": masked(what), "remedy": masked(remedy)}


def main() -> None:
    """Run the command line that the process was started with; what it holds is never dumped to a file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # no package besides ours has a say in options
    gc.set_threshold(OBJECTS_OF_A_COMMAND)
    guard_process()
    prepare(os.environ)
    code = answer(sys.argv[1:])
    gc.freeze()  # what is left goes with the process, and need not be looked through
    sys.exit(code)


if __name__ == "__main__":
    main()
