"""The store on PostgreSQL: against the contract, and what is the server's own."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from engine.errors import StaleVersionError, StoreError, StoreUnavailableError
from engine.ports.store import Store
from store.open import holds_secrets, open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.store import StoreContract
from tests.contracts.stores.samples import (
    ALICE,
    BOB,
    hold,
    line,
    plan,
    session,
    user,
)
from tests.store.servers import administrator, postgres_url
from tests.store.sql.database.cutting import CuttingProxy
from tests.store.sql.filled import fill

if TYPE_CHECKING:
    import psycopg

OPEN = {"about", "alembic_version", "resources"}
"""What is nobody's, and open to read."""
TABLES = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


@pytest.fixture
def store(postgres: str, postgres_opened: Store) -> Store:
    """One connection pool for all of them, in a database that is emptied after each."""
    return postgres_opened


@pytest.fixture
def behind(postgres: str) -> Iterator[sa.Connection]:
    """A connection of the login that owns the database, and goes round the store."""
    engine = sa.create_engine(postgres)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


class TestPostgresStore(StoreContract):
    """Its `store` is a server's (above)."""


MEMBERS = "gatherly_daemon, gatherly_app"
LANDLORDS: dict[str, tuple[str, ...]] = {
    "a member of both roles": ("CREATE ROLE landlord LOGIN", f"GRANT {MEMBERS} TO landlord"),
    "a member that inherits nothing": (
        "CREATE ROLE landlord LOGIN NOINHERIT",
        f"GRANT {MEMBERS} TO landlord",
    ),
    "a member without inheritance": (
        "CREATE ROLE landlord LOGIN",
        f"GRANT {MEMBERS} TO landlord WITH INHERIT FALSE, SET TRUE",
    ),
    "a member that may make roles": (
        "CREATE ROLE landlord LOGIN CREATEROLE",
        f"GRANT {MEMBERS} TO landlord",
    ),
    "whoever administers both roles": (
        "CREATE ROLE landlord LOGIN",
        f"GRANT {MEMBERS} TO landlord WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
    ),
}
MAKERS: dict[str, str] = {
    "who may make roles": "CREATE ROLE landlord LOGIN CREATEROLE",
    "who may make roles and inherits nothing": "CREATE ROLE landlord LOGIN CREATEROLE NOINHERIT",
}


@pytest.fixture
def estate(postgres: str, server: Path) -> Iterator["psycopg.Connection[Any]"]:
    """The administrator of a server on which the landlord and their house are made, and gone afterwards."""
    with administrator(server, "postgres") as connection:
        yield connection
        connection.execute("DROP DATABASE IF EXISTS house")
        connection.execute("DROP ROLE IF EXISTS landlord")


def settle(server: Path, vault: KeyVault) -> None:
    """Have the landlord open a store in their house, twice, and everybody see what is theirs."""
    for _ in range(2):
        store = open_store(postgres_url(server, "house").replace("postgres@", "landlord@"), vault)
        assert isinstance(store, SqlStore)
        with closing(store):
            with store.reading() as look:
                there = bool(look.users.all())
            if not there:
                fill(store)
            with store.reading_as(ALICE) as look:
                assert [each.id for each in look.users.all()] == ["alice"]
            with store.reading_as(BOB) as look:
                assert not look.users.all()


@pytest.mark.parametrize("landlord", ["CREATE ROLE landlord LOGIN", MAKERS["who may make roles"]])
def test_a_login_into_whose_roles_another_must_let_it_is_told_the_statement(
    estate: "psycopg.Connection[Any]", server: Path, vault: KeyVault, landlord: str
) -> None:
    for statement in (landlord, "CREATE DATABASE house OWNER landlord"):
        estate.execute(statement)
    with pytest.raises(StoreUnavailableError, match="GRANT gatherly_daemon TO landlord"):
        settle(server, vault)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_login_that_owns_its_database_and_is_let_into_the_roles_is_enough(
    estate: "psycopg.Connection[Any]", server: Path, vault: KeyVault, landlord: str
) -> None:
    for statement in (*LANDLORDS[landlord], "CREATE DATABASE house OWNER landlord"):
        estate.execute(statement)
    settle(server, vault)


@pytest.mark.parametrize("landlord", MAKERS)
def test_a_login_that_owns_its_database_and_may_make_roles_is_enough(
    estate: "psycopg.Connection[Any]", server: Path, vault: KeyVault, landlord: str
) -> None:
    """The roles are the server's: those of the other tests go by another name meanwhile."""
    for role in ("daemon", "app"):
        estate.execute(f"ALTER ROLE gatherly_{role} RENAME TO aside_{role}")
    try:
        estate.execute(MAKERS[landlord])
        estate.execute("CREATE DATABASE house OWNER landlord")
        settle(server, vault)
    finally:
        estate.execute("DROP DATABASE IF EXISTS house")
        for role in ("daemon", "app"):
            estate.execute(f"DROP ROLE IF EXISTS gatherly_{role}")
            estate.execute(f"ALTER ROLE aside_{role} RENAME TO gatherly_{role}")


def test_whoever_names_no_user_sees_no_row_of_any_table(store: Store, behind: sa.Connection) -> None:
    """Every table of the catalogue, filled; what is nobody's (things, the schema's age) is open to read."""
    fill(store)
    tables = sorted(behind.execute(TABLES).scalars())
    filled = {table for table in tables if _count(behind, table)}
    empty = {"audit_anchor", "tombstones", "availability"}
    assert set(tables) - filled == empty
    behind.execute(sa.text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO gatherly_app"))
    behind.execute(sa.text("SET LOCAL ROLE gatherly_app"))
    seen = {table for table in tables if _count(behind, table)}
    assert seen == OPEN


def test_the_daemons_role_passes_no_policy_by(store: Store, behind: sa.Connection) -> None:
    roles = sa.text(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole FROM pg_roles"
        " WHERE rolname LIKE 'gatherly%'"
    )
    assert {name: may for name, may in behind.execute(roles)} == dict.fromkeys(
        ("gatherly_daemon", "gatherly_app"), False
    )
    fill(store)
    guarded = sorted(set(behind.execute(TABLES).scalars()) - OPEN)
    for table in guarded:
        behind.execute(sa.text(f"DROP POLICY jobs ON {table}"))
    behind.execute(sa.text("SET LOCAL ROLE gatherly_daemon"))
    assert {table: _count(behind, table) for table in guarded} == dict.fromkeys(guarded, 0)


def test_row_security_binds_even_the_owner(behind: sa.Connection) -> None:
    forced = sa.text(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    open_to_all = {name for name, closed in behind.execute(forced) if not closed}
    assert open_to_all == OPEN


def test_acc_79_a_user_sees_their_own_rows_and_sessions_that_they_attend(store: Store) -> None:
    assert isinstance(store, SqlStore)
    with store.writing() as work:
        for name in ("alice", "bob", "cara"):
            work.users.put(user(name))
        work.sessions.put(session("with-bob"))
        work.calendars.apply(plan("one.ics"))
    seen = {}
    for name in ("alice", "bob", "cara", "nobody"):
        with store.reading_as(user(name).id) as look:
            people = [each.id for each in look.users.all()]
            sessions = [each.id for each in look.sessions.listed()]
            seen[name] = (people, sessions, len(look.calendars.of_user(ALICE)))
    assert seen == {
        "alice": (["alice"], ["with-bob"], 1),
        "bob": (["bob"], ["with-bob"], 0),
        "cara": (["cara"], [], 0),
        "nobody": ([], [], 0),
    }


def test_who_looks_as_a_user_changes_nothing(store: Store) -> None:
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError), store.reading_as(ALICE) as look:
        look.users.put(user())


def test_the_database_itself_keeps_two_sessions_out_of_one_hour(store: Store, behind: sa.Connection) -> None:
    with store.writing() as work:
        work.ledger.hold([hold()])
    with pytest.raises(sa.exc.IntegrityError, match="hold_no_overlap"):
        behind.execute(
            sa.text(
                'INSERT INTO hold (person, "start", "end", session, active)'
                ' SELECT person, "start", "end", :s, true FROM hold'
            ),
            {"s": "another"},
        )


def test_the_log_may_only_grow(store: Store, behind: sa.Connection) -> None:
    with store.writing() as work:
        work.audit.add(line())
    for statement in ("UPDATE audit_logs SET actor = 'x'", "DELETE FROM audit_logs", "TRUNCATE audit_logs"):
        with pytest.raises(sa.exc.DBAPIError, match="may only grow"):
            behind.execute(sa.text(statement))
        behind.rollback()


def test_one_store_hears_that_another_has_written(store: Store, postgres: str, vault: KeyVault) -> None:
    other = open_store(postgres, vault)
    before = store.pulse()
    assert store.pulse() == before
    with other.writing() as work:
        work.users.put(user())
    assert store.pulse() != before
    other.close()


def test_two_that_wait_for_one_another_are_told_to_decide_anew(store: Store) -> None:
    with store.writing() as work:
        both = [work.users.put(user(name)) for name in ("alice", "bob")]
    ready, told = threading.Barrier(2), []

    def change(first: int) -> None:
        try:
            with store.writing() as work:
                work.users.put(both[first])
                ready.wait(timeout=120)
                work.users.put(both[1 - first])
        except StaleVersionError as error:
            told.append(error)

    threads = [threading.Thread(target=change, args=(first,)) for first in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    with store.reading() as look:
        assert [each.version for each in look.users.all()] == [2, 2]


@pytest.fixture
def proxied(server: Path, postgres: str, vault: KeyVault) -> Iterator[tuple[Store, CuttingProxy]]:
    with tempfile.TemporaryDirectory() as folder:
        proxy = CuttingProxy(server, Path(folder))
        store = open_store(postgres.replace(str(server), folder), vault)
        yield store, proxy
        store.close()
        proxy.close()


def test_a_commit_whose_answer_is_lost_is_looked_up(proxied: tuple[Store, CuttingProxy]) -> None:
    store, proxy = proxied
    proxy.applied = True
    with store.writing() as work:
        work.users.put(user())
    with store.reading() as look:
        assert look.users.get(ALICE) == user(version=1)


def test_a_commit_that_never_arrived_is_made_again(proxied: tuple[Store, CuttingProxy]) -> None:
    store, proxy = proxied
    proxy.applied = False
    with store.writing() as work:
        work.users.put(user())
        work.audit.add(line())
    with store.reading() as look:
        assert look.users.all() == [user(version=1)]
        assert look.audit.listed() == [line()]
        assert look.audit.intact()


def test_a_server_that_is_away_is_named_without_its_password(vault: KeyVault, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="is away") as told:
        open_store(f"postgresql://alice:hunter2@/x?host={tmp_path}", vault)
    assert "hunter2" not in str(told.value)


def test_a_database_that_is_not_there_is_named(server: Path, vault: KeyVault) -> None:
    with pytest.raises(StoreUnavailableError, match='"none" does not exist'):
        open_store(postgres_url(server, "none"), vault)


def test_secrets_are_seen_from_outside(store: Store, postgres: str, server: Path) -> None:
    assert not holds_secrets(postgres)
    assert not holds_secrets(postgres_url(server, "template1"))
    with store.writing() as work:
        work.calendars.apply(plan("one.ics"))
    assert holds_secrets(postgres)


def _count(connection: sa.Connection, table: str) -> int:
    return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 # from the catalogue
