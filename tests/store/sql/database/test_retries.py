"""What PostgreSQL undoes for no fault of ours is done again: nobody is told but who really was too late."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import HoldRefusedError, StaleVersionError, StoreUnavailableError
from engine.ids import SessionId, UserId
from engine.model.booking import EffectState
from engine.ports.store import Store
from store.open import open_store
from store.retries import Retries
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, BOB, CARA, NOON, effect, hold, line, mail, session, user
from tests.store.servers import administrator

S1 = SessionId("s1")
FAILING = """
CREATE SEQUENCE failures;
GRANT USAGE ON failures TO gatherly_daemon;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF nextval('failures') <= {times} THEN {what}; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER failing AFTER INSERT OR UPDATE ON {table} DEFERRABLE {when}
FOR EACH ROW EXECUTE FUNCTION fail();
"""
UNDONE = "RAISE EXCEPTION 'somebody else goes first' USING ERRCODE = '{state}'"
CUT = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)"


class Waited:
    """Waits for nothing, and counts how often and how long it should have."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def waited() -> Waited:
    return Waited()


@pytest.fixture
def store(postgres: str, vault: KeyVault, waited: Waited) -> Iterator[Store]:
    store = open_store(postgres, vault, retries=Retries(wait=waited, fraction=lambda: 0.5))
    yield store
    store.close()


@pytest.fixture
def failing(server: Path, postgres_made: str) -> Iterator[Callable[..., None]]:
    """Let the server itself undo what is written to a table, the first so many times."""
    with administrator(server, postgres_made) as connection:

        def let(table: str, what: str, *, times: int = 1, at_commit: bool = False) -> None:
            when = "INITIALLY DEFERRED" if at_commit else "INITIALLY IMMEDIATE"
            connection.execute(FAILING.format(table=table, what=what, times=times, when=when).encode())

        yield let
        connection.execute("DROP FUNCTION IF EXISTS fail CASCADE")
        connection.execute("DROP SEQUENCE IF EXISTS failures")


@pytest.mark.parametrize("at_commit", [False, True])
@pytest.mark.parametrize("what", [UNDONE.format(state="40001"), UNDONE.format(state="40P01"), CUT])
def test_a_transaction_that_is_undone_is_done_again_and_nobody_is_told(
    store: Store, failing: Callable[..., None], what: str, at_commit: bool, waited: Waited
) -> None:
    with store.writing() as work:
        before = work.users.put(user())
        work.audit.add(line("first"))
    failing("outbox", what, at_commit=at_commit)
    with store.writing() as work:
        found = work.users.get(ALICE)
        assert found == before
        work.users.put(replace(found, name="Alicia"))
        work.sessions.put(session())
        work.ledger.hold([hold()])
        with pytest.raises(HoldRefusedError):
            work.ledger.hold([hold(name="other"), hold(BOB, name="other")])
        work.audit.add(line("second"))
        work.outbox.add([mail("m1"), mail("m2")])
        assert [each.id for each in work.outbox.listed()] == ["m1", "m2"]
    assert waited.pauses == [0.01]
    with store.reading() as look:
        assert look.users.get(ALICE) == replace(before, name="Alicia", version=2)
        assert [each.id for each in look.outbox.listed()] == ["m1", "m2"]
        assert [each.action for each in look.audit.listed()] == ["first", "second"]
        assert look.audit.intact()
        assert not look.ledger.holds(BOB, hold().span)


def test_a_change_that_others_made_meanwhile_is_told_as_a_conflict(
    store: Store, failing: Callable[..., None], postgres: str, vault: KeyVault
) -> None:
    """Between being undone and being done again somebody else changes what was read."""
    other = open_store(postgres, vault)
    with store.writing() as work:
        work.users.put(user())
    failing("event_sessions", UNDONE.format(state="40001"))
    with pytest.raises(StaleVersionError, match="changed what this one saw"):
        _look_and_write(store, meanwhile=other)
    with store.reading() as look:
        assert look.sessions.get(S1) is None
        found = look.users.get(ALICE)
    assert found is not None
    assert found.version == 2
    other.close()


def _look_and_write(store: Store, meanwhile: Store) -> None:
    with store.writing() as work:
        work.users.get(ALICE)
        with meanwhile.writing() as others:
            others.users.put(user(version=1))
        work.sessions.put(session())


def test_the_log_goes_on_from_whoever_wrote_it_meanwhile(
    store: Store, failing: Callable[..., None], postgres: str, vault: KeyVault
) -> None:
    other = open_store(postgres, vault)
    failing("event_sessions", UNDONE.format(state="40001"), at_commit=True)
    with store.writing() as work:
        work.audit.add(line("mine"))
        with other.writing() as others:
            others.audit.add(line("theirs"))
        work.sessions.put(session())
    with store.reading() as look:
        assert [each.action for each in look.audit.listed()] == ["theirs", "mine"]
        assert look.audit.intact()
    other.close()


def test_what_is_undone_again_and_again_is_given_up_and_leaves_nothing(
    store: Store, failing: Callable[..., None], waited: Waited
) -> None:
    failing("event_sessions", UNDONE.format(state="40001"), times=999)
    with pytest.raises(StoreUnavailableError, match="too busy"), store.writing() as work:
        work.sessions.put(session())
    assert waited.pauses == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5]
    with store.reading() as look:
        assert not look.sessions.listed()


def test_two_that_wait_for_one_another_both_get_through(store: Store) -> None:
    with store.writing() as work:
        work.ledger.plan([effect(who) for who in (ALICE, BOB)])
    ready = threading.Barrier(2)

    def write(first: UserId, second: UserId) -> None:
        with store.writing() as work:
            work.ledger.record(replace(effect(first), state=EffectState.SENT))
            ready.wait(timeout=120)
            work.ledger.record(replace(effect(second), state=EffectState.SENT))

    threads = [threading.Thread(target=write, args=pair) for pair in ((ALICE, BOB), (BOB, ALICE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as look:
        assert {each.state for each in look.ledger.effects(S1)} == {EffectState.SENT}


def test_who_waits_too_long_for_a_lock_is_told(store: Store, server: Path, postgres_made: str) -> None:
    """Locks and statements have limits of the server's own: no wait is for ever."""
    with administrator(server, postgres_made) as connection:
        limits = {
            name: connection.execute(f"SELECT current_setting('{name}')").fetchone()  # two names
            for name in ("statement_timeout", "lock_timeout")
        }
        assert limits == {"statement_timeout": ("0",), "lock_timeout": ("0",)}
        with connection.transaction():
            connection.execute("LOCK TABLE users")
            with pytest.raises(StoreUnavailableError, match="waiting for a lock"), store.writing() as work:
                work.users.put(user())
    with store.writing() as work:
        work.users.put(user())
        work.ledger.hold([hold(CARA, start=NOON)])


def test_pauses_grow_to_a_bound_and_are_spread_by_chance() -> None:
    full = Retries(fraction=lambda: 1.0, most=9, first=0.1, longest=5)
    assert list(full.pauses()) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5]
    spread = set(Retries().pauses()) | set(Retries().pauses())
    assert len(spread) == 16
    assert all(0 <= pause <= 1 for pause in spread)
