"""Events of ours as they lie in a calendar now, known again by their marks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from itertools import islice

from connectors.ical.marks import EPOCH, INSTALL, SESSION
from connectors.ical.reading.full_reader import FAULTS
from connectors.ical.reading.vevent import CANCELLED, read_vevent
from connectors.ical.text.attendees import declined
from connectors.ical.text.lines import content_lines, decode
from connectors.ical.text.objects import content_hash, cut, distinct
from connectors.ical.zones.file_zones import FileZones, file_zones
from connectors.ical.zones.names import Named, iana_zone
from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import Mark, Observed
from engine.model.calendar import Interpretation

MARK = INSTALL.encode()


def observe(raw: bytes, etag: str | None, zone: str, owner: Collection[str]) -> Observed | None:
    """Read the first event of an object; None where it cannot be read.

    Of a cancelled one nothing but its UID is asked.

    Args:
        raw: a calendar that holds one UID.
        etag: the version it was read in.
        zone: an IANA name, for times that name none.
        owner: whose calendar it is, by their addresses: their own answer tells whether they declined.
    """
    default: tzinfo = iana_zone(zone) or UTC
    for segment in cut(raw):
        zones = file_zones(segment.header, segment.zones, default, {})
        for uid, texts in segment.events.items():
            found = (_observed(uid, text, etag, zones, owner) for text in distinct(texts))
            first = next((one for one in found if one is not None), None)
            if first is not None:
                return first
    return None


def observe_uid(body: bytes, uid: str, zone: str, owner: Collection[str]) -> list[Observed]:
    """Read the events of one UID in a file; each one's version is the hash of its content."""
    return list(_observations(body, lambda name, _texts: decode(name) == uid, zone, owner))


def observe_marked(body: bytes, zone: str, owner: Collection[str]) -> list[Observed]:
    """Read the events with a mark in a file; each one's version is the hash of its content."""
    return list(_observations(body, lambda _name, texts: any(MARK in one for one in texts), zone, owner))


def _observations(
    body: bytes, wanted: Callable[[bytes, Sequence[bytes]], bool], zone: str, owner: Collection[str]
) -> Iterator[Observed]:
    """Read a file's events by UID; its zones are read once."""
    default: tzinfo = iana_zone(zone) or UTC
    known: dict[bytes, Named | None] = {}
    for segment in cut(body):
        zones = file_zones(segment.header, segment.zones, default, known)
        for uid, texts in segment.events.items():
            if not wanted(uid, texts):
                continue
            version = content_hash(b"".join(distinct(texts)))
            parts = sorted(distinct(texts), key=_is_instance)
            found = (_observed(uid, text, version, zones, owner) for text in parts)
            yield from islice((one for one in found if one is not None), 1)


def _is_instance(text: bytes) -> bool:
    """Whether it is one instance of a series, which stands for itself alone."""
    return b"RECURRENCE-ID" in text


def _observed(
    uid: bytes, text: bytes, etag: str | None, zones: FileZones, owner: Collection[str]
) -> Observed | None:
    lines = list(content_lines(text))
    values = {line.name: line.value.strip() for line in lines}
    event_id = EventId(decode(uid))
    if values.get("STATUS", "").upper() in CANCELLED:
        return Observed(event_id=event_id, etag=etag, live=False, mark=_mark(values))
    try:
        event = read_vevent(lines, zones)
    except FAULTS:
        return None
    return Observed(
        event_id=event_id,
        etag=etag,
        span=event.span,
        declined=declined((line for line in lines if line.name == "ATTENDEE"), owner),
        mark=_mark(values),
        title=event.title,
        sequence=event.sequence or 0,
    )


def marked_by(observed: Iterable[Observed | None], install: InstallId | None) -> list[Observed]:
    """Keep live events with an installation's mark; None = any installation's."""
    return [
        one
        for one in observed
        if one is not None
        and one.live
        and one.mark is not None
        and (install is None or one.mark.install == install)
    ]


def known_again(read: Interpretation, install: InstallId) -> Interpretation:
    """Tell our own events by their UIDs, which end in this installation's id.

    An invitation that its recipient took over has lost its marks and is ours all the same; what another
    installation has marked as its own takes its owner's time like any other event.
    """
    suffix = f"@{install}"
    if all(one.ours == one.uid.endswith(suffix) for one in read.occurrences):
        return read
    known = (replace(one, ours=one.uid.endswith(suffix)) for one in read.occurrences)
    return replace(read, occurrences=tuple(known))


def _mark(values: dict[str, str]) -> Mark | None:
    if not values.get(INSTALL):
        return None
    epoch = values.get(EPOCH, "")
    return Mark(
        install=InstallId(values[INSTALL]),
        session=SessionId(values.get(SESSION, "")),
        epoch=int(epoch) if epoch.isascii() and epoch.isdigit() else 0,
    )
