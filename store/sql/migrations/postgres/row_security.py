"""Row-level security on every table with a user in it, forced on its owner too.

The application's role sees the rows of the user whom `gatherly.user` names in its transaction, and none
without; the daemon's jobs go over everybody's, by a policy of their own.
"""

from alembic import op

from store.sql.migrations.postgres.roles import APP, DAEMON

ME = "current_setting('gatherly.user', true)"
_MY_SESSION = (
    f"host_user_id = {ME} OR EXISTS (SELECT FROM session_attendees AS seat"
    f" WHERE seat.session_id = event_sessions.id AND seat.user_id = {ME})"
)
_MY_EVENT = (
    f"created_by = {ME} OR EXISTS (SELECT FROM event_participants AS part"
    f" WHERE part.event_id = events.id AND part.user_id = {ME})"
)

SEEN_BY = {
    "users": f"id = {ME}",
    "availability": f"user_id = {ME}",
    "event_sessions": _MY_SESSION,
    "session_attendees": f"user_id = {ME}",
    "messages": "EXISTS (SELECT FROM event_sessions WHERE event_sessions.id = messages.session_id)",
    "booking": "EXISTS (SELECT FROM event_sessions WHERE event_sessions.id = booking.session)",
    "calendar_accounts": f"user_id = {ME}",
    "calendars": f"user_id = {ME}",
    "calendar_objects": f"user_id = {ME}",
    "busy_spans": f"user_id = {ME}",
    "effect": f"attendee = {ME}",
    "hold": f"person = {ME}",
    "audit_logs": f"user_id = {ME}",
    "data_keys": f"user_id = {ME}",
    "events": _MY_EVENT,
    "event_participants": f"user_id = {ME}",
    "reminders": f"user_id = {ME}",
    "constraints": f"user_id = {ME} OR (user_id IS NULL AND {ME} <> '')",
    "resource_reservations": f"reserved_by = {ME}",
    "preference_profiles": f"user_id = {ME}",
    "scheduling_events": f"host_user_id = {ME}",
    "notifications": f"user_id = {ME}",
    "sync_jobs": f"user_id = {ME}",
    "grants": f"user_id = {ME}",
}
DAEMONS_ALONE = ("wakes", "outbox", "conflicts", "audit_anchor")


def force() -> None:
    """Enable, force, and say who sees what."""
    for table, mine in SEEN_BY.items():
        op.execute(f"GRANT SELECT ON {table} TO {APP}")
        op.execute(f"CREATE POLICY own ON {table} FOR SELECT TO {APP} USING ({mine})")
    guard(*SEEN_BY, *DAEMONS_ALONE)
    op.execute(f"GRANT SELECT ON resources, about TO {APP}")


def guard(*tables: str) -> None:
    """Have PostgreSQL show tables by their policies alone, to their owner too; the daemon sees every row."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY jobs ON {table} TO {DAEMON} USING (true) WITH CHECK (true)")
