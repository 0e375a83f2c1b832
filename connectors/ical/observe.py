"""Events of ours as they lie in a calendar now, known again by their marks."""

from collections.abc import Iterable
from datetime import UTC, tzinfo

from connectors.ical.compose import EPOCH, INSTALL, SESSION
from connectors.ical.interpret import file_zones
from connectors.ical.lines import content_lines
from connectors.ical.split import groups
from connectors.ical.vevent import read_vevent
from connectors.ical.zones import iana_zone
from engine.errors import InputError
from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import Mark, Observed

MARK = INSTALL.encode()


def observe(raw: bytes, etag: str | None, zone: str, owner: str) -> Observed | None:
    """Read the first event of an object; None where it cannot be read.

    Args:
        raw: a calendar that holds one UID.
        etag: the version it was read in.
        zone: an IANA name, for times that name none.
        owner: whose calendar it is: their own answer tells whether they declined.
    """
    default: tzinfo = iana_zone(zone) or UTC
    for uid, parts in groups(raw).items():
        for group in parts:
            for text in group.events.values():
                lines = list(content_lines(text))
                try:
                    event = read_vevent(lines, file_zones(group, default), "")
                except (InputError, ValueError, OverflowError):
                    continue
                values = {line.name: line.value.strip() for line in lines}
                return Observed(
                    event_id=EventId(uid),
                    etag=etag,
                    span=event.span,
                    live=values.get("STATUS", "").upper() != "CANCELLED",
                    declined=_declined(text, owner),
                    mark=_mark(values),
                    title=event.title,
                    sequence=event.sequence or 0,
                )
    return None


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


def _mark(values: dict[str, str]) -> Mark | None:
    if not values.get(INSTALL):
        return None
    epoch = values.get(EPOCH, "")
    return Mark(
        install=InstallId(values[INSTALL]),
        session=SessionId(values.get(SESSION, "")),
        epoch=int(epoch) if epoch.isascii() and epoch.isdigit() else 0,
    )


def _declined(text: bytes, owner: str) -> bool:
    return bool(owner) and any(
        line.name == "ATTENDEE"
        and line.params.get("PARTSTAT", "").upper() == "DECLINED"
        and line.value.strip().lower().removeprefix("mailto:") == owner.lower()
        for line in content_lines(text)
    )
