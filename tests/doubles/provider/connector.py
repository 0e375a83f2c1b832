"""The in-memory provider behind the `Connector` port."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from engine.booking.checks.sweeping import LONG_OVER, is_long_over
from engine.errors import SourceError
from engine.ids import EventId, EventUid, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, Occurrence, RawObject
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.span import Instant, Span
from tests.doubles.provider.faults import (
    APPLIES,
    Fault,
    Faults,
    Operation,
    ScriptedFaults,
    raise_after,
    raise_before,
)
from tests.doubles.provider.provider import MemoryProvider, is_ours, observed
from tests.doubles.provider.repository import Stored


class MemoryConnector:
    """One account at a `MemoryProvider`; `stall` is called in the middle of a write that stalls."""

    def __init__(
        self,
        provider: MemoryProvider,
        install: InstallId,
        calendars: Sequence[RemoteCalendarId],
        *,
        faults: Faults | None = None,
        stall: Callable[[], None] = lambda: None,
    ) -> None:
        self._provider = provider
        self._install = install
        self._calendars = tuple(calendars)
        self._faults = faults or ScriptedFaults()
        self.stall = stall

    def probe(self) -> Probe:
        """Report whether reading would work now."""
        try:
            raise_before(self._faults.next(Operation.CHANGES))
        except SourceError as error:
            return Probe(reachable=False, authorised=False, can_write=False, problems=(str(error),))
        return Probe(reachable=True, authorised=True, can_write=True, clock_skew=0)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List what it can see, the first as primary."""
        return [
            RemoteCalendar(
                calendar=each,
                name=str(each),
                is_primary=each == self._calendars[0],
                read_only=False,
            )
            for each in self._calendars
        ]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read the whole calendar; the token is a digest of what is there."""
        raise_before(self._faults.next(Operation.CHANGES))
        objects = tuple(_raw(event) for event in self._provider.listed(calendar))
        mark = sha256("\n".join(f"{each.href} {each.etag}" for each in objects).encode()).hexdigest()
        if token == mark:
            return Changes(whole=False, unchanged=True, token=mark)
        return Changes(objects=objects, whole=True, token=mark)

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say which of them take their owner's time inside the window."""
        events = (json.loads(each.raw) for each in objects)
        occurrences = (self._occurrence(event) for event in events if not event["declined"])
        inside = (each for each in occurrences if each.span.overlaps(window))
        return Interpretation(tuple(sorted(inside, key=lambda each: (each.span, each.uid))))

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Create or replace an event, or fail as the faults have it."""
        fault = self._faults.next(Operation.WRITE)
        raise_before(fault)
        if fault is Fault.STALL:
            self.stall()
        if fault not in APPLIES:
            return Written(draft.event_id, '"lost"')
        kept = self._provider.write(calendar, draft, etag)
        raise_after(fault)
        return Written(kept.event_id, kept.etag)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its id."""
        raise_before(self._faults.next(Operation.READ))
        event = self._provider.get(calendar, event_id)
        return observed(event) if event else None

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of ours; somebody else's is left alone."""
        fault = self._faults.next(Operation.WITHDRAW)
        raise_before(fault)
        event = self._provider.get(calendar, event_id)
        if event is not None and is_ours(event, None) and fault in APPLIES:
            self._provider.delete(calendar, event_id)
        raise_after(fault)

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List live events with an installation's mark."""
        raise_before(self._faults.next(Operation.MARKED))
        found = [observed(event) for event in self._provider.listed(calendar) if is_ours(event, install)]
        return [one for one in found if since is None or not is_long_over(one, since + LONG_OVER)]

    def close(self) -> None:
        """Nothing to let go of."""

    def _occurrence(self, event: Mapping[str, str | int | bool]) -> Occurrence:
        return Occurrence(
            span=Span(int(event["start"]), int(event["end"])),
            uid=EventUid(str(event["id"])),
            title=str(event["title"]),
            ours=event["install"] == self._install,
        )


def _raw(event: Stored) -> RawObject:
    body = {
        "id": event.event_id,
        "start": event.span.start,
        "end": event.span.end,
        "title": event.title,
        "declined": event.declined,
        "install": event.mark.install if event.mark else None,
    }
    raw = json.dumps(body, sort_keys=True).encode()
    return RawObject(
        href=Href(event.event_id),
        uid=EventUid(event.event_id),
        etag=event.etag,
        content_hash=sha256(raw).hexdigest(),
        raw=raw,
    )
