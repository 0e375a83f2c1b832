"""Subscriptions that Microsoft tells changes by.

https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
A notice names what has changed; what it is taken for is that a calendar should be read.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import SourceIncompleteError
from engine.model.channel import Channel
from engine.time.instant import format_instant, parse_instant
from engine.time.span import MINUTE, Instant

LIFE = 4_220 * MINUTE
"""Seconds; Microsoft gives ten minutes more, by its own clock."""


def asked(resource: str, address: str, secret: str, now: Instant) -> dict[str, Any]:
    """Give the body that asks for a subscription; notices about itself go to the same place."""
    return {
        "changeType": "created,updated,deleted",
        "notificationUrl": address,
        "lifecycleNotificationUrl": address,
        "resource": resource,
        "expirationDateTime": format_instant(now + LIFE),
        "clientState": secret,
    }


def opened(answer: Mapping[str, Any], now: Instant) -> Channel:
    """Read what was opened.

    Raises:
        SourceIncompleteError: it is not what Graph sends.
    """
    try:
        expires = parse_instant(str(answer["expirationDateTime"])[:19] + "Z")
        return Channel(id=str(answer["id"]), resource="", opened=now, expires=expires)
    except (KeyError, ValueError) as error:
        raise SourceIncompleteError(
            "Graph opened a subscription that it does not name", "Try again"
        ) from error
