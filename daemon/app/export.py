"""Everything that is a person's."""

from daemon.app.principal import Principal
from daemon.store_access import StoreAccess
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.operations.custody import Archive
from engine.ports.store import Store
from engine.sessions.session_options import somebody


def export_person(access: StoreAccess, principal: Principal, user: str) -> Archive:
    """Give a person's archive; the log keeps to whom it was given out.

    Raises:
        UnknownThingError: nobody, or several people, are called so.
    """
    who = who_is(access.store, user)
    with access.store.writing() as tx:
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


def who_is(store: Store, user: str) -> UserId:
    """Find whom a name, an address or an id means.

    Raises:
        UnknownThingError: nobody, or several people.
    """
    with store.reading() as tx:
        return somebody(user, {one.id: one for one in tx.users.all()})
