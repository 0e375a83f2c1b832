"""Subscriptions that Microsoft tells changes by.

https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
A notice names what has changed; what it is taken for is that a calendar should be read. Of one app, account
and calendar there is no second subscription: the next one is the last one that goes on.
"""

import re
from collections.abc import Mapping
from typing import Any

from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.refusals import AlreadyThereError
from engine.errors import SourceIncompleteError, SourceUnavailableError
from engine.model.channel import Channel
from engine.time.instant import format_instant, parse_instant
from engine.time.span import MINUTE, Instant

_ID = re.compile(r"(?<=Subscription Id )[\w-]+")
"""In what Microsoft says of a second subscription (409)."""
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


def subscribed(api: GraphApi, body: Resource, before: Channel | None, now: Instant) -> Channel:
    """Subscribe, or have the subscription that there is go on.

    Raises:
        SourceError: Microsoft does not, or what there is leads elsewhere: it is another installation's.
    """
    try:
        return opened(api.subscribe(body), now)
    except AlreadyThereError as error:
        named = _ID.search(error.what)
        name = named[0] if named else "" if before is None else before.id
        if not name:
            raise
    there = api.subscription(name)
    if there is not None and there.get("notificationUrl") != body["notificationUrl"]:
        raise SourceUnavailableError(
            "Another installation has subscribed to this calendar with the same app",
            "Give each installation an app registration of its own",
        )
    if there is None:  # it ended meanwhile
        return opened(api.subscribe(body), now)
    return opened(api.renew(name, {"expirationDateTime": body["expirationDateTime"]}), now)


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
