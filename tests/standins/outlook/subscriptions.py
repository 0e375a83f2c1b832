"""Push: subscriptions that end, notices that carry a secret, and who has to prove that they listen."""

import json
import re
import socket
from typing import Any
from urllib.parse import quote, urlsplit

from tests.standins.outlook.access import calendar_of, require
from tests.standins.outlook.refusals import GraphError, Json, bad, not_found
from tests.standins.outlook.state import State, Subscription
from tests.standins.outlook.times import moment, stamp

PAGE, WEBHOOKS = "api/subscription-post-subscriptions.md", "concepts/webhooks.md"
LONGEST = 4230 * 60
LONGEST_SECRET = 128
REQUIRED = ("changeType", "notificationUrl", "resource", "expirationDateTime")
KNOWN = (*REQUIRED, "clientState", "lifecycleNotificationUrl", "latestSupportedTlsVersion")
RESOURCE = re.compile(r"/?(?:me|users/([^/]+))(?:/calendars/([^/]+))?/events")


class Subscriptions:
    """What one account is told of unasked."""

    def __init__(self, state: State, client: str, email: str) -> None:
        self._state = state
        self._client = client
        self._email = email

    def create(self, body: Any) -> Json:
        """Open a subscription, once the place that it leads to has answered the question."""
        if not isinstance(body, dict) or not set(REQUIRED) <= set(body):
            raise bad(f"A subscription needs {', '.join(REQUIRED)}.", PAGE)
        odd = sorted(set(body) - set(KNOWN))
        if odd:
            raise bad(f"The property '{odd[0]}' does not exist on type 'subscription'.", PAGE)
        kinds = set(str(body["changeType"]).split(","))
        if not kinds or not kinds <= {"created", "updated", "deleted"}:
            raise bad("changeType is created, updated or deleted.", PAGE)
        if len(str(body.get("clientState", ""))) > LONGEST_SECRET:
            raise bad("clientState has at most 128 characters.", PAGE)
        found = RESOURCE.fullmatch(str(body["resource"]))
        if found is None:
            raise bad("The resource is none that can be subscribed to.", PAGE)
        whose = self._email or found[1].lower()
        stored = calendar_of(self._state, whose, found[2])
        require(stored, whose, "read")
        if self._email and stored.owner != self._email:
            message = "Calendars that others share cannot be subscribed to with delegated permissions."
            raise GraphError(403, "ErrorAccessDenied", message, "resources/subscription.md")
        self._refuse_second(str(body["changeType"]), stored.id)
        expires = self._expiry(body)
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if name in body:
                self._check_place(str(body[name]))
        made = Subscription(
            id=f"subscription-{self._state.number()}",
            client=self._client,
            email=self._email,
            resource=str(body["resource"]),
            calendar=stored.id,
            address=str(body["notificationUrl"]),
            lifecycle=body.get("lifecycleNotificationUrl"),
            change_type=str(body["changeType"]),
            secret=body.get("clientState"),
            expires=expires,
        )
        self._state.subscriptions[made.id] = made
        return _shown(made)

    def _refuse_second(self, change_type: str, calendar: str) -> None:
        """Refuse what is subscribed to already; by the book that is one app, account, resource and kind."""
        if self._state.settings.kindness.several_subscriptions:
            return
        for one in self._state.subscriptions.values():
            mine = (one.client, one.email, one.calendar) == (self._client, self._email, calendar)
            if mine and one.change_type == change_type and one.expires > self._state.clock.now():
                message = f"Subscription Id {one.id} already exists for the requested combination"
                raise GraphError(409, "ObjectIdentifierInUse", message, PAGE)

    def get(self, name: str) -> Json:
        """Show a subscription."""
        return _shown(self._there(name))

    def renew(self, name: str, body: Any) -> Json:
        """Let a subscription last longer."""
        there = self._there(name)
        if not isinstance(body, dict) or set(body) != {"expirationDateTime"}:
            raise bad("Only expirationDateTime can be changed.", "api/subscription-update.md")
        there.expires = self._expiry(body)
        return _shown(there)

    def delete(self, name: str) -> None:
        """Close a subscription."""
        del self._state.subscriptions[self._there(name).id]

    def _there(self, name: str) -> Subscription:
        there = self._state.subscriptions.get(name)
        mine = there is not None and (there.client, there.email) == (self._client, self._email)
        if there is None or not mine or there.expires <= self._state.clock.now():
            raise not_found("api/subscription-get.md")
        return there

    def _expiry(self, body: Json) -> float:
        expires, now = moment(str(body["expirationDateTime"]), PAGE), self._state.clock.now()
        if expires <= now or expires > now + LONGEST:
            message = f"Subscription expiration can only be {LONGEST // 60} minutes in the future."
            raise GraphError(400, "ExtensionError", message, "resources/subscription.md")
        return expires

    def _check_place(self, address: str) -> None:
        """Refuse an address that does not echo the token within ten seconds, as text."""
        plain = self._state.settings.kindness.plain_push and address.startswith("http://")
        if not address.startswith("https://") and not plain:
            raise bad("The notificationUrl has to be https.", WEBHOOKS)
        token = f"Validation: Testing client application {self._state.number()} & more"
        mark = "&" if "?" in address else "?"
        status, kind, text = posted(f"{address}{mark}validationToken={quote(token)}", b"")
        if status != 200 or not kind.startswith("text/plain") or text != token:
            message = "Subscription validation request failed. The endpoint must respond with 200 OK."
            raise GraphError(400, "ValidationError", message, WEBHOOKS)


def _shown(one: Subscription) -> Json:
    return {
        "id": one.id,
        "resource": one.resource,
        "applicationId": one.client,
        "changeType": one.change_type,
        "clientState": None,
        "notificationUrl": one.address,
        "lifecycleNotificationUrl": one.lifecycle,
        "expirationDateTime": stamp(one.expires),
        "creatorId": one.email,
    }


def tell_changes(state: State, calendar: str) -> None:
    """Queue a notice for each live subscription to a changed calendar."""
    for one in list(state.subscriptions.values()):
        if one.expires <= state.clock.now():
            del state.subscriptions[one.id]
        elif one.calendar == calendar and state.settings.push != "lost":
            state.notices.append({"address": one.address, "body": {"value": [notice(one)]}})


def notice(one: Subscription, secret: str | None = None) -> Json:
    """Give what a subscriber is told; with another secret it is forged."""
    return {
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": stamp(one.expires),
        "changeType": "updated",
        "resource": f"Users/standin/Events/{one.calendar}",
        "clientState": one.secret if secret is None else secret,
        "tenantId": "standin",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "id": one.calendar},
    }


def lifecycle(one: Subscription, event: str) -> Json:
    """Give a lifecycle notice: reauthorizationRequired, subscriptionRemoved or missed."""
    about = {name: value for name, value in notice(one).items() if name not in ("changeType", "resourceData")}
    return {"value": [{**about, "lifecycleEvent": event}]}


def deliver(told: Json) -> int:
    """Send one notice now, a queued one or a forged one; gives the status that came back."""
    return posted(told["address"], json.dumps(told["body"]).encode())[0]


def posted(address: str, body: bytes) -> tuple[int, str, str]:
    """Post to a place on this machine; gives status, type and text."""
    parts = urlsplit(address)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    head = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    kind = "application/json" if body else "text/plain"
    head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}", "", ""]
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as line:
            line.sendall("\r\n".join(head).encode() + body)
            answer = b""
            while chunk := line.recv(65536):
                answer += chunk
    except OSError:
        return 0, "", ""
    headers, _, text = answer.partition(b"\r\n\r\n")
    lines = headers.decode().split("\r\n")
    kinds = [one.partition(":")[2].strip() for one in lines if one.lower().startswith("content-type:")]
    return int(lines[0].split()[1]), kinds[0] if kinds else "", text.decode()
