"""Push: channels that expire, messages that carry no body, come late, never, or from somebody else."""

import socket
from urllib.parse import urlsplit

from tests.standins.google.access import stored_of
from tests.standins.google.answers import ApiError, Json, invalid, not_found
from tests.standins.google.state import Channel, State

LIFE = 7 * 86400
LONGEST_ID = 64


class Channels:
    """Watches calendars for one account."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def watch(self, path: dict[str, str], body: Json) -> Json:
        """Open a channel."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        name = body.get("id", "")
        if not name or len(name) > LONGEST_ID or body.get("type") not in ("web_hook", "webhook"):
            raise invalid("Invalid channel.", "channelInvalid")
        if name in self._state.channels:
            raise ApiError(400, "channelIdNotUnique", f"Channel id {name} not unique")
        now = self._state.clock.now()
        wanted = float(body.get("expiration", (now + LIFE) * 1000)) / 1000
        channel = Channel(
            id=name,
            resource=f"resource-{stored.id}",
            calendar=stored.id,
            address=body["address"],
            token=body.get("token"),
            expires=min(wanted, now + LIFE),
        )
        self._state.channels[name] = channel
        queue(self._state, channel, "sync")
        return {
            "kind": "api#channel",
            "id": name,
            "resourceId": channel.resource,
            "resourceUri": f"https://www.googleapis.com/calendar/v3/calendars/{stored.id}/events",
            "expiration": str(int(channel.expires * 1000)),
        }

    def stop(self, body: Json) -> None:
        """Close a channel."""
        channel = self._state.channels.get(body.get("id", ""))
        if channel is None or channel.resource != body.get("resourceId"):
            raise not_found()
        del self._state.channels[channel.id]


def tell_changes(state: State, calendar: str) -> None:
    """Queue a message for each live channel of a changed calendar."""
    for channel in list(state.channels.values()):
        if channel.expires <= state.clock.now():
            del state.channels[channel.id]
        elif channel.calendar == calendar:
            queue(state, channel, "exists")


def queue(state: State, channel: Channel, what: str) -> None:
    """Put a message in the queue, unless messages are being lost."""
    channel.sent += 1
    if state.settings.push == "lost":
        return
    headers = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Resource-ID": channel.resource,
        "X-Goog-Resource-State": what,
        "X-Goog-Message-Number": str(channel.sent),
    }
    if channel.token is not None:
        headers["X-Goog-Channel-Token"] = channel.token
    state.notices.append({"address": channel.address, "headers": headers})


def deliver(notice: Json) -> int:
    """Send one message now, a queued one or a forged one; gives the status that came back."""
    address = urlsplit(notice["address"])
    place = (address.hostname or "", address.port or 80)
    head = [f"POST {address.path or '/'} HTTP/1.1", f"Host: {address.netloc}", "Connection: close"]
    head += [f"{name}: {value}" for name, value in {**notice["headers"], "Content-Length": "0"}.items()]
    with socket.create_connection(place, timeout=60) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        return int(connection.recv(64).split()[1])
