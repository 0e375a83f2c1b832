"""A transaction is all or nothing, a reader sees one moment, and nobody overwrites unseen."""

import threading

import pytest

from engine.errors import StaleVersionError, StoreError
from engine.ports.store import Store
from tests.contracts.stores.sample_rows import SET_ASIDE
from tests.contracts.stores.samples import ALICE, booking, effect, hold, line, mail, plan, session, user


class Interrupted(Exception):
    """Something goes wrong in the middle."""


class TransactionContract:
    def test_what_a_block_that_raises_has_written_is_gone(self, store: Store) -> None:
        with pytest.raises(Interrupted):
            _write_everything_and_fail(store)
        with store.reading() as look:
            assert not look.users.all()
            assert not look.sessions.listed()
            assert look.calendars.get(plan().calendar.key) is None
            assert look.ledger.booking(booking().session) is None
            assert not look.ledger.effects(booking().session)
            assert not look.ledger.holds(ALICE, hold().span)
            assert not look.outbox.listed()
            assert not look.audit.listed()

    def test_a_transaction_sees_what_it_has_written(self, store: Store) -> None:
        with store.writing() as work:
            work.users.put(user())
            assert work.users.get(ALICE) == user(version=1)

    def test_a_reader_sees_one_moment(self, store: Store) -> None:
        with store.writing() as work:
            work.users.put(user("alice"))
        with store.reading() as look:
            before = look.users.all()
            with store.writing() as work:
                work.users.put(user("bob"))
            assert look.users.all() == before
        with store.reading() as look:
            assert len(look.users.all()) == 2

    def test_a_reader_cannot_change_anything(self, store: Store) -> None:
        with pytest.raises(StoreError, match="only reads"), store.reading() as look:
            look.users.put(user())
        with store.reading() as look:
            assert not look.users.all()

    def test_a_thread_that_writes_does_not_wait_for_itself(self, store: Store) -> None:
        with store.writing(), pytest.raises(StoreError, match="already writing"), store.writing():
            pass
        with store.writing() as work:
            work.users.put(user())

    def test_the_pulse_changes_with_each_write_and_not_with_a_look(self, store: Store) -> None:
        first = store.pulse()
        assert store.pulse() == first
        with store.writing() as work:
            work.users.put(user())
        second = store.pulse()
        assert second != first
        with store.reading() as look:
            look.users.all()
        assert store.pulse() == second

    def test_the_pulse_ignores_what_was_undone(self, store: Store) -> None:
        first = store.pulse()
        with pytest.raises(Interrupted):
            _write_everything_and_fail(store)
        assert store.pulse() == first

    def test_it_is_known_whether_nothing_is_set_aside_whatever_comes_or_goes(self, store: Store) -> None:
        assert store.sets_nothing_aside()
        with store.writing() as work:
            work.repositories.set_aside.put(SET_ASIDE)
        assert not store.sets_nothing_aside()
        with pytest.raises(Interrupted):
            _write_everything_and_fail(store)
        assert not store.sets_nothing_aside()
        with store.writing() as work:
            work.repositories.set_aside.delete(SET_ASIDE.id)
        assert store.sets_nothing_aside()

    def test_concurrent_updates_of_one_row_lose_nothing(self, store: Store) -> None:
        with store.writing() as work:
            work.users.put(user())
        threads = [threading.Thread(target=_count_up, args=(store, 20)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as look:
            found = look.users.get(ALICE)
        assert found is not None
        assert found.version == 1 + 4 * 20

    def test_the_store_is_sound_and_knows_its_installation(self, store: Store) -> None:
        assert list(store.check()) == []
        assert store.install


def _write_everything_and_fail(store: Store) -> None:
    with store.writing() as work:
        work.users.put(user())
        work.sessions.put(session())
        work.calendars.apply(plan("one.ics"))
        work.ledger.open(booking())
        work.ledger.plan([effect()])
        work.ledger.hold([hold()])
        work.outbox.add([mail()])
        work.audit.add(line())
        raise Interrupted


def _count_up(store: Store, times: int) -> None:
    """Read in one transaction, write in the next, and read again where somebody was faster."""
    done = 0
    while done < times:
        with store.reading() as look:
            found = look.users.get(ALICE)
        assert found is not None
        try:
            with store.writing() as work:
                work.users.put(found)
        except StaleVersionError:
            continue
        done += 1
