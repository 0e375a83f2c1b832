"""What this process knows of push: which channels are open, and since when it knows.

A channel leads to an address that nobody can guess, the same after a restart, and its notices carry a secret.
Both follow from the installation's key, so that neither has to be stored.
"""

import hmac
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.channel import Channel
from engine.time.span import Instant

STRETCH = 4
"""So many times as seldom a connector is polled while its provider tells of changes."""
PATH = "/push/"


def address_of(identifier: Callable[[str], bytes], connector: ConnectorName) -> str:
    """Give the last part of the address that a connector's channels lead to."""
    return urlsafe_b64encode(identifier(f"push address {connector}")[:24]).decode()


def secret_of(identifier: Callable[[str], bytes], connector: ConnectorName) -> str:
    """Give what a notice of a connector's channels has to carry."""
    return identifier(f"push secret {connector}").hex()


def meant(
    identifier: Callable[[str], bytes], connectors: Collection[ConnectorName], address: str
) -> ConnectorName | None:
    """Tell whose channels lead to an address; all are compared, in the same time."""
    told = address.encode("utf-8", "replace")
    found = [one for one in connectors if hmac.compare_digest(address_of(identifier, one).encode(), told)]
    return found[0] if found else None


def is_secret(identifier: Callable[[str], bytes], connector: ConnectorName, told: str) -> bool:
    """Tell whether a notice carries the secret."""
    return hmac.compare_digest(secret_of(identifier, connector).encode(), told.encode("utf-8", "replace"))


@dataclass(slots=True)
class _Known:
    open: Mapping[RemoteCalendarId, Channel] = field(default_factory=dict)
    complete: bool = False
    listens: Instant | None = None


class Channels:
    """The channels of every connector; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[ConnectorName, _Known] = {}

    def of(self, connector: ConnectorName) -> Mapping[RemoteCalendarId, Channel]:
        """Give a connector's open channels."""
        with self._lock:
            return dict(self._of(connector).open)

    def resumed(
        self,
        connector: ConnectorName,
        channels: Mapping[RemoteCalendarId, Channel],
        now: Instant,
        *,
        complete: bool,
    ) -> None:
        """Note which channels are open; `complete`: every calendar that is read has one.

        One that was not open at the last look is believed from now on.
        """
        with self._lock:
            known = self._of(connector)
            if known.listens is None or channels.items() - known.open.items():
                known.listens = now
            known.open, known.complete = dict(channels), complete

    def lost(self, connector: ConnectorName) -> None:
        """Note that a provider has closed them, or is about to."""
        with self._lock:
            known = self._of(connector)
            known.open, known.complete, known.listens = {}, False, None

    def listened(self, connector: ConnectorName, since: Instant) -> bool:
        """Tell whether the channels were known to be open by then."""
        with self._lock:
            listens = self._of(connector).listens
            return listens is not None and listens <= since

    def is_healthy(self, connector: ConnectorName, now: Instant) -> bool:
        """Tell whether changes would be told: every calendar has a channel that has not ended."""
        with self._lock:
            known = self._of(connector)
            return known.complete and all(one.expires > now for one in known.open.values())

    def _of(self, connector: ConnectorName) -> _Known:
        return self._known.setdefault(connector, _Known())
