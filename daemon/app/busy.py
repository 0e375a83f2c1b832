"""What takes time in a window: of a calendar's body, or of a configured connector's calendars, read now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.ical.reading.sandboxed import SandboxedReader
from daemon.app.principal import Principal
from daemon.sync.source import Source
from engine.errors import UnknownThingError
from engine.model.calendar import Quarantined
from engine.model.calendar_object import Interpretation, Verdict
from engine.time.instant import format_instant
from engine.time.intervals import merge
from engine.time.span import Span, clipped


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyAnswer:
    """What takes time in a window; `busy` is None where a calendar could not be read whole.

    `why` says what became of each event, where that was asked.
    """

    busy: Sequence[Span] | None
    quarantined: Sequence[Quarantined] = ()
    error: str | None = None
    why: Sequence[Verdict] | None = None

    def document(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        document: dict[str, Any] = {
            "busy": None if self.busy is None else [_pair(span) for span in self.busy],
            "quarantined": [{"uid": one.uid, "reason": one.reason} for one in self.quarantined],
            "error": self.error,
        }
        return document if self.why is None else {**document, "why": [_verdict(one) for one in self.why]}


def _pair(span: Span) -> list[str]:
    return [format_instant(span.start), format_instant(span.end)]


def _verdict(one: Verdict) -> dict[str, str | None]:
    return {
        "uid": one.uid,
        "start": None if one.start is None else format_instant(one.start),
        "verdict": one.verdict.value,
        "rule": one.rule,
    }


def busy_of_body(
    reader: SandboxedReader, body: bytes, place: str, window: Span, zone: str, *, why: bool = False
) -> BusyAnswer:
    """Read a calendar's body; `why` asks what became of each event.

    Raises:
        SourceIncompleteError: it is not a whole calendar.
    """
    return _answer([reader.interpret_body(body, place, window, zone, why=why)], window, why=why)


def busy_of_connector(
    principal: Principal, source: Source, window: Span, zone: str | None, *, why: bool = False
) -> BusyAnswer:
    """Read a connector now; nothing is stored. Without `zone` a calendar's own, or its owner's, counts.

    Raises:
        UnknownThingError: it is somebody else's.
        SourceError: it cannot be read whole.
    """
    if principal.is_other_than(source.user):
        raise UnknownThingError(f"{source.name!r} is not a connector", "Name one of your own")
    read = []
    for calendar in source.calendars():
        changes = source.connector.changes(calendar, None, {})
        own = zone or changes.zone or source.zone
        read.append(source.connector.interpret(changes.objects, window, own, why=why))
    return _answer(read, window, why=why)


def _answer(read: Sequence[Interpretation], window: Span, *, why: bool) -> BusyAnswer:
    return BusyAnswer(
        busy=merge(clipped((occurrence.span for one in read for occurrence in one.occurrences), window)),
        quarantined=[bad for one in read for bad in one.quarantined],
        why=[verdict for one in read for verdict in one.why] if why else None,
    )
