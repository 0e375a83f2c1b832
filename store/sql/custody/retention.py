"""Removing what has been kept long enough."""

import sqlalchemy as sa

from engine.model.booking import OutboxState
from engine.operations.custody import NOBODY, Cutoffs, Pruned
from engine.time.span import Instant
from store.sql.tables.history import scheduling_events
from store.sql.tables.ledger import hold, outbox
from store.sql.tables.notices import dispatches, links
from store.sql.tables.operations import sync_jobs
from store.sql.tables.records import audit_anchor, audit_logs
from store.sql.tables.resources import conflicts
from store.sql.tables.sessions import event_sessions


def prune(connection: sa.Connection, before: Cutoffs, now: Instant) -> Pruned:
    """Remove and anonymise in one transaction; gives how much."""
    told = (outbox.c.state != OutboxState.PENDING, outbox.c.created_at <= before.told)
    _delete(
        connection,
        dispatches,
        dispatches.c.state != OutboxState.PENDING,
        dispatches.c.created_at <= before.told,
    )
    _delete(connection, links, links.c.expires_at <= before.told)
    freed = (~hold.c.active, hold.c.end <= before.told)
    return Pruned(
        sessions=_delete(connection, event_sessions, event_sessions.c.over_at <= before.sessions),
        conflicts=_delete(connection, conflicts, conflicts.c.ends_at <= before.conflicts),
        anonymised=_anonymise(connection, before.analytics, now),
        told=_delete(connection, outbox, *told),
        holds=_delete(connection, hold, *freed),
        reads=_delete(connection, sync_jobs, sync_jobs.c.created_at <= before.reads),
        audit=_shorten_log(connection, before.audit, now),
    )


def _delete(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(table).where(*where)).rowcount


def _anonymise(connection: sa.Connection, cutoff: Instant, now: Instant) -> int:
    """Make old scheduling events nobody's: they tell when and how, no longer whose."""
    table = scheduling_events.c
    old = sa.update(scheduling_events).where(table.created_at <= cutoff, table.anonymised_at.is_(None))
    nobodys = {"host_user_id": NOBODY, "session_id": NOBODY, "shown": [], "anonymised_at": now}
    return connection.execute(old.values(**nobodys, version=table.version + 1)).rowcount


def _shorten_log(connection: sa.Connection, cutoff: Instant, now: Instant) -> int:
    """Take the log's oldest lines away, and keep the hash of the last of them for the chain to go on from."""
    table = audit_logs.c
    first_kept = sa.select(sa.func.min(table.id)).where(table.created_at > cutoff).scalar_subquery()
    last = sa.select(table.id, table.hash).where(
        table.id
        == sa.select(sa.func.max(table.id))
        .where(sa.or_(first_kept.is_(None), table.id < first_kept))
        .scalar_subquery()
    )
    found = connection.execute(last).first()
    if found is None:
        return 0
    anchor = {"position": found.id, "hash": found.hash, "pruned_at": now}
    if connection.execute(sa.update(audit_anchor).values(anchor)).rowcount == 0:
        connection.execute(sa.insert(audit_anchor).values(id=1, **anchor))
    return _delete(connection, audit_logs, table.id <= found.id)
