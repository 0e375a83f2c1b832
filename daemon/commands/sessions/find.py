"""`gatherly find`: proposes times from request documents, with no daemon and no store."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from config.custom_rules import INSTALLED
from daemon.commands.sessions.find_report import report
from daemon.runtime.clock import SystemClock
from daemon.terminal.documents import read_document, read_lines, read_text
from daemon.terminal.parameters import Json
from daemon.terminal.screen import json_text
from engine.documents.answer_text import answer_text
from engine.documents.learned_models import parse_model
from engine.documents.requests import Shared, parse_request, parse_shared
from engine.errors import InputError
from engine.find.answer import FindAnswer
from engine.find.backends import Backend, Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.learning.ranking import LearnedRanking
from engine.model.constraint import CustomRule
from engine.ports.world import Clock
from engine.rules.checkable import checkable, with_check
from engine.text.plain_text import escaped_control

_MANY = 50_000
"""How many objects come to be before the garbage collector looks at them: answers leave no circles behind."""


def run(
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
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw the answer, too, on everybody's week.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FILE", help="Rank by what was learned; learn fit writes it."),
    ] = None,
) -> int:
    """Answer one request (FILE or standard input), or with `jsonl` one a line, in order; gives the exit code.

    Raises:
        InputError: a file cannot be read; or the one request breaks the schema and is not answered in JSON.
    """
    clock = SystemClock()
    common = None if shared is None else _shared(shared)
    if jsonl and svg is not None:
        raise typer.BadParameter("--svg draws one answer, --jsonl gives many; leave one of them out")
    if model is not None:
        ranking = LearnedRanking(parse_model(read_document(read_text(model), f"the model {model}")))
        common = replace(common or Shared(), ranking=ranking)
    if jsonl:
        return _answer_lines(read_lines(file), common, clock)
    text = read_text(file)
    if as_json:
        return _answer_line(text, common, clock, Bitmaps(), svg)
    request = _checked(parse_request(read_document(text, "the request"), clock.now(), common))
    answer = find(request)
    _draw(request, answer, svg)
    sys.stdout.write(report(request, answer))
    return 0


def _draw(request: FindRequest, answer: FindAnswer, file: Path | None) -> None:
    if file is None:
        return
    from daemon.pages.picture import draw, save
    from daemon.pages.subjects import subject_of_find
    from daemon.terminal.times import Reader

    subject = subject_of_find(request, answer)
    title = request.session.title or "When everybody can"
    save(draw(title, subject, Reader(subject.zone, request.now)), file)


def _checked(request: FindRequest) -> FindRequest:
    """Give the request's own rules the checks of packages; without one none of them is touched.

    Raises:
        InputError: it would have to block, and nothing can check it.
    """
    if not any(isinstance(one.rule, CustomRule) for one in request.rules):
        return request
    rules = (with_check(checkable(one, INSTALLED), INSTALLED) for one in request.rules)
    return replace(request, rules=tuple(rules))


def _shared(file: Path) -> Shared:
    """Read what all lines share; it stays to the end, so the garbage collector need not look at it."""
    gc.disable()
    try:
        return parse_shared(read_document(read_text(file), str(file)))
    finally:
        gc.freeze()
        gc.enable()


def _answer_lines(lines: Iterator[str], shared: Shared | None, clock: Clock) -> int:
    """Answer line by line; what is worked out of shared people is kept from line to line."""
    gc.set_threshold(_MANY)
    worst, kept = 0, Bitmaps()
    for line in lines:
        if line.strip():
            backend = Bitmaps() if shared is None else kept
            worst = max(worst, _answer_line(line, shared, clock, backend))
    return worst


def _answer_line(
    line: str, shared: Shared | None, clock: Clock, backend: Backend, svg: Path | None = None
) -> int:
    """Write the answer to one request, or what is wrong with it; gives its exit code."""
    name: dict[str, object] = {}
    try:
        document = read_document(line, "the request")
        if isinstance(document, dict) and "id" in document:
            name["id"] = document["id"]
        request = _checked(parse_request(document, clock.now(), shared))
        found = find(request, backend)
        _draw(request, found, svg)
        answer, broken = _named(name, answer_text(found, all_starts=request.all_starts)), 0
    except InputError as error:
        answer, broken = json_text({"id": name.get("id"), "error": str(error)}), 1
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()
    return broken


def _named(name: dict[str, object], answer: str) -> str:
    """Give an answer the name of its question, where it had one, and escape what would steer a terminal."""
    whole = f"{json_text(name)[:-1]}, {answer[1:]}" if name else answer
    return escaped_control(whole)
