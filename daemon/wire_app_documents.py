"""Wiring where users, sessions and messages live: in SQL, or in Firestore beside a working copy."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from config.configuration import Configuration
from daemon.sync import configured_users
from engine.errors import StoreError
from engine.ports.world import Clock, Randomness
from store.open import open_live
from store.sql.store import SqlStore

if TYPE_CHECKING:
    from daemon.app.sessions import SessionDesk
    from daemon.app_documents.sync import DocumentSync
    from store.firestore.store import FirestoreStore

EMULATOR = "FIRESTORE_EMULATOR_HOST"
"""Where Google's own programs, too, look for its emulator."""

AnyStore: TypeAlias = "SqlStore | FirestoreStore"


def lived(configuration: Configuration, sql: SqlStore, clock: Clock) -> AnyStore:
    """Give the store with users, sessions and messages where the configuration wants them to live."""
    settings = configuration.settings
    if not configured_users.is_shared(settings):
        return sql
    from daemon.sync.providers import providers_of
    from store.firestore.options import FirestoreOptions

    options = FirestoreOptions(
        project=settings.firestore.project or os.environ.get("GOOGLE_CLOUD_PROJECT"),
        database=settings.firestore.database,
        credentials_file=settings.firestore.credentials_file,
        emulator=os.environ.get(EMULATOR),
    )
    providers = providers_of(settings.connectors)
    return open_live(sql, options, lambda calendar: providers.get(calendar.connector), clock.now)


def flush(live: "DocumentSync | None") -> None:
    """Have apps see what a command has changed, whether or not the daemon is running."""
    if live is None:
        return
    try:
        live.flush()
    except StoreError as error:
        print(f"Apps will see this later: {error}", file=sys.stderr)


def document_sync(
    configuration: Configuration,
    store: AnyStore,
    clock: Clock,
    randomness: Randomness,
    make_desk: "Callable[[], SessionDesk]",
) -> "DocumentSync | None":
    """Wire what keeps the store in step with the documents that apps see; None where there are none."""
    if isinstance(store, SqlStore):
        return None
    from daemon.app_documents.sync import DocumentSync
    from daemon.app_documents.take_document import TakeDocument
    from daemon.app_documents.take_in import DocumentIntake
    from daemon.app_documents.write_out import DocumentWriteOut
    from engine.app_documents.inviting import Domains, Whom

    desk, told = make_desk(), configuration.settings.firestore.inviting
    take = TakeDocument(
        store=store,
        custody=store.custody,
        clock=clock,
        randomness=randomness,
        targets=desk.targets,
        confirm=desk.confirm,
        expire_after=desk.expire_after,
        vet=desk.offers.vet if desk.offers else None,
        configured=lambda user: configured_users.as_configured(user, configuration.settings, clock.now()),
        conversation=desk.conversation,
        inviting=Whom(told) if isinstance(told, str) else Domains(frozenset(told)),
    )
    return DocumentSync(
        store,
        clock,
        DocumentIntake(store, clock, take),
        DocumentWriteOut(store, clock, take.take),
        store.listen,
    )
