"""The command line: what can be asked of gatherly, and how it ends.

Exit codes: 0 done, 1 the input or the outside world is at fault, 2 wrong usage, 78 wrong configuration.
Each command imports what it needs when it runs, so that a small question gets a quick answer.
"""

import resource
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO, cast

import typer

from daemon import cli_quarantine, cli_session
from daemon.runtime.clock import SystemClock
from daemon.runtime.hooks import guard_process
from daemon.runtime.secrecy import masked
from daemon.terminal.screen import Screen
from engine.errors import ConfigurationError
from engine.trouble import Trouble, attempt

WRONG_CONFIGURATION = 78

app = typer.Typer(
    name="gatherly",
    help="Keeps calendars in step, finds the hour that suits everyone, writes it into all calendars.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
config_app = typer.Typer(help="Show the configuration, or what it may hold.", no_args_is_help=True)
db_app = typer.Typer(help="Look after the store.", no_args_is_help=True)
keys_app = typer.Typer(help="Look after the keys that seal secrets.", no_args_is_help=True)
app.add_typer(cli_session.app, name="session")
app.add_typer(cli_quarantine.app, name="quarantine")
app.add_typer(config_app, name="config")
app.add_typer(keys_app, name="keys")
app.add_typer(db_app, name="db")

Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@app.command()
def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the daemon running on the scratch data.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the main job, end to end, in a scratch folder."""
    from daemon.commands import demo as command

    raise typer.Exit(command.run(serve=serve, as_json=as_json, stdout=sys.stdout, stderr=sys.stderr))


@app.command()
def run(
    config: Config,
    once: Annotated[bool, typer.Option("--once", help="Do all that can be done now, then end.")] = False,
) -> None:
    """Run the daemon."""
    from daemon.commands import run as command

    raise typer.Exit(command.run(config, once=once, stderr=sys.stderr))


@app.command()
def check(
    config: Config,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the providers.")] = False,
    as_json: Json = False,
) -> None:
    """Validate the configuration and try each connector."""
    from daemon.commands import check as command

    raise typer.Exit(command.run(config, offline=offline, as_json=as_json, stdout=sys.stdout))


@config_app.command("schema")
def config_schema() -> None:
    """Print the JSON Schema of the configuration file."""
    from connectors.registry import options_types
    from daemon.commands import config as command

    raise typer.Exit(command.schema(sys.stdout, options_types()))


@config_app.command("show")
def config_show(config: Config, as_json: Json = False) -> None:
    """Print the merged configuration, secrets masked, with the origin of each value."""
    import os

    from config.configuration import Kinds
    from connectors.registry import INVITING, options_types
    from daemon.commands import config as command

    raise typer.Exit(
        command.show(
            config,
            as_json=as_json,
            kinds=Kinds(options_types(), INVITING),
            env=dict(os.environ),
            stdout=sys.stdout,
        )
    )


@app.command()
def connect(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")],
    config: Config,
    imported: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A grant as google-auth writes it.")
    ] = None,
) -> None:
    """Get a person's consent for a connector, and seal it in the store."""
    from daemon.commands import connect as command

    raise typer.Exit(
        command.run(name, config, imported=imported, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)
    )


@app.command()
def calendars(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")],
    config: Config,
    as_json: Json = False,
) -> None:
    """List the calendars that a connector can see."""
    from daemon.commands import calendars as command

    raise typer.Exit(command.run(name, config, as_json=as_json, stdout=sys.stdout))


@app.command()
def busy(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="A file, -, a URL or a connector's name.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="T", help="RFC 3339.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="T", help="RFC 3339.")] = None,
    tz: Annotated[
        str | None, typer.Option("--tz", metavar="ZONE", help="Zone of all-day and floating times.")
    ] = None,
    as_json: Json = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One question a line in, one answer a line out.")
    ] = False,
    allow_private_network: Annotated[
        bool, typer.Option("--allow-private-network", help="Let the URL lead to a private address.")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Say of each event whether it counts, and by which rule.")
    ] = False,
    config: Annotated[Path | None, typer.Option("--config", "-c", metavar="FILE")] = None,
) -> None:
    """Tell what gatherly takes as busy."""
    clock = SystemClock()
    if config is not None and source is not None and not jsonl:
        from daemon.commands import busy_connector

        raise typer.Exit(
            busy_connector.run(
                source, config, start=start, end=end, zone=tz, as_json=as_json, stdout=sys.stdout, why=why
            )
        )
    from daemon.commands import busy as command

    raise typer.Exit(
        command.run(
            source,
            start=start,
            end=end,
            zone=tz,
            as_json=as_json,
            jsonl=jsonl,
            allow_private_network=allow_private_network,
            why=why,
            clock=clock,
            stdin=sys.stdin.buffer,
            stdout=sys.stdout,
        )
    )


@app.command()
def find(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A request; without it, standard input.")
    ] = None,
    as_json: Json = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One request a line in, one answer a line out.")
    ] = False,
    shared: Annotated[
        Path | None, typer.Option("--shared", metavar="FILE", help="What all lines share.")
    ] = None,
) -> None:
    """Propose times from a request document, with no daemon and no store."""
    from daemon.commands import find as command

    raise typer.Exit(
        command.run(
            file,
            as_json=as_json,
            jsonl=jsonl,
            shared=shared,
            clock=SystemClock(),
            stdin=sys.stdin,
            stdout=sys.stdout,
        )
    )


@app.command()
def explain(
    config: Config,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whose time.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="RFC 3339.")],
    as_json: Json = False,
) -> None:
    """Say why somebody is free or busy at one moment."""
    from daemon.commands import explain as command

    raise typer.Exit(command.run(config, user=user, at=at, as_json=as_json, stdout=sys.stdout))


@app.command()
def plan(config: Config, as_json: Json = False) -> None:
    """Show what the next sync and write-back would do; nothing is done."""
    from daemon.commands import plan as command

    raise typer.Exit(command.run(config, as_json=as_json, stdout=sys.stdout))


@app.command()
def status(config: Config, as_json: Json = False) -> None:
    """Show how connectors, sessions and writes stand."""
    from daemon.commands import status as command

    raise typer.Exit(command.run(config, as_json=as_json, stdout=sys.stdout))


@app.command()
def fsck(
    config: Config,
    apply: Annotated[bool, typer.Option("--apply", help="Repair what can be repaired.")] = False,
    as_json: Json = False,
) -> None:
    """Check the invariants of the booking ledger against the store and the calendars."""
    from daemon.commands import fsck as command

    raise typer.Exit(command.run(config, apply=apply, as_json=as_json, stdout=sys.stdout, stderr=sys.stderr))


@app.command()
def purge(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")],
    config: Config,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would go.")] = False,
) -> None:
    """Remove everything gatherly wrote through one connector, even when the store is lost."""
    from daemon.commands import purge as command

    raise typer.Exit(command.run(name, config, dry_run=dry_run, stdout=sys.stdout, stderr=sys.stderr))


@app.command("accept-change")
def accept_change(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A connector's name.")],
    config: Config,
    calendar: Annotated[str | None, typer.Argument(metavar="[CALENDAR]")] = None,
) -> None:
    """Take a calendar's sudden change as real."""
    from daemon.commands import accept_change as command

    raise typer.Exit(command.run(name, calendar, config, stdout=sys.stdout))


@keys_app.command("rotate")
def keys_rotate(config: Config) -> None:
    """Seal with a new master key; what was interrupted goes on where it ended."""
    from daemon.commands import keys as command

    raise typer.Exit(command.rotate(config, stdout=sys.stdout))


@db_app.command("upgrade")
def db_upgrade(config: Config) -> None:
    """Bring the store to this version's schema."""
    from daemon.commands import custody as command

    raise typer.Exit(command.upgrade(config, stdout=sys.stdout))


@app.command()
def backup(
    to: Annotated[list[Path], typer.Argument(metavar="TO...", help="The files to write.")],
    config: Config,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an earlier backup.")] = False,
) -> None:
    """Copy the store whole, while others go on writing; each copy is verified."""
    from daemon.commands import backup as command

    raise typer.Exit(command.run(config, to, force=force, stdout=sys.stdout))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="A backup.")],
    config: Config,
    check: Annotated[bool, typer.Option("--check", help="Only see whether it is whole and opens.")] = False,
) -> None:
    """Put a backup in the store's place; the present store is set aside."""
    from daemon.commands import restore as command

    raise typer.Exit(command.run(config, source, check=check, stdout=sys.stdout))


@app.command()
def export(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose data.")],
    config: Config,
) -> None:
    """Print everything that is a person's, as one JSON document."""
    from daemon.commands import custody as command

    raise typer.Exit(command.export(config, user, stdout=sys.stdout))


@app.command()
def erase(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whom to forget.")],
    config: Config,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nobody.")] = False,
) -> None:
    """Forget a person: withdraw what is booked, then remove everything that is theirs."""
    from daemon.commands import erase as command

    raise typer.Exit(
        command.run(
            config, user, dry_run=dry_run, yes=yes, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr
        )
    )


def answer(words: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever goes wrong is one line on standard error."""
    plain, safe = Screen(sys.stdout), Screen(sys.stderr, masked)
    with redirect_stdout(cast("TextIO", plain)), redirect_stderr(cast("TextIO", safe)):
        return _answered(words)


def _answered(words: Sequence[str]) -> int:
    outcome = attempt(partial(app, list(words), prog_name="gatherly"))
    if not isinstance(outcome, Trouble):
        return 0
    if isinstance(outcome.raised, SystemExit):
        return outcome.raised.code if isinstance(outcome.raised.code, int) else 1
    if isinstance(outcome.raised, ConfigurationError):
        print(outcome.raised, file=sys.stderr)
        return WRONG_CONFIGURATION
    print(f"gatherly: {outcome.line}", file=sys.stderr)
    return 1


def main() -> None:
    """Run the command line that the process was started with; what it holds is never dumped to a file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    guard_process()
    sys.exit(answer(sys.argv[1:]))


if __name__ == "__main__":
    main()
