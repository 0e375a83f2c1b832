"""Google's events and gatherly's words, both ways; pure.

What makes busy follows the one policy for all kinds: https://developers.google.com/workspace/calendar/api/v3/reference/events
names the fields that it looks at.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.gcal.recurrence import original_of, series_of, wall_of, zone_of
from connectors.owner import OwnerAddresses, address_of
from engine.bounds import LONGEST_RULE
from engine.errors import InputError
from engine.ids import EventId, EventUid, Href, InstallId, SessionId
from engine.model.booking import EventDraft, Mark, Observed, ObservedInstance, tombstone
from engine.model.calendar import BusyStatus, Quarantined
from engine.model.calendar_object import Interpretation, Judgement, Occurrence, RawObject, Verdict
from engine.recurrence.instances import instances
from engine.recurrence.vetting import vet
from engine.text.plain_text import plain_text
from engine.time.instant import format_instant, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Span
from engine.time.wall_clock import WallClock

Event = Mapping[str, Any]

MARKED = "gatherly"
INSTALL, SESSION, EPOCH, SEQUENCE = (
    f"{MARKED}{name}" for name in ("Install", "Session", "Epoch", "Sequence")
)
NEVER_BUSY = frozenset({"workingLocation", "birthday"})
LONGEST_TITLE, LONGEST_TEXT = 1000, 8000
FAULTS = (InputError, ValueError, OverflowError, KeyError, TypeError, AttributeError)
"""What reading an event that is not as documented raises: that one event is quarantined."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one connector's events are read: whose they are, and what is taken as free or busy.

    `addresses` gives the owner's, as far as they are known by now.
    """

    install: InstallId
    addresses: OwnerAddresses
    free_types: frozenset[str] = frozenset()
    transparent_is_busy: bool = False


def interpret(
    objects: Iterable[RawObject], window: Span, zone: str, reader: Reader, *, why: bool = False
) -> Interpretation:
    """Say what raw objects take of their owner's time inside the window, and why where that is asked for."""
    found: list[Occurrence] = []
    bad: list[Quarantined] = []
    verdicts: list[Verdict] = []
    for one in objects:
        try:
            document = json.loads(one.raw)
            if isinstance(document, dict):
                found += _told_busy(one.uid, document, window)
                continue
        except FAULTS as error:
            bad.append(Quarantined(str(one.uid), str(error)))
            continue
        for event, exceptions in heads(document):
            try:
                told = _occurrences(one.uid, event, exceptions, window, zone, reader)
                found += told.occurrences
                bad += told.quarantined
                verdicts.append(_verdict(one.uid, event, told, zone, reader))
            except FAULTS as error:
                bad.append(Quarantined(str(one.uid), str(error) or type(error).__name__))
                verdicts.append(Verdict(one.uid, None, Judgement.QUARANTINED, bad[-1].reason))
    found.sort(key=lambda each: (each.span, each.uid))
    return Interpretation(tuple(found), tuple(bad), tuple(verdicts) if why else ())


def _verdict(uid: EventUid, event: Event, told: Interpretation, zone: str, reader: Reader) -> Verdict:
    start = span_of(event, zone).start if "start" in event and "end" in event else None
    rule = free_by(event, reader)
    if rule:
        return Verdict(uid, start, Judgement.FREE, rule)
    if told.occurrences:
        return Verdict(uid, start, Judgement.COUNTED, "an event that takes time")
    return Verdict(uid, start, Judgement.FREE, "it is not in the window, or takes no time")


def heads(members: Sequence[Event]) -> Iterator[tuple[Event, list[Event]]]:
    """Give each event with the exceptions that take instances out of it."""
    for event in members:
        exceptions = [one for one in members if event.get("recurrence") and "recurringEventId" in one]
        yield event, exceptions


def _occurrences(
    uid: EventUid, event: Event, exceptions: list[Event], window: Span, zone: str, reader: Reader
) -> Interpretation:
    if not takes_time(event, reader):
        return Interpretation()
    mark = mark_of(event)
    spans, troubles = event_spans(event, exceptions, window, zone)
    made = [
        Occurrence(
            span=span,
            uid=uid,
            status=_status(event),
            title=str(event.get("summary", "")),
            all_day=bool(event["start"].get("date")),
            ours=mark is not None and mark.install == reader.install,
        )
        for span in spans
    ]
    inside = tuple(one for one in made if one.span.seconds and one.span.overlaps(window))
    return Interpretation(inside, tuple(Quarantined(str(uid), trouble, counts=True) for trouble in troubles))


def event_spans(
    event: Event, exceptions: list[Event], window: Span, zone: str
) -> tuple[list[Span], Sequence[str]]:
    """Give when an event takes place, and what of its rule could not be read."""
    if not event.get("recurrence"):
        return [span_of(event, zone)], ()
    read = series_of(event, exceptions, zone)
    vet(read.series, window)
    return instances(read.series, window), read.troubles


def span_of(event: Event, zone: str) -> Span:
    """Give an event's own span; a date is a local midnight of the calendar's zone.

    Raises:
        ValueError, KeyError: it has no times that can be read.
    """
    ends = []
    for name in ("start", "end"):
        value = event[name]
        own = zone_of(None if value.get("date") else value.get("timeZone"), zone)
        ends.append(WallClock(own).instant(wall_of(value, own)))
    return Span(ends[0], max(ends))


def takes_time(event: Event, reader: Reader) -> bool:
    """Whether an event takes its owner's time at all."""
    return not free_by(event, reader)


def free_by(event: Event, reader: Reader) -> str:
    """Name the rule by which an event leaves its owner free; "" where it takes their time."""
    kind = event.get("eventType", "default")
    if event.get("status") == "cancelled":
        return "it is cancelled"
    if event.get("transparency") == "transparent" and not reader.transparent_is_busy:
        return "it is marked free"
    if kind in NEVER_BUSY or kind in reader.free_types:
        return f"{kind} is taken as free"
    return "the calendar's owner declined it" if declined(event, reader.addresses.known) else ""


def declined(event: Event, owner: Collection[str]) -> bool:
    """Whether the calendar's owner said no: Google tells who they are, or one of their addresses does."""
    mine = [
        one
        for one in event.get("attendees", ())
        if one.get("self") or address_of(str(one.get("email", ""))) in owner
    ]
    return bool(mine) and all(one.get("responseStatus") == "declined" for one in mine)


def _status(event: Event) -> BusyStatus:
    if event.get("eventType") == "outOfOffice":
        return BusyStatus.OUT_OF_OFFICE
    return BusyStatus.TENTATIVE if event.get("status") == "tentative" else BusyStatus.BUSY


def raw_of_busy(href: str, periods: Sequence[Mapping[str, str]]) -> RawObject:
    """Keep what a free/busy query told of a calendar."""
    raw = _text({"busy": sorted([one["start"], one["end"]] for one in periods)})
    return RawObject(
        href=Href(href),
        uid=EventUid(href),
        etag=None,
        content_hash=hashlib.sha256(raw).hexdigest(),
        raw=raw,
    )


def _told_busy(uid: EventUid, document: Mapping[str, Any], window: Span) -> Iterator[Occurrence]:
    for start, end in document["busy"]:
        span = Span(_instant(start), _instant(end))
        if span.seconds and span.overlaps(window):
            yield Occurrence(span=span, uid=uid)


def mark_of(event: Event) -> Mark | None:
    """Read the mark that gatherly leaves on its events."""
    private = event.get("extendedProperties", {}).get("private", {})
    try:
        return Mark(
            install=InstallId(private[INSTALL]),
            session=SessionId(private[SESSION]),
            epoch=int(private[EPOCH]),
        )
    except (KeyError, ValueError):
        return None


def observed(event: Event, zone: str, owner: Collection[str]) -> Observed:
    """Say how an event lies in the calendar now; of a cancelled one Google promises nothing but the id.

    Raises:
        ValueError, KeyError: it has no times that can be read.
    """
    if event.get("status") == "cancelled":
        return tombstone(EventId(event["id"]))
    private = event.get("extendedProperties", {}).get("private", {})
    sequence = str(private.get(SEQUENCE, event.get("sequence", 0)))
    return Observed(
        event_id=EventId(event["id"]),
        etag=event.get("etag"),
        span=span_of(event, zone),
        declined=declined(event, owner),
        mark=mark_of(event),
        title=str(event.get("summary", "")),
        sequence=int(sequence) if sequence.isdigit() else 0,
        rule=_rule(event),
    )


def _rule(event: Event) -> str | None:
    """Give the rule by which it repeats; None where there are several, or times beside it."""
    lines = [str(one) for one in event.get("recurrence") or () if not str(one).startswith("EXDATE")]
    if not lines:
        return ""
    name, _, text = lines[0].partition(":")
    return text if len(lines) == 1 and name == "RRULE" and len(text) <= LONGEST_RULE else None


def observed_instance(event: Event, zone: str) -> ObservedInstance:
    """Say how an exception of a series lies in the calendar now.

    Raises:
        ValueError, KeyError: it does not tell which instance it stands for, or has no times.
    """
    original = original_of(event)
    own = zone_of(None if original.get("date") else original.get("timeZone"), zone)
    start = WallClock(own).instant(wall_of(original, own))
    if event.get("status") == "cancelled":
        return ObservedInstance(start)
    return ObservedInstance(start, span_of(event, zone), str(event.get("summary", "")))


def body_of(draft: EventDraft) -> dict[str, Any]:
    """Write an event as one attendee's copy: no guests, so that Google mails and invites nobody."""
    private = {
        MARKED: "1",
        INSTALL: str(draft.mark.install),
        SESSION: str(draft.mark.session),
        EPOCH: str(draft.mark.epoch),
        SEQUENCE: str(draft.sequence),
    }
    body: dict[str, Any] = {
        "id": str(draft.event_id),
        "status": "confirmed",
        "transparency": "opaque",
        "summary": plain_text(draft.title, LONGEST_TITLE).replace("\n", " "),
        "description": plain_text(draft.description, LONGEST_TEXT),
        "location": plain_text(draft.location, LONGEST_TITLE).replace("\n", ", "),
        "start": {"dateTime": format_instant(draft.span.start), "timeZone": draft.zone},
        "end": {"dateTime": format_instant(draft.span.end), "timeZone": draft.zone},
        "extendedProperties": {"private": private},
    }
    if draft.all_day:
        zone = zone_info(draft.zone)
        for side, at in (("start", draft.span.start), ("end", draft.span.end)):
            body[side] = {"date": to_datetime(at).astimezone(zone).date().isoformat()}
    if draft.recurrence is not None:
        body["recurrence"] = [f"RRULE:{draft.recurrence}", *_removed(draft), *_added(draft)]
    if draft.url and draft.url.startswith(("http://", "https://")):
        body["source"] = {"title": "gatherly", "url": draft.url}
    return body


def _removed(draft: EventDraft) -> Iterator[str]:
    """Name the instances of a series that do not take place by its rule (RFC 5545 section 3.8.5.1)."""
    zone = zone_info(draft.zone)
    for at in sorted({*draft.removed, *draft.own_removed, *(start for start, _ in draft.moved)}):
        if draft.all_day:
            yield f"EXDATE;VALUE=DATE:{to_datetime(at).astimezone(zone):%Y%m%d}"
        else:
            yield f"EXDATE:{to_datetime(at):%Y%m%dT%H%M%SZ}"


def removed_ids(draft: EventDraft) -> Iterator[str]:
    """Give the ids by which Google knows the instances that do not take place."""
    zone = zone_info(draft.zone)
    for at in draft.removed:
        moment = to_datetime(at)
        text = f"{moment.astimezone(zone):%Y%m%d}" if draft.all_day else f"{moment:%Y%m%dT%H%M%SZ}"
        yield f"{draft.event_id}_{text}"


def _added(draft: EventDraft) -> Iterator[str]:
    """Name the instances that take place at another time (RFC 5545 section 3.8.5.2).

    They go with the series in its one request: an exception would be a second one, which may fail alone. What
    the owner did to single instances are such exceptions, and stay when the series is written again.
    """
    for _, at in draft.moved:
        yield f"RDATE:{to_datetime(at):%Y%m%dT%H%M%SZ}"


def _instant(text: str) -> int:
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _text(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
