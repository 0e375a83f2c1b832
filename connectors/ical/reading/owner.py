"""Whose calendar a connector of this family reads, in the words of its readings."""

from connectors.context import ConnectorContext
from connectors.ical.reading.vevent import Owner


def owner_of(context: ConnectorContext, transparent: str) -> Owner:
    """Give a connector's owner: every address known by now, and what `transparent` makes them."""
    return Owner(context.owner.known, transparent_is_busy=transparent == "busy")
