"""The audit log, a page at a time."""

from typing import Any

from daemon.app.access import Access
from engine.errors import InputError
from engine.model.booking import AuditEntry
from engine.time.instant import format_instant


def audit_page(access: Access, before: str | None, limit: int) -> list[dict[str, Any]]:
    """Give lines, newest first: those before a position, or the newest.

    Raises:
        InputError: `before` is no position.
    """
    if before is not None and not (before.isdecimal() and len(before) < 19):
        raise InputError("cursor is none of this list's", "Take the one that the last page named")
    with access.store.reading() as tx:
        found = tx.audit.before(None if before is None else int(before), limit)
    return [_document(position, entry) for position, entry in found]


def _document(position: int, entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": str(position),
        "at": format_instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "objectType": entry.object_type,
        "objectId": entry.object_id,
        "details": dict(entry.details),
        "userId": entry.user_id,
    }
