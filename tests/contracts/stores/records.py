"""The outbox tells everything once; the audit log keeps everything as it was."""

from dataclasses import replace

import pytest

from engine.errors import StaleVersionError
from engine.model.booking import OutboxKind, OutboxState
from engine.ports.store import Store
from tests.contracts.stores.samples import NOON, line, mail


class OutboxContract:
    def test_every_field_of_an_entry_round_trips(self, store: Store) -> None:
        full = replace(
            mail(),
            kind=OutboxKind.WEBHOOK,
            state=OutboxState.FAILED,
            attempts=9,
            next_at=NOON + 5,
            last_error="The relay was away",
        )
        with store.writing() as work:
            work.outbox.add([mail()])
            work.outbox.record(full)
        with store.reading() as look:
            assert look.outbox.listed() == [full]

    def test_what_has_a_key_already_is_not_told_twice(self, store: Store) -> None:
        with store.writing() as work:
            work.outbox.add([mail("m1", dedupe_key="k"), mail("m2", dedupe_key="k")])
        with store.writing() as work:
            work.outbox.add([mail("m3", dedupe_key="k"), mail("m4")])
        with store.reading() as look:
            assert [each.id for each in look.outbox.listed()] == ["m1", "m4"]

    def test_pending_entries_are_due_once_their_time_has_come(self, store: Store) -> None:
        with store.writing() as work:
            work.outbox.add([mail("z"), mail("later", next_at=NOON + 1), mail("a"), mail("told")])
            work.outbox.record(replace(mail("told"), state=OutboxState.DONE))
        with store.reading() as look:
            assert look.outbox.due(NOON - 1) == []
            assert look.outbox.due(NOON) == ["z", "a"]
            assert look.outbox.due(NOON, limit=1) == ["z"]
            assert look.outbox.due(NOON + 1) == ["z", "a", "later"]

    def test_what_waits_does_so_since_its_time_or_since_it_was_made_and_tried(self, store: Store) -> None:
        told = replace(mail("told"), created_at=NOON - 900, state=OutboxState.DONE, attempts=3)
        planned = replace(mail("planned", next_at=NOON + 60), created_at=NOON - 800)
        with store.writing() as work:
            work.outbox.add([told, planned])
        with store.reading() as look:
            assert look.outbox.waiting_since(NOON) is None
            assert look.outbox.waiting_since(NOON + 90) == NOON + 60
        with store.writing() as work:
            work.outbox.add([replace(mail("come", next_at=NOON - 5), created_at=NOON - 700)])
        with store.reading() as look:
            assert look.outbox.waiting_since(NOON) == NOON - 5
        with store.writing() as work:
            refused = replace(mail("refused", next_at=NOON + 60), created_at=NOON - 600)
            work.outbox.add([refused])
            work.outbox.record(replace(refused, attempts=1))
        with store.reading() as look:
            assert look.outbox.waiting_since(NOON) == NOON - 600

    def test_an_entry_that_is_not_there_cannot_be_recorded(self, store: Store) -> None:
        with pytest.raises(StaleVersionError), store.writing() as work:
            work.outbox.record(mail())


class AuditContract:
    def test_the_log_keeps_every_line_in_order(self, store: Store) -> None:
        lines = [line("create"), line("accept"), line("create", object_id="s2")]
        nobody = replace(line("sweep", object_id="s3"), user_id=None, details={})
        with store.writing() as work:
            for each in (*lines, nobody):
                work.audit.add(each)
        with store.reading() as look:
            assert look.audit.listed() == [*lines, nobody]
            assert look.audit.listed("s1") == lines[:2]
            assert look.audit.listed("none") == []
            assert look.audit.latest() == nobody.at
            assert [entry for _, entry in look.audit.after(0)] == [*lines, nobody]
            (second, _), *rest = look.audit.after(look.audit.after(0)[0][0], limit=2)
            assert [entry for _, entry in rest] == [lines[2]]
            assert look.audit.after(look.audit.end()) == []
            assert [entry for _, entry in look.audit.after(0, 1, ("accept", "sweep"))] == [lines[1]]
            assert look.audit.after(0, 9, ()) == []
            assert look.audit.after(second)[-1] == (look.audit.end(), nobody)
            assert look.audit.intact()

    def test_an_empty_log_is_intact(self, store: Store) -> None:
        with store.reading() as look:
            assert look.audit.latest() is None
            assert look.audit.end() == 0
            assert look.audit.intact()

    def test_the_chain_goes_on_over_transactions(self, store: Store) -> None:
        for number in range(3):
            with store.writing() as work:
                work.audit.add(line(f"step-{number}"))
        with store.reading() as look:
            assert [each.action for each in look.audit.listed()] == ["step-0", "step-1", "step-2"]
            assert look.audit.intact()
