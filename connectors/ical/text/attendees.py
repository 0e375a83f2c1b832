"""Who an ATTENDEE line is, and whether a calendar's owner said no."""

from collections.abc import Collection, Iterable

from connectors.ical.text.lines import Line
from connectors.owner import address_of


def addresses_of(attendee: Line) -> frozenset[str]:
    """Give the addresses that a line names: its value's, and EMAIL's (RFC 7986 section 6.2).

    Where the value is a principal's urn or path, EMAIL alone tells who it is.
    """
    named = {address_of(attendee.value), address_of(attendee.params.get("EMAIL", ""))}
    return frozenset(one for one in named if one)


def declined(attendees: Iterable[Line], owner: Collection[str]) -> bool:
    """Whether the owner, by any of their addresses, said no, and by none of them anything else."""
    mine = [one for one in attendees if not addresses_of(one).isdisjoint(owner)]
    return bool(mine) and all(one.params.get("PARTSTAT", "").strip().upper() == "DECLINED" for one in mine)
