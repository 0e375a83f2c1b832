"""Sessions as they were opened last: a row that lies as it lay is not opened and read again.

A daemon looks at the same few sessions tick by tick, and opening one takes longer than fetching it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.ids import UserId
from engine.model.session import EventSession
from engine.ports.vault import Vault

MOST = 500
"""Kept at most; beyond, all are opened anew."""


class OpenedSessions:
    """Remembers sessions by their rows, whole, and by the key that opened them.

    Whether that key still holds is asked each time: what was erased does not open, though it is remembered.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], str, EventSession]] = {}

    def session(
        self, vault: Vault, row: Mapping[Any, Any], read: Callable[[Mapping[Any, Any]], EventSession]
    ) -> EventSession:
        """Give a row's session; `read` opens it where the row or its key is another than it was."""
        key, values = vault.opens(UserId(row["host_user_id"])), tuple(row.values())
        known = self._known.get(row["id"])
        if known is not None and known[1] == key and known[0] == values:
            return known[2]
        session = read(row)
        if key is not None:
            self._keep(row["id"], (values, key, session))
        return session

    def _keep(self, name: str, opened: tuple[tuple[object, ...], str, EventSession]) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[name] = opened
