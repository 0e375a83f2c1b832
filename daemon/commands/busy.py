"""`gatherly busy`: what gatherly takes as busy in a file, in a published calendar, or in many given by line.

No ledger stands behind a bare file, so what gatherly itself wrote there counts as well.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, BinaryIO
from zoneinfo import ZoneInfo

import typer

from config.files.plainfile import MEBIBYTE, read_plain
from connectors.ical.reading.sandboxed import SandboxedReader
from connectors.ical.zones.names import iana_zone
from connectors.sandbox.pool import ChildPool, spare_here
from connectors.web.http import FEED_SECONDS, LARGEST_BODY, Http
from connectors.web.urls import masked
from daemon.app.accounts.views import note_view
from daemon.app.busy import BusyAnswer, busy_of_body, busy_of_connector
from daemon.app.principal import OPERATOR
from daemon.runtime.clock import SystemClock
from daemon.terminal.parameters import Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import json_text
from daemon.terminal.table import table
from daemon.terminal.times import machine_zone
from engine.errors import (
    GatherlyError,
    InputError,
    SourceError,
    SourceIncompleteError,
    SourceUnavailableError,
)
from engine.model.calendar_object import Verdict
from engine.ports.world import Clock
from engine.time.instant import format_instant, local_instant, parse_instant, to_datetime
from engine.time.span import Instant, Span

STDIN = "-"
DEFAULT_ZONE = "UTC"
TIMES = "A day, or a time: 2026-11-20T14:00, of --tz or of this machine's zone; or with an offset."
LONGEST_LINE = 64 * MEBIBYTE
"""Bytes of one question."""


def run(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="A file, -, a URL or a connector's name.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="T", help=TIMES)] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="T", help="The same, for the end.")] = None,
    zone: Annotated[
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
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="The configuration, for a connector."),
    ] = None,
) -> int:
    """Print the busy times of a connector, a file, `-` or a URL, or of every line of the input.

    Returns the exit code: 1 where a calendar, or any line's, could not be read.

    Raises:
        typer.BadParameter: the command was called in a wrong way.
        InputError: a time or a zone is none.
        SourceError: the calendar is not whole or cannot be reached; with `as_json` this is printed instead.
    """
    if config is not None and source is not None and not jsonl:
        if start is None or end is None:
            raise InputError("The window is missing", "Give --from and --to")
        return _of_connector(source, config, _local_window(start, end, zone), zone, as_json=as_json, why=why)
    clock, stdin = SystemClock(), sys.stdin.buffer
    with closing(ChildPool(clock, size=1, spare=spare_here())) as children:
        reader = SandboxedReader(children)
        if jsonl:
            return _run_lines(reader, stdin, why=why)
        if source is None or start is None or end is None:
            raise typer.BadParameter("name a SOURCE with --from and --to, or use --jsonl")
        window, zone = _local_window(start, end, zone), _zone(zone)
        try:
            with Progress(clock, f"reading {_place(source)}"):
                body = _body(source, clock, stdin, allow_private=allow_private_network)
                answer = busy_of_body(reader, body, _place(source), window, zone, why=why)
        except SourceError as error:
            if not as_json:
                raise
            answer = BusyAnswer(busy=None, error=str(error))
    print(json_text(answer.document()) if as_json else _readable(answer, window, zone))
    return 0 if answer.error is None else 1


def _of_connector(
    name: str, config: Path, window: Span, zone: str | None, *, as_json: bool, why: bool
) -> int:
    from daemon.wire import open_daemon

    opened = open_daemon(config, lock=False, only_looks=True)
    with opened as services, Progress(services.clock, f"reading {name}"):
        source = services.source(name)
        answer = busy_of_connector(OPERATOR, source, window, zone, why=why)
        now = services.clock.now()
        note_view(services.store, now, OPERATOR, source.user, window, {"route": "gatherly busy"})
    if as_json:
        print(json_text({"id": name, **answer.document()}))
        return 0
    pairs = [(format_instant(span.start), format_instant(span.end)) for span in answer.busy or ()]
    print("\n".join(f"{start}  {end}" for start, end in pairs) or "Free.")
    for one in answer.why or ():
        start = "?" if one.start is None else format_instant(one.start)
        print(f"{start}  {one.uid}  {one.verdict.value}: {one.rule}")
    return 0


def _why_table(verdicts: Sequence[Verdict], zone: str) -> str:
    rows = [
        ("?" if one.start is None else _local(one.start, zone), one.uid[:24], one.verdict.value, one.rule)
        for one in verdicts
    ]
    return table(("start", "event", "verdict", "rule"), rows)


def _run_lines(reader: SandboxedReader, stdin: BinaryIO, *, why: bool) -> int:
    failed = False
    while line := stdin.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise InputError("a line is longer than 64 MiB", "Give a shorter stretch")
        if not line.strip():
            continue
        document = _line(reader, line, why=why)
        failed = failed or document["error"] is not None
        print(json_text(document), flush=True)
    return 1 if failed else 0


def _line(reader: SandboxedReader, line: bytes, *, why: bool) -> dict[str, Any]:
    request_id = None
    try:
        request = json.loads(line)
        if not isinstance(request, Mapping):
            raise InputError("a line is not an object")
        request_id = request.get("id")
        start, end = _text(request, "from"), _text(request, "to")
        window = _window(parse_instant(start), parse_instant(end, up=True), start, end)
        zone = _zone(None if request.get("tz") is None else _text(request, "tz"))
        body = _text(request, "ics").encode("utf-8", "replace")
        answer = busy_of_body(reader, body, "the calendar", window, zone, why=why)
    except GatherlyError as error:
        answer = BusyAnswer(busy=None, error=str(error))
    except ValueError as error:
        answer = BusyAnswer(busy=None, error=f"the line is not JSON: {error}")
    except RecursionError:
        answer = BusyAnswer(busy=None, error="the line is not JSON: it is nested too deeply")
    return {"id": request_id, **answer.document()}


def _text(request: Mapping[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise InputError(f"{name!r} is missing or not a text")
    return value


def _local_window(start: str, end: str, zone: str | None) -> Span:
    """Read a person's window; what names no offset is a time of the zone asked for, or of the machine's."""
    local = ZoneInfo(machine_zone() if zone is None else _zone(zone))
    return _window(local_instant(start, local), local_instant(end, local, up=True), start, end)


def _window(first: Instant, last: Instant, start: str, end: str) -> Span:
    if last <= first:
        raise InputError(f"the window ends at {end}, not after its start {start}", "Exchange --from and --to")
    return Span(first, last)


def _zone(name: str | None) -> str:
    if name is not None and iana_zone(name) is None:
        raise InputError(f"{name!r} is not a zone", "Write an IANA name such as Europe/Berlin")
    return name or DEFAULT_ZONE


def _place(source: str) -> str:
    if source == STDIN:
        return "standard input"
    return masked(source) if _is_url(source) else source


def _is_url(source: str) -> bool:
    return "://" in source


def _body(source: str, clock: Clock, stdin: BinaryIO, *, allow_private: bool) -> bytes:
    if source == STDIN:
        body = stdin.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise SourceIncompleteError("standard input holds more than 10 MiB", "Give a shorter stretch")
        return body
    if _is_url(source):
        return _download(source, clock, allow_private=allow_private)
    try:
        return read_plain(Path(source), LARGEST_BODY)
    except OSError as error:
        raise SourceUnavailableError(
            f"{source} cannot be read: {error.strerror}", "Check the name"
        ) from error


def _download(url: str, clock: Clock, *, allow_private: bool) -> bytes:
    http = Http(clock, allow_private=allow_private, to_allow_private="add --allow-private-network")
    try:
        answer = http.request("GET", url, seconds=FEED_SECONDS, follow=True)
    finally:
        http.close()
    if answer.status != 200:
        raise SourceUnavailableError(f"{masked(url)} answered {answer.status}", "Check the address")
    return answer.body


def _readable(answer: BusyAnswer, window: Span, zone: str) -> str:
    first, last = _local(window.start, zone), _local(window.end, zone)
    rows = [(_local(span.start, zone), _local(span.end, zone), _length(span)) for span in answer.busy or ()]
    parts = [f"From {first} to {last}, times in {zone}", ""]
    parts.append(table(("busy from", "to", "for"), rows) if rows else "Nothing takes time.")
    if answer.quarantined:
        held = [(one.uid[:24], one.reason) for one in answer.quarantined]
        parts += ["", "Could not be read, in whole or in part:", table(("event", "why"), held)]
    if answer.why:
        parts += ["", _why_table(answer.why, zone)]
    return "\n".join(parts)


def _local(at: int, zone: str) -> str:
    return f"{to_datetime(at).astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def _length(span: Span) -> str:
    minutes = -(-span.seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part)
