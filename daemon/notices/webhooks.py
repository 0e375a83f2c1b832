"""Webhooks: what happens, as the log has it, told to addresses as signed JSON.

Each follows the log with a cursor of its own, moved in the transaction that plans what is to go out: nothing
is left out and nothing planned twice, whatever dies in between.
"""

import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from config.configuration import Configuration
from config.outlets import EVENTS, WebhookSettings
from config.secrets import SecretPlaces, resolve_secret
from connectors.web.answer import CallFailedError
from connectors.web.http import Http
from daemon.app.session_views import view_of
from daemon.booking.dispatch_plan import plan
from daemon.runtime.secrecy import SECRETS
from engine.errors import InputError, SourceUnavailableError, WriteRefusedError
from engine.ids import SessionId
from engine.model.booking import AuditEntry
from engine.model.notices import Cursor, Dispatch
from engine.notices.session_notices import TOLD
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.instant import format_instant
from engine.time.span import Instant

AT_A_TIME = 200
HOOK = "webhook/"
"""Begins the outlet and the cursor of a webhook."""
SIGNATURE = "Gatherly-Signature"
_SESSION = "session"
_LARGEST_ANSWER = 64 * 1024
_NOT_NOW = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class HookParcel:
    """One event for one webhook: the same bytes in every try that finds the session as it is."""

    body: bytes = field(repr=False)


Hook = Callable[[HookParcel], None]


class HookPlanner:
    """Plans what webhooks are to be told, from where each has come."""

    def __init__(self, store: Store, clock: Clock, wanted: Mapping[str, WebhookSettings]) -> None:
        self._store = store
        self._clock = clock
        self._wanted = wanted

    def run(self) -> int:
        """Plan what has come since; gives how much. A webhook that is new begins at the present."""
        return sum(self._follow(name, one) for name, one in self._wanted.items())

    def _follow(self, name: str, hook: WebhookSettings) -> int:
        with self._store.reading() as tx:
            cursor, end = tx.repositories.cursors.get(HOOK + name), tx.audit.end()
        if cursor is not None and cursor.position >= end:
            return 0
        with self._store.writing() as tx:
            cursor = tx.repositories.cursors.get(HOOK + name)
            if cursor is None:
                tx.repositories.cursors.put(Cursor(name=HOOK + name, position=tx.audit.end()))
                return 0
            lines = tx.audit.after(cursor.position, AT_A_TIME)
            events = hook.events or EVENTS
            chosen = [position for position, entry in lines if entry.action in events]
            now = self._clock.now()
            for position in chosen:
                plan(tx, None, HOOK + name, str(position), now, now)
            if lines:
                last = lines[-1][0]
                tx.repositories.cursors.put(Cursor(name=cursor.name, position=last, version=cursor.version))
        return len(chosen)


def hooks_of(configuration: Configuration, clock: Clock) -> Mapping[str, Hook]:
    """Make every webhook that is set up."""
    places = SecretPlaces.of(configuration.file, os.environ)
    return {
        HOOK + name: partial(post, name, one, places, clock)
        for name, one in configuration.settings.webhooks.items()
    }


def parcel_of(tx: Transaction, one: Dispatch) -> HookParcel | str:
    """Write what a webhook is told of a line of the log; a text where the line is gone."""
    position = int(one.subject)
    found = tx.audit.after(position - 1, 1)
    if not found or found[0][0] != position:
        return "its line of the log is gone"
    return HookParcel(body=json.dumps(_document(tx, position, found[0][1]), ensure_ascii=False).encode())


def _document(tx: Transaction, position: int, entry: AuditEntry) -> dict[str, Any]:
    told = {"id": str(position), "event": entry.action, "at": format_instant(entry.at)}
    if entry.object_type == TOLD:
        about = entry.details.get("session")
        session = None if about is None else tx.sessions.get(SessionId(str(about)))
        named = {"notification": entry.object_id, "kind": entry.details.get("kind"), "user": entry.user_id}
        return {**told, **named, _SESSION: None if session is None else view_of(tx, session)}
    if entry.object_type != _SESSION:
        return {**told, "connector": entry.object_id, "state": entry.details.get("state")}
    session = tx.sessions.get(SessionId(entry.object_id))
    return {**told, _SESSION: None if session is None else view_of(tx, session)}


def post(name: str, hook: WebhookSettings, places: SecretPlaces, clock: Clock, parcel: HookParcel) -> None:
    """Send one event, signed; a 2xx is a yes, a 4xx a definite no."""
    now = clock.now()
    signed = signature(_secret(name, hook, places), now, parcel)
    headers = {"Content-Type": "application/json", SIGNATURE: signed}
    http = Http(
        clock,
        allow_private=hook.allow_private_network,
        to_allow_private=f"set allow_private_network = true under [webhooks.{name}]",
    )
    try:
        answer = http.request("POST", hook.url, headers=headers, body=parcel.body, limit=_LARGEST_ANSWER)
    except CallFailedError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error
    finally:
        http.close()
    if 200 <= answer.status < 300:
        return
    what = f"webhooks.{name} answered {answer.status}"
    if 400 <= answer.status < 500 and answer.status not in _NOT_NOW:
        raise WriteRefusedError(what, "Look at what it wants")
    raise SourceUnavailableError(what, "It is tried again", retry_after=answer.retry_after)


def signature(secret: str, at: Instant, parcel: HookParcel) -> str:
    """Sign `timestamp.body` by HMAC-SHA256."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + parcel.body, sha256).hexdigest()
    return f"t={at},v1={signed}"


def _secret(name: str, hook: WebhookSettings, places: SecretPlaces) -> str:
    try:
        found = resolve_secret(hook, "secret", places) or ""
    except InputError as error:
        raise SourceUnavailableError(f"webhooks.{name}: {error.what}", error.remedy) from error
    SECRETS.add(found)
    return found
