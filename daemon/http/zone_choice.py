"""In which zone somebody without an account reads times: guessed by their browser, changeable by hand."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from daemon.pages.rendering import static_address
from engine.errors import InputError
from engine.time.local_time import zone_info, zone_names

_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
LONGEST_ZONE = 64


@lru_cache(maxsize=1)
def zones() -> Sequence[str]:
    """Give what can be chosen: the zones of places, and UTC."""
    return ("UTC", *sorted(zone for zone in zone_names() if zone.partition("/")[0] in _AREAS))


@lru_cache(maxsize=1)
def _of_no_place() -> frozenset[str]:
    """Give the zones that a browser may name although nobody lives there."""
    return frozenset(zone for zone in zone_names() if zone.startswith("Etc/"))


def known_zone(asked: str, usual: str) -> str:
    """Give the zone that is asked for, where there is one of that name; else the usual one."""
    if not asked or len(asked) > LONGEST_ZONE or not (asked in zones() or asked in _of_no_place()):
        return usual
    try:
        zone_info(asked)
    except InputError:
        return usual
    return asked


def zone_choice(zone: str) -> str:
    """Let the reader choose, with and without a script: one that runs puts the browser's own zone first."""
    offered = zones() if zone in zones() else (zone, *zones())
    options = "".join(
        f'<option value="{escape(one)}"{" selected" if one == zone else ""}>{escape(one.replace("_", " "))}'
        "</option>"
        for one in offered
    )
    return (
        '<form method="get" action="" class="zone"><label for="tz">Time zone</label> '
        f'<select id="tz" name="tz">{options}</select> <button class="button second">Show times there'
        f'</button></form>\n<script src="{static_address("zone.js")}" defer></script>\n'
    )
