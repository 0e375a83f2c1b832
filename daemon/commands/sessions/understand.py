"""`gatherly understand`: says how a message is read, with no daemon and no store."""

import sys
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from daemon.runtime.clock import SystemClock
from daemon.terminal.documents import read_document, read_lines
from daemon.terminal.screen import json_text
from daemon.terminal.times import machine_zone
from engine.documents.reading import Fields
from engine.errors import InputError
from engine.ports.world import Clock
from engine.time.instant import local_instant
from engine.time.local_time import zone_info
from engine.understand.document import CONTEXT_FIELDS, parse_context, reading_document
from engine.understand.grammar import understand

_FIELDS = frozenset({"id", "text", "now", "tz", "context"})


def run(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The message.")] = None,
    now: Annotated[
        str | None, typer.Option("--now", metavar="T", help="When it is written; without it, now.")
    ] = None,
    tz: Annotated[
        str | None, typer.Option("--tz", metavar="ZONE", help="Whose clock; without it, this machine's.")
    ] = None,
    context: Annotated[
        str | None, typer.Option("--context", metavar="JSON", help="The session that it is said in.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One message a line in, one reading a line out.")
    ] = False,
) -> int:
    """Print the reading of one message as JSON, or with `jsonl` of one a line, in order.

    Raises:
        InputError: what is handed in cannot be used.
    """
    clock = SystemClock()
    if jsonl:
        lines = read_lines(Path(text) if text is not None else None)
        return max((_line(line, clock) for line in lines if line.strip()), default=0)
    if text is None:
        raise typer.BadParameter("Write the message as TEXT, or give --jsonl with one a line")
    document = None if context is None else read_document(context, "the context")
    print(json_text(_read({"text": text, "now": now, "tz": tz, "context": document}, clock), indent=2))
    return 0


def _line(line: str, clock: Clock) -> int:
    """Write the reading of one line, or what is wrong with it; gives its exit code."""
    name = None
    try:
        document = read_document(line, "the line")
        name = document.get("id") if isinstance(document, dict) else None
        answer, broken = _read(document, clock), 0
    except InputError as error:
        answer, broken = {"id": name, "error": str(error)}, 1
    print(json_text(answer), flush=True)
    sys.stdout.flush()
    return broken


def _read(document: object, clock: Clock) -> dict[str, Any]:
    fields = Fields.of(document, "", _FIELDS)
    zone = fields.text("tz", machine_zone())
    zone_info(zone)
    at = local_instant(fields.text("now"), ZoneInfo(zone)) if fields.has("now") else clock.now()
    known = parse_context(fields.child("context", CONTEXT_FIELDS))
    reading = understand(fields.text("text"), at, zone, known)
    return {"id": fields.values.get("id"), **reading_document(reading)}
