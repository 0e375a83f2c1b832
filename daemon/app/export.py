"""Everything that is a person's."""

from daemon.app.principal import Principal
from daemon.store_access import StoreAccess
from engine.model.booking import AuditEntry
from engine.operations.custody import Archive
from engine.sessions.session_options import somebody


def export_person(access: StoreAccess, principal: Principal, user: str) -> Archive:
    """Give a person's archive; the log keeps to whom it was given out.

    Raises:
        UnknownThingError: nobody, or several people, are called so.
    """
    principal.must_be_operator("hand out somebody's data")
    with access.store.writing() as tx:
        who = somebody(user, {one.id: one for one in tx.users.all()})
        tx.audit.add(
            AuditEntry(
                at=access.clock.now(),
                actor=principal.actor,
                action="export",
                object_type="user",
                object_id=who,
                user_id=who,
            )
        )
    return access.custody.export(who)
