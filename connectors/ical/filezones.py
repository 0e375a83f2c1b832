"""What zone names mean in one file: its own VTIMEZONEs first, then the names that the world knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from connectors.ical.filezone import FileZone, read_zone
from connectors.ical.lines import Line, content_lines, decode
from connectors.ical.split import ZoneText
from connectors.ical.zones import iana_zone, named_zone
from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class FileZones:
    """Gives the zone of a TZID; `default` is the calendar's own, also for names that nobody knows."""

    own: dict[str, FileZone]
    default: tzinfo

    def __call__(self, name: str | None) -> tzinfo:
        """Look a name up; None asks for the calendar's own zone."""
        if not name:
            return self.default
        return self.own.get(name) or named_zone(name) or self.default


def file_zones(
    header: bytes, zones: Sequence[ZoneText], default: tzinfo, known: dict[bytes, FileZone | None]
) -> FileZones:
    """Read what a file says of zones: its VTIMEZONEs, and X-WR-TIMEZONE where it names an IANA zone.

    Args:
        header: the calendar's own lines that matter.
        zones: its VTIMEZONEs; one that cannot be used counts as not being there.
        default: the calendar's zone where it names none.
        known: VTIMEZONEs already read, by their text; new ones are added.
    """
    own: dict[str, FileZone] = {}
    for zone in zones:
        if zone.text not in known:
            known[zone.text] = _read(zone)
        read = known[zone.text]
        if read is not None:
            own[decode(zone.tzid)] = read
    named = next((line.value.strip() for line in content_lines(header)), "") if header else ""
    return FileZones(own, iana_zone(named) or default)


def _read(zone: ZoneText) -> FileZone | None:
    try:
        return read_zone(decode(zone.tzid), list(_observances(content_lines(zone.text))))
    except (InputError, ValueError, OverflowError):
        return None


def _observances(lines: Iterable[Line]) -> Iterator[list[Line]]:
    part: list[Line] | None = None
    for line in lines:
        kind = line.value.strip().upper()
        if line.name == "BEGIN" and kind in ("STANDARD", "DAYLIGHT"):
            part = []
        elif line.name == "END" and part is not None:
            yield part
            part = None
        elif part is not None:
            part.append(line)
