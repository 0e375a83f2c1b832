"""What somebody was told, and what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from daemon.app.access import Access
from daemon.app.principal import Principal
from engine.errors import UnknownThingError
from engine.ids import UserId
from engine.model.operations import Notification, NotificationStatus
from engine.time.instant import format_instant


def notices(
    access: Access, principal: Principal, status: NotificationStatus | None = None
) -> Sequence[Notification]:
    """Give the asker's own, newest first."""
    with access.store.reading() as tx:
        return tx.repositories.notifications.of_user(_own(principal), status)


def mark_notice(access: Access, principal: Principal, name: str, status: NotificationStatus) -> Notification:
    """Keep what somebody made of a notice.

    Raises:
        UnknownThingError: they have none of that id.
    """
    with access.store.writing() as tx:
        found = tx.repositories.notifications.get(name)
        if found is None or found.user_id != _own(principal):
            raise UnknownThingError(f"There is no notice {name}")
        read_at = found.read_at or access.clock.now()
        return tx.repositories.notifications.put(replace(found, status=status, read_at=read_at))


def notice_document(one: Notification) -> dict[str, Any]:
    """Write a Notification document (F4)."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "notificationType": one.notification_type,
        "contactId": one.contact_id,
        "title": one.title,
        "message": one.message,
        "priority": one.priority.value,
        "status": one.status.value,
        "actionUrl": one.action_url,
        "metadata": dict(one.metadata),
        "createdAt": format_instant(one.created_at),
        "readAt": None if one.read_at is None else format_instant(one.read_at),
    }


def _own(principal: Principal) -> UserId:
    return UserId(str(principal.user))
