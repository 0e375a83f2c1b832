"""What the owner of a connector is told that lets gatherly in no more."""

from engine.model.calendar import CalendarAccount
from engine.model.operations import Notification, NotificationPriority
from engine.time.span import Instant


def expiry_notice(account: CalendarAccount, now: Instant) -> Notification:
    """Tell the owner of a connector that has just expired: one notice for each time that it had worked."""
    return Notification(
        id=f"expired-{account.connector}-{account.last_success or 0}",
        user_id=account.user_id,
        notification_type="connector_expired",
        title=f"{account.connector} is not connected",
        message=f"{account.last_error}. Until then your times are unknown, and nothing is proposed to you.",
        priority=NotificationPriority.HIGH,
        metadata={"connector": account.connector},
        created_at=now,
    )
