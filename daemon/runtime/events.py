"""What happened, told by the daemon as it happens, whoever asked for it: each line of the audit log once.

Of several daemons on one store whichever comes first tells a line, and the others do not.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from engine.errors import StaleVersionError
from engine.model.booking import AuditEntry
from engine.model.calendar import ConnectorState
from engine.model.notices import Cursor
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.time.instant import format_instant
from engine.trouble import Trouble, attempt

CURSOR = "log"
"""How the place is called up to which daemons that share a store have told what happened."""
_AT_A_TIME = 200
_TOLD = ("session.", "connector.")
_BAD = ("session.failed", "session.stuck", "connector.set_aside")
_TIMES = ("start", "end")


class EventLog:
    """Follows the store's log from where it ends when this is made.

    Those who `share` a store follow it together, by a cursor in it; one that was moved while all of them were
    down is past for whoever starts.
    """

    def __init__(self, store: Store, clock: Clock, *, shares: bool = False) -> None:
        self._store = store
        self._shares = shares
        self._begun = clock.now()
        self._log = structlog.get_logger("gatherly")
        begun = attempt(self._end)
        self._at = None if isinstance(begun, Trouble) else begun

    def run(self) -> None:
        """Tell what has come since.

        Raises:
            StoreError: the log cannot be read; what it holds is told the next time.
        """
        follow = self._together if self._shares else self._alone
        while follow():
            continue

    def _alone(self) -> bool:
        """Tell the next lines; gives whether there may be more."""
        if self._at is None:
            self._at = self._end()
        with self._store.reading() as tx:
            lines = tx.audit.after(self._at, _AT_A_TIME)
        for position, entry in lines:
            self._tell(entry)
            self._at = position
        return len(lines) == _AT_A_TIME

    def _together(self) -> bool:
        """Tell the next lines that no other daemon has told; gives whether there may be more.

        The cursor is moved first, so that nobody else comes to it, and stays where it was if this dies.
        """
        with self._store.reading() as tx:
            cursor, end = tx.repositories.cursors.get(CURSOR), tx.audit.end()
        if cursor is not None and cursor.position >= end:
            return False
        try:
            with self._store.writing() as tx:
                fresh = Cursor(name=CURSOR, position=end if self._at is None else self._at)
                cursor = tx.repositories.cursors.get(CURSOR) or fresh
                lines = tx.audit.after(cursor.position, _AT_A_TIME)
                last = lines[-1][0] if lines else cursor.position
                tx.repositories.cursors.put(replace(cursor, position=last))
                for _, entry in lines:
                    if entry.at >= self._begun:
                        self._tell(entry)
        except StaleVersionError:
            return False  # another daemon tells them
        return len(lines) == _AT_A_TIME

    def _end(self) -> int:
        with self._store.reading() as tx:
            return tx.audit.end()

    def _tell(self, entry: AuditEntry) -> None:
        tell = getattr(self._log, level_of(entry))
        about = _NAMES.get(entry.object_type, entry.object_type)
        tell(entry.action, **{about: entry.object_id, **_who(entry), **shown(entry.details)})


_NAMES = {"event": "event_id"}
"""How a line names what it is about, where the kind's own name says which line it is."""


def level_of(entry: AuditEntry) -> str:
    """Tell how loud a line is: what moves within a booking is for those who look closely."""
    if not entry.action.startswith(_TOLD):
        return "debug"
    broke = entry.action == "connector.state" and entry.details.get("state") != ConnectorState.OK
    return "warning" if broke or entry.action in _BAD else "info"


def shown(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a line tells besides whom it is about; moments as text."""
    return {
        key: format_instant(value) if key in _TIMES and isinstance(value, int) else value
        for key, value in details.items()
        if value is not None
    }


def _who(entry: AuditEntry) -> dict[str, str]:
    return {} if entry.user_id is None or entry.object_type == "user" else {"user": entry.user_id}
