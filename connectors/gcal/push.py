"""Channels that Google tells changes by.

https://developers.google.com/workspace/calendar/api/guides/push
A notice has no body; what it says is that a calendar should be read.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import SourceIncompleteError
from engine.model.channel import Channel
from engine.time.span import DAY, Instant

LIFE = 7 * DAY
"""Seconds; Google gives no more."""


def asked(channel: str, address: str, secret: str, now: Instant) -> dict[str, Any]:
    """Give the body that asks for a channel."""
    expires = str((now + LIFE) * 1000)
    return {"id": channel, "type": "web_hook", "address": address, "token": secret, "expiration": expires}


def opened(answer: Mapping[str, Any], now: Instant) -> Channel:
    """Read what was opened.

    Raises:
        SourceIncompleteError: it is not what Google sends.
    """
    try:
        expires = int(answer["expiration"]) // 1000
        return Channel(id=str(answer["id"]), resource=str(answer["resourceId"]), opened=now, expires=expires)
    except (KeyError, ValueError, TypeError) as error:
        raise SourceIncompleteError("Google opened a channel that it does not name", "Try again") from error
