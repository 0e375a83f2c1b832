"""A store with a row of everything in it."""

from dataclasses import replace

from engine.model.app_document import user_place
from engine.ports.store import Store
from store.sql.store import SqlStore
from tests.contracts.stores.documents import FIRST_WORDS
from tests.contracts.stores.repository import REPOSITORIES, furnish
from tests.contracts.stores.samples import (
    ALICE,
    NOON,
    account,
    booking,
    effect,
    hold,
    line,
    mail,
    plan,
    session,
)


def fill(store: Store) -> None:
    """Put a row into every table that a person's life touches."""
    assert isinstance(store, SqlStore)
    with store.writing() as work:
        furnish(work)
        for open_repository, entity, _ in REPOSITORIES.values():
            open_repository(work).put(entity)
        work.sessions.put(session())
        work.calendars.apply(replace(plan("one.ics", based_on=1)))
        work.ledger.hold([hold()])
        work.audit.add(line())
        work.calendars.put_account(account())
        work.messages.add(replace(FIRST_WORDS, session_id=session().id))
        work.wakes.add([session().id], NOON)
        work.ledger.open(booking())
        work.ledger.plan([effect()])
        work.outbox.add([mail()])
        work.documents.mark([user_place(ALICE)])
