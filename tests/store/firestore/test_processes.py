"""Four processes, two of them gatherly's and two of them apps': nothing is lost, nothing is doubled."""

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest
from google.api_core.exceptions import FailedPrecondition
from google.cloud.firestore import Client

from daemon.app_documents.take_in import DocumentIntake
from daemon.app_documents.write_out import DocumentWriteOut
from engine.errors import StaleVersionError
from engine.ids import MessageId
from engine.model.session import Message, MessageRole
from engine.model.user import Provider
from store.firestore.options import FirestoreOptions
from store.firestore.store import FirestoreStore
from store.keys import Keyring
from store.open import open_live, open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.samples import NOON, session
from tests.standins.firestore import Emulator
from tests.standins.time import StillClock
from tests.store.firestore.lying_there import inside, outside
from tests.store.firestore.shared import take_of
from tests.store.servers import KEY

SPAWN = multiprocessing.get_context("spawn")
UPDATES = 50
"""Of each of four processes: 200 in all."""
SAID = range(10, UPDATES + 1, 10)
"""After which of them a process says something too."""
SESSION = session()


@pytest.mark.long
@pytest.mark.upload
def test_acc_7_interleaved_updates_of_apps_and_gatherly_lose_nothing(
    firestore: Emulator, live: FirestoreStore, client: Client, project: str, tmp_path: Path
) -> None:
    with live.writing() as work:
        work.sessions.put(SESSION)
    clock = StillClock(NOON)
    take = take_of(live, clock)
    take_in, write_out = DocumentIntake(live, clock, take), DocumentWriteOut(live, clock, take.take)
    write_out.run()
    workers = [
        SPAWN.Process(target=gatherly_counts, args=(tmp_path / "gatherly.db", project, "g1")),
        SPAWN.Process(target=gatherly_counts, args=(tmp_path / "gatherly.db", project, "g2")),
        SPAWN.Process(target=app_counts, args=(project, "a1")),
        SPAWN.Process(target=app_counts, args=(project, "a2")),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    while take_in.look() + write_out.run():
        pass
    with live.reading() as look:
        assert inside(look) == outside(client)
        found = look.sessions.get(SESSION.id)
        said = look.messages.of(SESSION.id)
    assert found is not None
    assert dict(found.metadata) == {"g1": UPDATES, "g2": UPDATES, "a1": UPDATES, "a2": UPDATES}
    wanted = {f"{name}-{number}" for name in ("g1", "g2", "a1", "a2") for number in SAID}
    assert sorted(message.id for message in said if message.id in wanted) == sorted(wanted)


def gatherly_counts(file: Path, project: str, name: str) -> None:
    """Count up in a session and say so, as a daemon does: in the store, in step with what is outside."""
    sql = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    assert isinstance(sql, SqlStore)
    options = FirestoreOptions(project=project, emulator=os.environ["FIRESTORE_EMULATOR_HOST"])
    store = open_live(sql, options, lambda _: Provider.GOOGLE, lambda: NOON)
    clock = StillClock(NOON)
    write_out = DocumentWriteOut(store, clock, take_of(store, clock).take)
    for number in range(1, UPDATES + 1):
        while not counted(store, name, number):
            continue
        write_out.run()
    store.close()


def counted(store: FirestoreStore, name: str, number: int) -> bool:
    """Count one further from what was read before; tell whether nobody was faster."""
    with store.reading() as look:
        before = look.sessions.get(SESSION.id)
    assert before is not None
    said = Message(
        id=MessageId(f"{name}-{number}"),
        session_id=SESSION.id,
        role=MessageRole.ASSISTANT,
        content=str(number),
        timestamp=NOON,
    )
    try:
        with store.writing() as work:
            metadata = {**before.metadata, name: int(before.metadata.get(name, 0)) + 1}
            work.sessions.put(replace(before, metadata=metadata))
            if number in SAID:
                work.messages.add(said)
    except StaleVersionError:
        return False
    return True


def app_counts(project: str, name: str) -> None:
    """Count up in a session's document and say so, as a careful app does: only what was read is replaced."""
    client = Client(project=project)
    document = client.document(f"eventSessions/{SESSION.id}")
    done = 0
    while done < UPDATES:
        before = document.get()
        value = int((before.to_dict() or {}).get("metadata", {}).get(name, 0)) + 1
        option = client.write_option(last_update_time=before.update_time)
        try:
            document.update({f"metadata.{name}": value}, option=option)
        except FailedPrecondition:
            continue
        done += 1
        message = {"role": "user", "content": str(done), "timestamp": before.update_time}
        if done in SAID:
            document.collection("messages").document(f"{name}-{done}").create(message)
    client.close()  # type: ignore[no-untyped-call] # theirs is untyped
