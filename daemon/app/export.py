"""Handing out everything that is kept of a user; the log keeps to whom."""

from daemon.app.principal import Principal
from engine.model.booking import AuditEntry
from engine.ports.custody import Archive, Custody
from engine.ports.store import Store
from engine.sessions.session_options import user_named
from engine.time.span import Instant


def export_user(principal: Principal, store: Store, custody: Custody, now: Instant, user: str) -> Archive:
    """Give a person's archive; the log keeps to whom it was given out.

    Raises:
        UnknownThingError: nobody, or several people, are called so.
    """
    principal.must_be_operator("hand out somebody's data")
    with store.writing() as tx:
        who = user_named(user, {one.id: one for one in tx.users.all()})
        tx.audit.add(
            AuditEntry(
                at=now,
                actor=principal.actor,
                action="export",
                object_type="user",
                object_id=who,
                user_id=who,
            )
        )
    return custody.export(who)
