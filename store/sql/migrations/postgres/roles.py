"""The roles: one that the daemon acts in, one that sees a single user's rows; neither owns a table."""

from alembic import op

DAEMON, APP = "gatherly_daemon", "gatherly_app"
_MAY_ACT = "CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END"
"""Since PostgreSQL 16 whoever makes a role may hand it on, and is its member, without being let act in it."""


def create() -> None:
    """Make the roles where the server lacks them, let this login act in them, and give them their rights."""
    for role in (DAEMON, APP):
        op.execute(
            f"""DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                    CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
                END IF;
            END $$"""
        )
        op.execute(
            f"""DO $$ BEGIN
                IF NOT pg_has_role(CURRENT_USER, '{role}', {_MAY_ACT}) THEN
                    GRANT {role} TO CURRENT_USER;
                END IF;
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE insufficient_privilege USING MESSAGE = format(
                    'another login made the role {role}: as that login or a superuser, GRANT {role} TO %I',
                    CURRENT_USER
                );
            END $$"""
        )
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {DAEMON}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {DAEMON}")
    op.execute(f"REVOKE UPDATE, TRUNCATE ON audit_logs FROM {DAEMON}")
    op.execute(
        f"""ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {DAEMON}"""
    )
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {DAEMON}")
