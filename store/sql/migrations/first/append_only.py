"""The audit log may only grow: nobody changes a line, and only what lies before the anchor is pruned."""

from alembic import op

_SQLITE = (
    """CREATE TRIGGER audit_logs_unchanged BEFORE UPDATE ON audit_logs
    BEGIN SELECT RAISE(ABORT, 'the audit log may only grow'); END""",
    """CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs
    WHEN OLD.id > coalesce((SELECT position FROM audit_anchor), 0)
    BEGIN SELECT RAISE(ABORT, 'the audit log may only grow'); END""",
    """CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor
    WHEN NEW.position < OLD.position
    BEGIN SELECT RAISE(ABORT, 'the anchor of the audit log only advances'); END""",
    """CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON audit_anchor
    BEGIN SELECT RAISE(ABORT, 'the anchor of the audit log only advances'); END""",
)

_POSTGRESQL = (
    """CREATE FUNCTION audit_logs_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log may only grow'; END $$""",
    """CREATE FUNCTION audit_logs_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.id > coalesce((SELECT position FROM audit_anchor), 0) THEN
            RAISE EXCEPTION 'the audit log may only grow';
        END IF;
        RETURN OLD;
    END $$""",
    """CREATE FUNCTION audit_anchor_advances() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.position < OLD.position THEN
            RAISE EXCEPTION 'the anchor of the audit log only advances';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_logs_unchanged BEFORE UPDATE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION audit_logs_unchanged()""",
    """CREATE TRIGGER audit_logs_untruncated BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_logs_unchanged()""",
    """CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION audit_logs_kept()""",
    """CREATE TRIGGER audit_anchor_advances BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_anchor_advances()""",
)


def protect() -> None:
    """Set the triggers of the database at hand."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
