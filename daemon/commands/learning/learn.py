"""`gatherly learn …`: fits, evaluates and tells what people's answers teach."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from daemon.app.learning.overview import evaluation, learning_document
from daemon.app.learning.training import training_rows
from daemon.commands.learning.report_words import report_words, status_words
from daemon.commands.learning.rows import Format, write_rows
from daemon.pages.picture import save
from daemon.pages.policies_svg import policies_picture
from daemon.runtime.clock import SystemClock
from daemon.store_access import open_store_only
from daemon.terminal.documents import read_document, read_lines, read_text
from daemon.terminal.parameters import Config, Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import json_text, print_answer
from daemon.terminal.times import counted
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.documents.requests import Shared, parse_shared
from engine.documents.scheduling_events import parse_logged
from engine.errors import InputError
from engine.learning.evaluation import evaluate
from engine.learning.fit import fit as fitted
from engine.learning.lessons import Logged, lesson_of
from engine.ports.history import LEAST_RATE, LEAST_SAMPLE
from engine.sessions.session_options import user_named

SharedFile = Annotated[
    Path | None,
    typer.Option("--shared", metavar="FILE", help="Names people and their zones, as for find."),
]


def fit(shared: SharedFile = None) -> int:
    """Read a log of scheduling events, one a line, from standard input; print the model fitted to it.

    Raises:
        InputError: a line cannot be read; it is named by its number.
    """
    zones = {user.id: user.timezone for user in _shared(shared).users.values()}
    log = _log("gatherly profile --rebuild -c FILE fits an installation's own")
    lessons = [lesson for one in log if (lesson := lesson_of(one)) is not None]
    newest = max((one.created for one in log), default=None)
    with Progress(SystemClock(), f"fitting a model to {counted(len(lessons), 'session')}"):
        model = fitted(lessons, zones, newest=newest)
    print(json_text(model_document(model)))
    return 0


def report(
    shared: SharedFile = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="This installation's; else standard input's.",
        ),
    ] = None,
    as_json: Json = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draw it, too: shares, and how sure they are."),
    ] = None,
) -> int:
    """Evaluate every policy on a log of scheduling events, one a line, or on an installation's own.

    Raises:
        InputError: a line cannot be read, it is named by its number; or the picture cannot be written.
    """
    if config is None:
        log = _log("-c FILE reads an installation's own")
        with Progress(SystemClock(), f"trying every policy on {counted(len(log), 'event')}"):
            found = evaluate(log, _shared(shared).users)
    else:
        opened = open_store_only(config)
        with opened as access, Progress(SystemClock(), "trying every policy on what is stored"):
            found = evaluation(access)
    if svg is not None:
        save(policies_picture(evaluation_document(found)), svg)
    print_answer(as_json, lambda: evaluation_document(found), lambda: report_words(found))
    return 0


def status(config: Config, as_json: Json = False) -> int:
    """Say which policy ranks whom, how true its confidence is, and when it is fitted next."""
    with open_store_only(config) as access:
        document = learning_document(access)
    print_answer(as_json, lambda: document, lambda: status_words(document))
    return 0


def export(
    to: Annotated[Path, typer.Argument(metavar="TO", help="The file to write.")],
    config: Config,
    format_: Annotated[Format, typer.Option("--format", help="How rows are written.")] = Format.JSONL,
    people: Annotated[
        str | None, typer.Option("--people", metavar="A,B", help="Only sessions that these hosted.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Of everybody who learns, not only of those worth training on.")
    ] = False,
    identified: Annotated[
        bool, typer.Option("--identified", help="With ids in the place of pseudonyms.")
    ] = False,
) -> int:
    """Write training data: one row a shown time.

    Raises:
        InputError: the format's library is missing, or the file cannot be written.
    """
    with open_store_only(config) as access, Progress(SystemClock(), "gathering rows"):
        with access.store.reading() as tx:
            known = {one.id: one for one in tx.users.all()}
        wanted = None if people is None else [user_named(one.strip(), known) for one in people.split(",")]
        found = training_rows(access, people=wanted, everybody=all_, identified=identified)
    write_rows(found.rows, to, format_)
    are = "row is" if len(found.rows) == 1 else "rows are"
    print(f"{len(found.rows)} {are} in {to}.{_left_out(found.left_out)}")
    return 0


def _left_out(people: int) -> str:
    if not people:
        return ""
    return (
        f" Those of {counted(people, 'person', 'people')} are left out, for too little is known of them: "
        f"fewer than {LEAST_SAMPLE} sessions, or less than {LEAST_RATE:g} % of them with a time that suited. "
        "--all takes them, too."
    )


def _shared(file: Path | None) -> Shared:
    return Shared() if file is None else parse_shared(read_document(read_text(file), str(file)))


def _log(otherwise: str) -> list[Logged]:
    """Read the log; nobody is left waiting for it at a terminal.

    Raises:
        BadParameter: standard input is a terminal.
        InputError: a line cannot be read; it is named by its number.
    """
    if sys.stdin.isatty():
        raise typer.BadParameter(
            f"A log is read from standard input, which is a terminal: write < EVENTS.jsonl; {otherwise}"
        )
    with Progress(SystemClock(), f"reading a log from standard input; {otherwise}"):
        return list(logged_lines())


def logged_lines() -> Iterator[Logged]:
    """Read the log on standard input.

    Raises:
        InputError: a line cannot be read; it is named by its number.
    """
    for number, line in enumerate(read_lines(None), 1):
        if line.strip():
            try:
                yield parse_logged(read_document(line, "it"))
            except InputError as error:
                raise InputError(f"Line {number} of the log: {error.what}", error.remedy) from error
