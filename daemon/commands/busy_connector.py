"""`gatherly busy NAME -c FILE`: what a configured connector's calendars make its owner busy with."""

import json
from pathlib import Path
from typing import Any

from daemon.commands.busy import why_rows
from daemon.sync.source import Source
from daemon.wire import open_daemon
from engine.errors import InputError, UnknownThingError
from engine.ids import ConnectorName
from engine.model.calendar import Verdict
from engine.time.instant import format_instant, parse_instant
from engine.time.intervals import merge
from engine.time.span import Span, clipped


def run(
    name: str,
    file: Path,
    start: str | None,
    end: str | None,
    zone: str | None,
    *,
    as_json: bool,
    why: bool,
) -> int:
    """Read the connector now, and print its busy times; nothing is stored."""
    if start is None or end is None:
        raise InputError("The window is missing", "Give --from and --to")
    window = Span(parse_instant(start), parse_instant(end, up=True))
    with open_daemon(file, lock=False) as services:
        source = services.sources.get(ConnectorName(name))
        if source is None:
            known = ", ".join(services.sources) or "there are none"
            raise UnknownThingError(f"{name!r} is not a connector", f"The configuration's: {known}")
        answer = _read(source, window, zone, why=why)
    if as_json:
        print(json.dumps({"id": name, **answer, "error": None}))
    else:
        print("\n".join(f"{begin}  {until}" for begin, until in answer["busy"]) or "Free.")
        for one in answer.get("why", ()):
            print(f"{one['start'] or '?'}  {one['uid']}  {one['verdict']}: {one['rule']}")
    return 0


def _read(source: Source, window: Span, zone: str | None, *, why: bool) -> dict[str, Any]:
    spans: list[Span] = []
    quarantined = []
    verdicts: list[Verdict] = []
    for calendar in source.calendars():
        changes = source.connector.changes(calendar, None, {})
        own = zone or changes.zone or source.zone
        read = source.connector.interpret(changes.objects, window, own, why=why)
        verdicts += read.why
        spans += [occurrence.span for occurrence in read.occurrences]
        quarantined += [{"uid": bad.uid, "reason": bad.reason} for bad in read.quarantined]
    busy = merge(clipped(spans, window))
    answer = {
        "busy": [[format_instant(span.start), format_instant(span.end)] for span in busy],
        "quarantined": quarantined,
    }
    return {**answer, "why": why_rows(verdicts)} if why else answer
