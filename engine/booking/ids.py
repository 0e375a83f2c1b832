"""Ids of events, made before the write and the same at every try (docs/ledger.md section 4).

The seed is HMAC-SHA256 under the installation's key for ids, so nobody else can guess or collide with one.
"""

import base64
import re
from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias

from engine.ids import CalendarKey, EventId, InstallId, SessionId, UserId
from engine.model.capabilities import IdForm

Identifier: TypeAlias = Callable[[str], bytes]
"""`Vault.identifier`."""

_GOOGLE_PREFIX = "ga"
_GOOGLE_ID = re.compile(r"ga[0-9a-v]{32}\Z")
_GOOGLE_BYTES = 20
"""Encoded in base32hex: 32 characters of 0-9 and a-v."""


def event_id(
    form: IdForm,
    identifier: Identifier,
    install: InstallId,
    *,
    session: SessionId,
    person: UserId,
    calendar: CalendarKey,
    epoch: int,
) -> EventId:
    """Give the id under which one attendee's copy of one epoch is written."""
    seed = identifier(_text(session, person, str(calendar), epoch))
    if form is IdForm.GOOGLE:
        letters = base64.b32hexencode(seed[:_GOOGLE_BYTES]).decode().rstrip("=").lower()
        return EventId(f"{_GOOGLE_PREFIX}{letters}")
    if form is IdForm.MESSAGE:
        return EventId(f"{seed.hex()[:40]}@{install}")
    return EventId(f"{seed.hex()}@{install}")


def could_be_ours(name: str, install: InstallId) -> bool:
    """Tell whether a name has the shape of an id made here: most names need not be looked up at all."""
    return name.endswith(f"@{install}") or _GOOGLE_ID.match(name) is not None


def outbox_id(*parts: object) -> str:
    """Give the id, and the dedupe key, of something to be told once."""
    kind, *rest = (str(part) for part in parts)
    return f"{kind}-{sha256(_text(*rest).encode()).hexdigest()}"


def _text(*parts: object) -> str:
    """Join so that no two different lists give one text."""
    return "|".join(("v1", *(str(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts)))
