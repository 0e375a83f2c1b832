"""An empty store that several daemons open at once is one store: all of them go by one id."""

from contextlib import closing

import pytest
import sqlalchemy as sa

from store.keys import Keyring
from store.sql.database.opening import open_sql
from store.sql.database.postgres import PostgresDatabase
from store.sql.store import SqlStore
from store.sql.tables.records import about
from store.vault import KeyVault
from tests.store.servers import KEY

pytestmark = pytest.mark.server


def test_whoever_is_second_to_open_an_empty_store_takes_the_first_ones_id(postgres: str) -> None:
    quicker: list[SqlStore] = []

    def opened(name: str) -> SqlStore:
        def new_id() -> str:
            if name == "slower":  # between its look and its row another one opens the store
                quicker.append(opened("quicker"))
            return name

        database = PostgresDatabase(sa.make_url(postgres))
        return open_sql(database, KeyVault(Keyring(KEY)), new_id, may_upgrade=True)

    with closing(PostgresDatabase(sa.make_url(postgres))) as database, database.writing() as connection:
        connection.execute(sa.delete(about).where(about.c.key == "install"))
    with closing(opened("slower")) as slower:
        assert [one.install for one in quicker] == [slower.install] == ["quicker"]
        quicker[0].close()
