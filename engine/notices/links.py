"""The tokens of links, and which links are alive.

A token is base64url of a version, 128 bits that name the link's row, its expiry and an HMAC-SHA256 over
these under a key of this installation's own. The row says for whom it is and what it may.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import NamedTuple

from engine.model.notices import Link, LinkVerb
from engine.model.session import EventSession, SessionStatus
from engine.time.span import Instant

Identifier = Callable[[str], bytes]
"""`Vault.identifier`: HMAC-SHA256 of a text under the installation's key."""

VERSION = 1
ID_BYTES = 16
_EXPIRY_BYTES = 8
_MAC_BYTES = 32
_HEAD = 1 + ID_BYTES + _EXPIRY_BYTES
_LENGTH = -(-4 * (_HEAD + _MAC_BYTES) // 3)
LINKS, INVITATIONS = "link token", "invitation token"
"""What a token is for: it is signed for that alone."""
NOBODYS = "0" * (2 * ID_BYTES)
"""An id that no link has: asked for where a token is wrong, so that every answer takes the same questions."""
REPEATABLE = frozenset({LinkVerb.QUIET, LinkVerb.FEED})
"""What may be done by a link again and again."""


class Named(NamedTuple):
    """Which row a token names, and until when it is good."""

    id: str
    expires_at: Instant


def link_id(identifier: Identifier, *about: str) -> str:
    """Give the id of a link: the same for the same notice and purpose, however often it is told."""
    return identifier("|".join(("link", *about)))[:ID_BYTES].hex()


def token_of(identifier: Identifier, link: Link) -> str:
    """Write the token that leads to a link."""
    return signed(identifier, Named(link.id, link.expires_at))


def signed(identifier: Identifier, name: Named, purpose: str = LINKS) -> str:
    """Write the token that names a row; one for another purpose is none."""
    head = bytes([VERSION]) + bytes.fromhex(name.id) + name.expires_at.to_bytes(_EXPIRY_BYTES, "big")
    return base64.urlsafe_b64encode(head + _mac(identifier, head, purpose)).decode().rstrip("=")


def named(identifier: Identifier, token: str, purpose: str = LINKS) -> Named | None:
    """Read a token; None where it is none of ours. It takes as long whichever byte is wrong."""
    raw = _decoded(token)
    head, mac = raw[:_HEAD], raw[_HEAD:]
    right = hmac.compare_digest(_mac(identifier, head, purpose), mac)
    if not right or len(raw) != _HEAD + _MAC_BYTES or head[0] != VERSION:
        return None
    return Named(head[1 : 1 + ID_BYTES].hex(), int.from_bytes(head[1 + ID_BYTES :], "big"))


def _decoded(token: str) -> bytes:
    """Decode a token that is written just as we write it; anything else is as many zeroes."""
    nothing = bytes(_HEAD + _MAC_BYTES)
    if len(token) != _LENGTH or not token.isascii():
        return nothing
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return nothing
    return raw if base64.urlsafe_b64encode(raw).decode().rstrip("=") == token else nothing


def _mac(identifier: Identifier, head: bytes, purpose: str) -> bytes:
    return identifier(f"{purpose} {head.hex()}")


def epoch_of(session: EventSession, epoch: int) -> str:
    """Name a session's epoch as links are bound to it: its round of proposals, and its booking's epoch."""
    return f"{session.record.round}.{epoch}"


def is_alive(
    link: Link | None, signed: Named | None, session: EventSession | None, epoch: str, now: Instant
) -> bool:
    """Tell whether a link may be shown and acted by; `epoch` is the session's as it is now."""
    if link is None or signed is None or signed.expires_at != link.expires_at or now >= link.expires_at:
        return False
    if link.used_at is not None and not REPEATABLE.issuperset(link.verbs):
        return False
    if link.session_id is None:
        return True
    return session is not None and link.epoch == epoch and _is_open(link, session, now)


def _is_open(link: Link, session: EventSession, now: Instant) -> bool:
    """Tell whether a session is where the link's verbs mean something."""
    if LinkVerb.RELAX in link.verbs:
        return session.status is SessionStatus.FAILED
    if session.status is SessionStatus.PENDING:
        return LinkVerb.TAKE in link.verbs and session.final_time is None and now < session.expires_at
    begins = session.final_time.start if session.final_time is not None else now
    return session.status is SessionStatus.SCHEDULED and LinkVerb.TAKE not in link.verbs and now < begins
