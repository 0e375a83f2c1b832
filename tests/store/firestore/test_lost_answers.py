"""A write whose answer is lost, and a second daemon: what was sent is known again, and done once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from google.cloud.firestore import Client

from daemon.app_documents.take_in import DocumentIntake
from daemon.app_documents.write_out import FIRST_BACKOFF, DocumentWriteOut
from engine.errors import StoreUnavailableError
from engine.model.app_document import Place
from store.firestore.app_documents import FirestoreApps
from store.firestore.connect import Access
from store.firestore.store import FirestoreStore
from store.sql.store import SqlStore
from tests.contracts.stores.documents import FIRST_WORDS, PROJECT_SYNC
from tests.contracts.stores.samples import NOON
from tests.standins.time import StillClock
from tests.store.firestore.lying_there import inside, outside
from tests.store.firestore.shared import take_of

LOST = StoreUnavailableError("Firestore does not answer", "Wait")


class Forgetful(FirestoreApps):
    """Does what it is asked, and loses the answer while `losing`."""

    losing = True

    def create(self, place: Place, fields: Mapping[str, Any]) -> str:
        return self._lost(super().create(place, fields))

    def change(self, place: Place, fields: Mapping[str, Any], gone: Iterable[str], update_time: str) -> str:
        return self._lost(super().change(place, fields, gone, update_time))

    def _lost(self, stamp: str) -> str:
        if self.losing:
            raise LOST
        return stamp


def test_a_write_whose_answer_was_lost_is_neither_repeated_nor_taken_for_an_apps(
    sql: SqlStore, door: Access, client: Client
) -> None:
    forgetful = Forgetful(door, door.client(), lambda: NOON)
    live = FirestoreStore(sql, door, lambda _: None, lambda: NOON, forgetful)
    clock = StillClock(NOON)
    take = take_of(live, clock)
    take_in, write_out = DocumentIntake(live, clock, take), DocumentWriteOut(live, clock, take.take)
    with live.writing() as work:
        first = work.sessions.put(PROJECT_SYNC)
        work.messages.add(FIRST_WORDS)
    with pytest.raises(StoreUnavailableError):
        write_out.run()
    with live.writing() as work:
        second = work.sessions.put(replace(first, title="Tea", metadata={"colour": "red"}))
    assert take_in.look() == 0
    with live.reading() as look:
        assert look.sessions.get(second.id) == second
        assert [one.last_error for one in look.documents.troubled()] == [str(LOST)] * 2
    clock.at += FIRST_BACKOFF
    with pytest.raises(StoreUnavailableError):
        write_out.run()
    forgetful.losing = False
    clock.at += 2 * FIRST_BACKOFF
    write_out.run()
    assert take_in.look() == 0
    with live.reading() as look:
        assert inside(look) == outside(client)
        assert look.sessions.get(second.id) == second
        assert look.documents.troubled() == []
        assert look.documents.pending() == 0
    assert len(list(client.collection(f"eventSessions/{first.id}/messages").stream())) == 1
    live.close()


def test_an_older_sight_of_a_document_brings_nothing_back(live: FirestoreStore, client: Client) -> None:
    clock = StillClock(NOON)
    take = take_of(live, clock)
    write_out = DocumentWriteOut(live, clock, take.take)
    with live.writing() as work:
        first = work.sessions.put(PROJECT_SYNC)
    place = Place.of(f"eventSessions/{first.id}")
    missing = live.apps.fetch([place])[0]
    write_out.run()
    old = live.apps.fetch([place])[0]
    with live.writing() as work:
        second = work.sessions.put(replace(first, title="Tea"))
    write_out.run()
    for knowledge_policy in (missing, old):
        assert not take.take(knowledge_policy)
    with live.reading() as look:
        assert look.sessions.get(second.id) == second
