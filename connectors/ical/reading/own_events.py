"""Events of ours as they lie in a calendar now, known again by their marks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo

from connectors.ical.marks import EPOCH, INSTALL, SESSION
from connectors.ical.reading.full_reader import FAULTS
from connectors.ical.reading.vevent import CANCELLED, read_vevent
from connectors.ical.text.attendees import declined
from connectors.ical.text.lines import Line, content_lines, decode
from connectors.ical.text.objects import content_hash, cut, distinct
from connectors.ical.zones.file_zones import FileZones, file_zones
from connectors.ical.zones.names import Named, iana_zone
from engine.bounds import LONGEST_RULE
from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import Mark, Observed, ObservedInstance
from engine.model.calendar_object import Interpretation

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
            found = _whole(uid, texts, etag, zones, owner)
            if found is not None:
                return found
    return None


def observe_uid(body: bytes, uid: str, zone: str, owner: Collection[str]) -> list[Observed | None]:
    """Read the events of one UID in a file, None of one that cannot be read; versions hash the content."""
    return list(_observations(body, lambda name, _texts: decode(name) == uid, zone, owner))


def observe_marked(body: bytes, zone: str, owner: Collection[str]) -> list[Observed]:
    """Read the events with a mark in a file; each one's version is the hash of its content."""
    found = _observations(body, lambda _name, texts: any(MARK in one for one in texts), zone, owner)
    return [one for one in found if one is not None]


def _observations(
    body: bytes, wanted: Callable[[bytes, Sequence[bytes]], bool], zone: str, owner: Collection[str]
) -> Iterator[Observed | None]:
    """Read a file's events by UID; its zones are read once."""
    default: tzinfo = iana_zone(zone) or UTC
    known: dict[bytes, Named | None] = {}
    for segment in cut(body):
        zones = file_zones(segment.header, segment.zones, default, known)
        for uid, texts in segment.events.items():
            if not wanted(uid, texts):
                continue
            version = content_hash(b"".join(distinct(texts)))
            yield _whole(uid, texts, version, zones, owner)


def _whole(
    uid: bytes, texts: Sequence[bytes], etag: str | None, zones: FileZones, owner: Collection[str]
) -> Observed | None:
    """Read an event, or a series with its instances that differ, which stand before it in some files."""
    masters: list[Sequence[Line]] = []
    others: list[Sequence[Line]] = []
    for text in distinct(texts):
        lines = list(content_lines(text))
        (others if _names_instance(lines) else masters).append(lines)
    found = (_observed(uid, lines, etag, zones, owner) for lines in (*masters, *others))
    first = next((one for one in found if one is not None), None)
    if first is None or not masters:
        return first
    changed = [one for lines in others for one in _instance(lines, zones)]
    moved = {one.original for one in changed}
    removed = (one for one in first.instances if one.original not in moved)
    return replace(first, instances=(*changed, *removed))


def _names_instance(lines: Iterable[Line]) -> bool:
    """Whether it stands for one instance of a series."""
    return any(line.name == "RECURRENCE-ID" and line.value.strip() for line in lines)


def _instance(lines: Sequence[Line], zones: FileZones) -> Iterator[ObservedInstance]:
    """Read one instance of a series."""
    try:
        event = read_vevent(lines, zones)
    except FAULTS:
        return
    if event.replaces is None:
        return
    status = next((line.value.strip().upper() for line in lines if line.name == "STATUS"), "")
    gone = status in CANCELLED or event.revokes
    span = None if gone else event.span
    yield ObservedInstance(event.replaces.instant, span, event.title, event.from_then_on)


def _observed(
    uid: bytes, lines: Sequence[Line], etag: str | None, zones: FileZones, owner: Collection[str]
) -> Observed | None:
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
        instances=tuple(ObservedInstance(at.instant) for at in event.removed) if event.recurs else (),
        rule=_rule(lines) if event.replaces is None else None,
    )


def _rule(lines: Iterable[Line]) -> str | None:
    """Give the rule by which it repeats; None where there are several, or times beside it."""
    rules = [line for line in lines if line.name in ("RRULE", "RDATE") and line.value.strip()]
    texts = {line.value.strip() for line in rules}
    if len(texts) > 1 or any(line.name == "RDATE" or len(line.value) > LONGEST_RULE for line in rules):
        return None
    return next(iter(texts), "")


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
