"""Who read whose time: written down, as F4 asks (`view`, with actor, address, route and user agent)."""

from collections.abc import Mapping
from typing import Any

from daemon.app.principal import Principal
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.ports.store import Store
from engine.time.instant import format_instant
from engine.time.span import Instant, Span


def note_view(
    store: Store, now: Instant, principal: Principal, user: UserId, window: Span, origin: Mapping[str, Any]
) -> None:
    """Note that somebody's availability in a window was read by another; one's own is nobody's concern.

    `origin` is from where it was asked: over HTTP address, route and user agent, by command its name.
    """
    if principal.user == user:
        return
    entry = AuditEntry(
        at=now,
        actor=principal.actor,
        action="view",
        object_type="availability",
        object_id=user,
        details={"from": format_instant(window.start), "to": format_instant(window.end), **origin},
        user_id=principal.user,
    )
    with store.writing() as tx:
        tx.audit.add(entry)
