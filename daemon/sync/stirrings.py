"""Calendars on this machine that were touched: read once they lie still, without waiting for their turn."""

from collections.abc import Hashable

from daemon.sync.source import Source
from engine.ids import ConnectorName
from engine.ports.connector import stamping


class Stirrings:
    """Compares the stamp of each look with those of the look before and of the last read.

    What goes on changing is left to its turn, so that nothing is read while it is written, or all the time.
    """

    def __init__(self) -> None:
        self._read: dict[ConnectorName, Hashable] = {}
        self._seen: dict[ConnectorName, Hashable] = {}

    def reading(self, source: Source) -> None:
        """Note a source's stamp before it is read."""
        self._read[source.name] = _stamp(source)

    def stirred(self, source: Source) -> bool:
        """Look: tell whether a source was touched since it was read, and not since the last look."""
        stamp = _stamp(source)
        lies_still = self._seen.get(source.name) == stamp
        self._seen[source.name] = stamp
        return stamp is not None and lies_still and self._read.get(source.name, stamp) != stamp


def _stamp(source: Source) -> Hashable:
    asked = stamping(source.connector)
    return None if asked is None else asked()
