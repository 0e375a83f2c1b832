"""What zone names mean in one file: its own VTIMEZONEs first, then the names that the world knows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from connectors.ical.text.ical_values import parse_wall
from connectors.ical.text.lines import Line, content_lines, decode
from connectors.ical.text.objects import ZoneText
from connectors.ical.zones.names import Named, own_zone, resolved
from connectors.ical.zones.vtimezone import ZoneRead, read_zone
from engine.errors import InputError

_NAMES = ("TZID", "TZID-ALIAS-OF", "X-LIC-LOCATION")
"""Where a VTIMEZONE tells which of the world's zones it is."""


@dataclass(frozen=True, slots=True)
class FileZones:
    """Gives the zone of a TZID; `default` is the calendar's own, also for names that nobody knows."""

    own: Mapping[str, Named]
    default: tzinfo
    _found: dict[str, Named] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, name: str | None) -> tzinfo:
        """Look a name up; None asks for the calendar's own zone."""
        return self.named(name).zone if name else self.default

    def named(self, name: str) -> Named:
        """Look a name up, and tell what of its meaning had to be guessed."""
        found = self._found.get(name)
        if found is None:
            unknown = Named(
                self.default, f"the zone {name[:60]!r} is not known: its times are the calendar's own"
            )
            found = self._found[name] = self.own.get(name) or resolved(name) or unknown
        return found


def file_zones(
    header: bytes, zones: Sequence[ZoneText], default: tzinfo, known: dict[bytes, Named | None]
) -> FileZones:
    """Read what a file says of zones: its VTIMEZONEs, and X-WR-TIMEZONE where it names an IANA zone.

    Args:
        header: the calendar's own lines that matter.
        zones: its VTIMEZONEs; one that cannot be used counts as not being there.
        default: the calendar's zone where it names none.
        known: VTIMEZONEs already read, by their text; new ones are added.
    """
    own: dict[str, Named] = {}
    for zone in zones:
        if zone.text not in known:
            known[zone.text] = _read(zone)
        read = known[zone.text]
        if read is not None:
            own[decode(zone.tzid)] = read
    named = next((line.value.strip() for line in content_lines(header)), "") if header else ""
    return FileZones(own, own_zone(named) or default)


def _read(zone: ZoneText) -> Named | None:
    """Read a VTIMEZONE; where its name is known and it is not whole, the name is the better witness."""
    lines = list(content_lines(zone.text))
    told = _told(lines)
    after = next((found for found in map(resolved, told) if found is not None and not found.guess), None)
    try:
        read = read_zone(
            decode(zone.tzid), list(_observances(lines)), _end(lines), None if after is None else after.zone
        )
    except (InputError, ValueError, OverflowError):
        return after
    if read.trouble:
        return after or Named(read.zone, read.trouble)
    return Named(read.zone, _ended(read, lines, after))


def _told(lines: Iterable[Line]) -> Sequence[str]:
    values = {line.name: line.value.strip() for line in lines}
    return [values[name] for name in _NAMES if values.get(name)]


def _end(lines: Iterable[Line]) -> datetime | None:
    """Read TZUNTIL (RFC 7808 section 7.2), near enough as wall time."""
    for line in lines:
        if line.name == "TZUNTIL":
            try:
                return parse_wall(line.value)[0]
            except InputError:
                return None
    return None


def _ended(read: ZoneRead, lines: Iterable[Line], after: Named | None) -> str:
    if after is not None or _end(lines) is None:
        return ""
    name = read.zone.tzname(None)
    return f"VTIMEZONE {name[:60]!r} ends with TZUNTIL; its last rules are taken to go on"


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
