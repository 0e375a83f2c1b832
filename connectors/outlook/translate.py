"""Graph's events and gatherly's words, both ways; pure.

What makes busy follows the one policy for all kinds: https://learn.microsoft.com/graph/api/resources/event
names the fields that it looks at. Whoever works elsewhere works: that is busy, unless the operator says
otherwise.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.outlook.marks import (
    SEQUENCE,
    UNFINISHED,
    event_id_of,
    mark_of,
    properties,
    transaction_id,
    values_of,
)
from connectors.outlook.patterns import recurrence_of
from connectors.outlook.times import span_of, written
from connectors.owner import OwnerAddresses, address_of
from engine.errors import InputError
from engine.ids import EventId, EventUid, InstallId
from engine.model.booking import EventDraft, Observed
from engine.model.calendar import BusyStatus, Quarantined
from engine.model.calendar_object import Interpretation, Judgement, Occurrence, RawObject, Verdict
from engine.text.plain_text import plain_text
from engine.time.span import Span

Event = Mapping[str, Any]

PROPERTIES = "singleValueExtendedProperties"
FREE, ELSEWHERE = "free", "workingElsewhere"
STATUSES = {"tentative": BusyStatus.TENTATIVE, "oof": BusyStatus.OUT_OF_OFFICE}
LONGEST_TITLE, LONGEST_TEXT = 255, 8000
"""Outlook takes no longer subject."""
FAULTS = (InputError, ValueError, OverflowError, KeyError, TypeError, AttributeError)
"""What reading an event that is not as documented raises: that one event is quarantined."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one connector's events are read: whose they are, and what is taken as free or busy."""

    install: InstallId
    addresses: OwnerAddresses
    elsewhere_is_free: bool = False
    transparent_is_busy: bool = False


def interpret(
    objects: Iterable[RawObject], window: Span, zone: str, reader: Reader, *, why: bool = False
) -> Interpretation:
    """Say what raw objects mean for their owner's time; one that cannot be read is set aside."""
    found: list[Occurrence] = []
    bad: list[Quarantined] = []
    verdicts: list[Verdict] = []
    for one in objects:
        try:
            document = json.loads(one.raw)
            if "busy" in document:
                found += _told_busy(one.uid, document, window, reader)
                continue
            marked = (document.get("mark") or {}).get(PROPERTIES)
            event = document["event"] if marked is None else {**document["event"], PROPERTIES: marked}
            rule, made = _read(one.uid, event, zone, reader)
            if made is not None and made.span.overlaps(window) and made.span.seconds:
                found.append(made)
            judged = Judgement.FREE if rule or made is None else Judgement.COUNTED
            start = None if made is None else made.span.start
            verdicts.append(Verdict(one.uid, start, judged, rule or "an event that takes time"))
        except FAULTS as error:
            bad.append(Quarantined(str(one.uid), str(error) or type(error).__name__))
            verdicts.append(Verdict(one.uid, None, Judgement.QUARANTINED, bad[-1].reason))
    found.sort(key=lambda each: (each.span, each.uid))
    return Interpretation(tuple(found), tuple(bad), tuple(verdicts) if why else ())


def _read(uid: EventUid, event: Event, zone: str, reader: Reader) -> tuple[str, Occurrence | None]:
    rule = free_by(event, reader)
    if rule:
        return rule, None
    mark = mark_of(event)
    made = Occurrence(
        span=span_of(event, zone),
        uid=uid,
        status=STATUSES.get(str(event.get("showAs")), BusyStatus.BUSY),
        title=str(event.get("subject") or ""),
        all_day=bool(event.get("isAllDay")),
        ours=mark is not None and mark.install == reader.install,
    )
    return "", made


def free_by(event: Event, reader: Reader) -> str:
    """Name the rule by which an event leaves its owner free; "" where it takes their time."""
    if event.get("isCancelled"):
        return "it is cancelled"
    if declined(event, reader.addresses.known):
        return "the calendar's owner declined it"
    shows = event.get("showAs")
    if shows == FREE and not reader.transparent_is_busy:
        return "it is marked free"
    return "workingElsewhere is taken as free" if shows == ELSEWHERE and reader.elsewhere_is_free else ""


def declined(event: Event, owner: Collection[str]) -> bool:
    """Whether the calendar's owner said no: Graph tells their answer, or the list of guests does."""
    if (event.get("responseStatus") or {}).get("response") == "declined":
        return True
    mine = [one for one in event.get("attendees") or () if _address(one) in owner]
    return bool(mine) and all((one.get("status") or {}).get("response") == "declined" for one in mine)


def _address(guest: Mapping[str, Any]) -> str:
    return address_of(str((guest.get("emailAddress") or {}).get("address") or ""))


def _told_busy(
    uid: EventUid, document: Mapping[str, Any], window: Span, reader: Reader
) -> Iterator[Occurrence]:
    """Read what a schedule told: starts, ends and how busy."""
    for start, end, shows in document["busy"]:
        if free_by({"showAs": shows}, reader):
            continue
        span = Span(start, end)
        if span.seconds and span.overlaps(window):
            yield Occurrence(span=span, uid=uid, status=STATUSES.get(shows, BusyStatus.BUSY))


SINGLE = "singleInstance"
"""The `type` of an event that does not repeat."""


def observed(event: Event, zone: str, owner: Collection[str]) -> Observed:
    """Say how an event lies in the calendar now; its version is told with its id, which the server chose.

    Raises:
        ValueError, KeyError: it has no times that can be read.
    """
    values = values_of(event)
    sequence = values.get(SEQUENCE, "0")
    return Observed(
        event_id=event_id_of(event) or EventId(str(event["id"])),
        etag=version_of(event),
        span=span_of(event, zone),
        declined=declined(event, owner) or bool(event.get("isCancelled")),
        mark=mark_of(event),
        title=str(event.get("subject") or ""),
        sequence=int(sequence) if sequence.isdigit() else 0,
        whole=values.get(UNFINISHED) != "1",
        rule="" if event.get("type") == SINGLE else None,
    )


def version_of(event: Event) -> str | None:
    """Name one version of an event, and the event: its id at the server, a blank, its etag."""
    etag = event.get("@odata.etag")
    return f"{event['id']} {etag}" if isinstance(etag, str) and etag else None


def body_of(draft: EventDraft, calendar: str, *, new: bool) -> dict[str, Any]:
    """Write an event as one attendee's copy: no guests, so that Microsoft mails and invites nobody."""
    text = plain_text(draft.description, LONGEST_TEXT)
    if draft.url and draft.url.startswith(("http://", "https://")):
        text = f"{text}\n\n{draft.url}" if text else draft.url
    body: dict[str, Any] = {
        "subject": plain_text(draft.title, LONGEST_TITLE).replace("\n", " "),
        "body": {"contentType": "text", "content": text},
        "location": {"displayName": plain_text(draft.location, LONGEST_TITLE).replace("\n", ", ")},
        "start": written(draft.span.start),
        "end": written(draft.span.end),
        "isAllDay": False,
        "showAs": "busy",
        "singleValueExtendedProperties": properties(draft, calendar),
    }
    if draft.recurrence is not None:
        told = recurrence_of(draft)
        body |= {"recurrence": told.body, "start": told.start, "end": told.end}
    if new:
        body["transactionId"] = transaction_id(draft.mark.install, draft.event_id)
    return body
