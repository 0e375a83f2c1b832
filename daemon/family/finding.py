"""Conflicts found by the change that makes them: one row each, which ends by itself when it is gone."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from daemon.family.agendas import Changed, agenda_of, changed, take_turns
from daemon.knowledge import KnowledgePolicy
from daemon.resource_uses import uses
from engine.family.agenda import Agenda, Source
from engine.family.collisions import Collision, Kind, collisions
from engine.family.describing import describe
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.model.reservation import Conflict, ConflictStatus, ResolutionMethod
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant, Span

_NAMES = uuid.UUID("5b1a1a52-0d2f-4c53-9a0c-6a4c9bd2a6d1")


def conflict_id(collision: Collision) -> str:
    """Give the id of a collision's row: the same however often it is seen."""
    return uuid.uuid5(_NAMES, "\0".join(collision.key)).hex


def look(
    tx: Transaction, policy: KnowledgePolicy, names: Collection[str], by: str, now: Instant
) -> list[Conflict]:
    """Look at what some changed events collide with now; gives the conflicts that were found anew.

    `by` is the change that is looked at, for the log. Whoever changes something else of the same people at
    this moment has looked before, or looks after us: of two changes the later one sees both.
    """
    own = changed(tx, names)
    take_turns(tx, own.people, own.resources)
    return _look(tx, policy, names, own, by, now)


def look_at_users_of(
    tx: Transaction, policy: KnowledgePolicy, resource: str, window: Span, by: str, now: Instant
) -> list[Conflict]:
    """Look at every event that uses a resource in a window: it, its rules or its other uses have changed."""
    take_turns(tx, (), (resource,))
    names = sorted({one.id for one in uses(tx, resource, window) if one.source is Source.EVENT})
    return _look(tx, policy, names, changed(tx, names), by, now) if names else []


def _look(
    tx: Transaction, policy: KnowledgePolicy, names: Iterable[str], own: Changed, by: str, now: Instant
) -> list[Conflict]:
    """Look at events, at what they collided with, and at what else uses the same thing at their time.

    Where one more comes to those who use a thing, it is another crowd that collides than before.
    """
    known: dict[str, Conflict] = {}
    concerned, more, these = set[str](), {*names, *own.names}, own
    while more:
        known |= {one.id: one for one in tx.repositories.conflicts.involving(more)}
        more.update(name for one in known.values() for name in one.involved_events)
        these = these.beside(changed(tx, sorted(more - concerned - these.names)))
        crowd_seen = bool(concerned)
        concerned |= more
        agenda, reach = agenda_of(tx, policy, these, now)
        found = {conflict_id(one): one for one in collisions(concerned, agenda, now)}
        crowds = {name for one in found.values() if one.kind is Kind.CAPACITY for name in one.ids}
        more = set() if crowd_seen else crowds - concerned
    for one in known.values():
        if one.id not in found and one.ends_at <= max(reach.end, now) + DAY:
            end(tx, one, by, now)
    over = {one.id: one for one in tx.repositories.conflicts.some(found.keys() - known.keys())}
    return [
        fresh
        for name, collision in found.items()
        if (fresh := _seen(tx, (known | over).get(name), collision, agenda, by, now)) is not None
    ]


def look_at_people(
    tx: Transaction,
    policy: KnowledgePolicy,
    users: Iterable[UserId],
    window: Span,
    by: str,
    now: Instant,
) -> list[Conflict]:
    """Look at every event of some people in a window: their rules or calendars have changed."""
    users = list(users)
    take_turns(tx, users)
    events = {
        one.recurrence_parent_id if one.recurrence_rule is None and "/" in one.id else one.id
        for user in users
        for one in tx.repositories.events.candidates_with(user, window)
    }
    names = sorted(str(name) for name in events if name is not None)
    return _look(tx, policy, names, changed(tx, names), by, now) if names else []


def _seen(
    tx: Transaction, known: Conflict | None, collision: Collision, agenda: Agenda, by: str, now: Instant
) -> Conflict | None:
    """Keep a collision; gives it where it was not known, or had ended."""
    fresh = Conflict(
        id=conflict_id(collision),
        type=collision.type,
        severity=collision.severity,
        detected_at=now,
        description=describe(collision, agenda.people, agenda.resources),
        involved_events=collision.ids,
        involved_resources=collision.resources or None,
        ends_at=collision.until,
        created_at=now,
        updated_at=now,
    )
    if known is None:
        _noted(tx, tx.repositories.conflicts.put(fresh), "conflict.found", by, now)
        return fresh
    after = replace(
        known,
        severity=fresh.severity,
        description=fresh.description,
        ends_at=fresh.ends_at,
        involved_events=fresh.involved_events,
    )
    if known.status is ConflictStatus.RESOLVED:
        after = opened(after, now)
    if after == known:
        return None
    stored = tx.repositories.conflicts.put(replace(after, updated_at=now))
    if known.status is ConflictStatus.RESOLVED:
        _noted(tx, stored, "conflict.found", by, now)
        return stored
    return None


def opened(conflict: Conflict, now: Instant) -> Conflict:
    """Open a row again."""
    return replace(
        conflict,
        status=ConflictStatus.DETECTED,
        detected_at=now,
        resolved_at=None,
        resolution_method=None,
        updated_at=now,
    )


def end(
    tx: Transaction,
    conflict: Conflict,
    by: str,
    now: Instant,
    method: ResolutionMethod = ResolutionMethod.AUTO_CONFIRM,
) -> Conflict:
    """End a conflict: what collided is gone."""
    after = replace(
        conflict,
        status=ConflictStatus.RESOLVED,
        resolved_at=now,
        resolution_method=method,
        updated_at=now,
    )
    stored = tx.repositories.conflicts.put(after)
    _noted(tx, stored, "conflict.ended", by, now)
    return stored


def _noted(tx: Transaction, conflict: Conflict, action: str, by: str, now: Instant) -> None:
    """Write it down with the change that made it; no title, which is somebody's own."""
    details = {
        "type": conflict.type.value,
        "severity": conflict.severity.value,
        "events": list(conflict.involved_events),
        "by": by,
    }
    tx.audit.add(
        AuditEntry(
            at=now,
            actor="gatherly",
            action=action,
            object_type="conflict",
            object_id=conflict.id,
            details=details,
        )
    )
