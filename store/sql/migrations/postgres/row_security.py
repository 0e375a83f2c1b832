"""Row-level security on every table with a user in it, forced on its owner too.

The application's role sees the rows of the user whom `gatherly.user` names in its transaction, and none
without; the daemon's jobs go over everybody's, by a policy of their own.
"""

from alembic import op

from store.sql.migrations.postgres.roles import APP, DAEMON

_ME = "current_setting('gatherly.user', true)"
_MY_SESSION = (
    f"host_user_id = {_ME} OR EXISTS (SELECT FROM session_attendees AS seat"
    f" WHERE seat.session_id = event_sessions.id AND seat.user_id = {_ME})"
)
_MY_EVENT = (
    f"created_by = {_ME} OR EXISTS (SELECT FROM event_participants AS part"
    f" WHERE part.event_id = events.id AND part.user_id = {_ME})"
)

SEEN_BY = {
    "users": f"id = {_ME}",
    "availability": f"user_id = {_ME}",
    "event_sessions": _MY_SESSION,
    "session_attendees": f"user_id = {_ME}",
    "messages": "EXISTS (SELECT FROM event_sessions WHERE event_sessions.id = messages.session_id)",
    "booking": "EXISTS (SELECT FROM event_sessions WHERE event_sessions.id = booking.session)",
    "calendar_accounts": f"user_id = {_ME}",
    "calendars": f"user_id = {_ME}",
    "calendar_objects": f"user_id = {_ME}",
    "busy_spans": f"user_id = {_ME}",
    "effect": f"attendee = {_ME}",
    "hold": f"person = {_ME}",
    "audit_logs": f"user_id = {_ME}",
    "data_keys": f"user_id = {_ME}",
    "events": _MY_EVENT,
    "event_participants": f"user_id = {_ME}",
    "reminders": f"user_id = {_ME}",
    "constraints": f"user_id = {_ME} OR (user_id IS NULL AND {_ME} <> '')",
    "resource_reservations": f"reserved_by = {_ME}",
    "preference_profiles": f"user_id = {_ME}",
    "scheduling_events": f"host_user_id = {_ME}",
    "notifications": f"user_id = {_ME}",
    "sync_jobs": f"user_id = {_ME}",
    "grants": f"user_id = {_ME}",
}
DAEMONS_ALONE = ("wakes", "outbox", "conflicts", "audit_anchor")


def force() -> None:
    """Enable, force, and say who sees what."""
    for table, mine in SEEN_BY.items():
        op.execute(f"GRANT SELECT ON {table} TO {APP}")
        op.execute(f"CREATE POLICY own ON {table} FOR SELECT TO {APP} USING ({mine})")
    for table in (*SEEN_BY, *DAEMONS_ALONE):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY jobs ON {table} TO {DAEMON} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON resources, about TO {APP}")
