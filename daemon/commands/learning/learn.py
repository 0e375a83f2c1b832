"""`gatherly learn …`: fits, evaluates and tells what people's answers teach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from daemon.commands.learning.report_words import report_words
from daemon.terminal.documents import read_document, read_lines, read_text
from daemon.terminal.parameters import Json
from daemon.terminal.screen import json_text, print_answer
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.documents.requests import Shared, parse_shared
from engine.documents.scheduling_events import parse_logged
from engine.errors import InputError
from engine.learning.evaluation import evaluate
from engine.learning.fit import fit as fitted
from engine.learning.lessons import Logged, lesson_of

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
    log = list(logged_lines())
    lessons = [lesson for one in log if (lesson := lesson_of(one)) is not None]
    newest = max((one.created for one in log), default=None)
    print(json_text(model_document(fitted(lessons, zones, newest=newest))))
    return 0


def report(shared: SharedFile = None, as_json: Json = False) -> int:
    """Evaluate every policy on a log of scheduling events, one a line, from standard input.

    Raises:
        InputError: a line cannot be read; it is named by its number.
    """
    found = evaluate(list(logged_lines()), _shared(shared).users)
    print_answer(as_json, lambda: evaluation_document(found), lambda: report_words(found))
    return 0


def _shared(file: Path | None) -> Shared:
    return Shared() if file is None else parse_shared(read_document(read_text(file), str(file)))


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
