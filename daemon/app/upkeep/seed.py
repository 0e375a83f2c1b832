"""Filling an empty store, or an empty Firestore, with people, sessions and messages to be tried."""

from collections.abc import Collection, Iterator

from daemon.app.principal import Principal
from engine.errors import InputError
from engine.ids import UserId
from engine.model.app_document import Collection as Documents
from engine.model.app_document import Place
from engine.model.booking import AuditEntry
from engine.ports.app_documents import Apps
from engine.ports.store import Store, Transaction
from engine.sessions.seed import Seed, seed
from engine.time.span import Instant

SEEDED = "store.seeded"


def fill(
    principal: Principal, store: Store, apps: Apps | None, configured: Collection[UserId], now: Instant
) -> Seed:
    """Put everything in, in one transaction; what apps see is written by whoever opened the store.

    `configured` are the configuration's users, who are in every store and stay.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        InputError: the store holds anything else than these, or Firestore does.
    """
    principal.must_be_operator("fill a store")
    _refuse(list(_outside(apps, configured)), "Firestore")
    with store.writing() as tx:
        _refuse(list(_inside(tx, configured)), "The store")
        seeded = seed(now, tx.users.all())
        known = {user.id for user in tx.users.all()}
        for user in seeded.users:
            if user.id not in known:
                tx.users.put(user)
        for session in seeded.sessions:
            tx.sessions.put(session)
        for message in seeded.messages:
            tx.messages.add(message)
        for past in seeded.past:
            tx.repositories.analytics.put(past)
        tx.audit.add(
            AuditEntry(
                at=now, actor=principal.actor, action=SEEDED, object_type="store", object_id=store.install
            )
        )
    return seeded


def _refuse(found: list[str], where: str) -> None:
    if found:
        shown = ", ".join(found)
        raise InputError(
            f"{where} holds {shown} already; nothing was changed",
            "Only what is empty is filled: name another",
        )


def _inside(tx: Transaction, configured: Collection[UserId]) -> Iterator[str]:
    counts = {
        "session": sum(tx.sessions.counts().values()),
        "user": sum(user.id not in configured for user in tx.users.all()),
        "calendar": len(tx.calendars.accounts()),
    }
    yield from (f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items() if count)


def _outside(apps: Apps | None, configured: Collection[UserId]) -> Iterator[str]:
    """Name the documents that are there and are no configured user's."""
    if apps is None:
        return
    apps.poll()
    ours = {Place(Documents.USERS, user) for user in configured}
    count = sum(place not in ours for place in apps.news())
    if count:
        yield f"{count} {'document' if count == 1 else 'documents'}"
