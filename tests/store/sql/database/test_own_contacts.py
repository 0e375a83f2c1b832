"""On PostgreSQL the database itself shows whom somebody knows to nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.ids import UserId
from engine.ports.store import Store, Transaction
from store.sql.store import SqlStore
from tests.contracts.stores.repository import REPOSITORIES, furnish
from tests.contracts.stores.sample_rows import ANA
from tests.contracts.stores.samples import ALICE, BOB, user

OWN: dict[str, Callable[[Transaction, UserId], Sequence[Any]]] = {
    "contacts": lambda tx, who: tx.repositories.contacts.of_user(who),
    "contact_addresses": lambda tx, who: tx.repositories.known_addresses.of_user(who),
    "interactions": lambda tx, who: tx.repositories.interactions.of_user(who),
    "interests": lambda tx, who: tx.repositories.interests.of_user(who),
    "relationships": lambda tx, who: tx.repositories.relationships.of_user(who),
    "ai_memories": lambda tx, who: tx.repositories.memories.of_user(who),
    "embeddings": lambda tx, who: tx.repositories.embeddings.of_user(who),
}
DERIVED = ("meeting_sources", "encounters")
OF_REPOSITORY = {"contact_addresses": "known_addresses", "ai_memories": "memories"}


@pytest.fixture
def known(postgres: str, postgres_opened: Store) -> SqlStore:
    """Alice and Bob each know somebody, and everything is known of them."""
    assert isinstance(postgres_opened, SqlStore)
    with postgres_opened.writing() as work:
        furnish(work)
        work.users.put(user("bob"))
        for name in (*OWN, *DERIVED):
            open_repository, entity, _ = REPOSITORIES[OF_REPOSITORY.get(name, name)]
            open_repository(work).put(entity)
        work.repositories.contacts.put(replace(ANA, id="of-bob", user_id=BOB, merged_into=None))
    return postgres_opened


def test_everybody_sees_their_own_and_nobody_elses(known: SqlStore) -> None:
    for who, sees in ((ALICE, dict.fromkeys(OWN, True)), (BOB, {"contacts": False}), (UserId("cara"), {})):
        with known.reading_as(who) as look:
            mine = {name: bool(read(look, who)) for name, read in OWN.items()}
            hers = {name: bool(read(look, ALICE)) for name, read in OWN.items()}
        assert hers == {name: bool(sees.get(name)) for name in OWN}, who
        assert mine == {name: who == ALICE or (who == BOB and name == "contacts") for name in OWN}, who


def test_no_statement_goes_round_it(known: SqlStore, postgres: str) -> None:
    """Counted, joined, changed and removed by the app's role: only what is one's own."""
    engine = sa.create_engine(postgres)
    with engine.connect() as connection:
        connection.execute(sa.text("GRANT ALL ON ALL TABLES IN SCHEMA public TO gatherly_app"))
        connection.execute(sa.text("SET LOCAL ROLE gatherly_app"))
        connection.execute(sa.text("SELECT set_config('gatherly.user', 'bob', true)"))
        counted = {
            table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 # ours
            for table in (*OWN, *DERIVED)
        }
        assert counted == {**dict.fromkeys((*OWN, *DERIVED), 0), "contacts": 1}
        for table in (*OWN, *DERIVED):
            changed = connection.execute(sa.text(f"UPDATE {table} SET version = 9 WHERE user_id = 'alice'"))  # noqa: S608
            assert changed.rowcount == 0, table
            gone = connection.execute(sa.text(f"DELETE FROM {table} WHERE user_id = 'alice'"))  # noqa: S608
            assert gone.rowcount == 0, table
        joined = sa.text("SELECT count(*) FROM interactions JOIN contacts ON contact_id = contacts.id")
        assert connection.execute(joined).scalar() == 0
    engine.dispose()
