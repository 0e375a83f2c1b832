"""Conversation of changes: at once, afresh after each break of the line, and with a clean end."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import grpc
from google.cloud.firestore import Client

from engine.ids import SessionId
from engine.model.app_document import Place, message_place, session_place, user_place
from store.firestore.connect import Access, access
from store.firestore.listener import Listener
from store.firestore.options import FirestoreOptions
from store.firestore.seen_stamps import SeenStamps
from store.firestore.values import stamp_of
from tests.contracts.stores.samples import ALICE, BOB, NOON
from tests.standins.faulty_proxy import Fault, faulty_proxy
from tests.standins.firestore import Emulator

PATIENCE = 120.0


class Ear:
    """What a listener shows, collected; wakes whoever waits for it."""

    def __init__(self) -> None:
        self.news: set[Place] = set()
        self._woken = threading.Condition()
        self.seen_stamps = SeenStamps(self._wake)

    def _wake(self) -> None:
        with self._woken:
            self._woken.notify_all()

    def hears(self, *places: Place) -> bool:
        """Wait for news of just these."""
        wanted = set(places)
        with self._woken:
            heard = self._woken.wait_for(lambda: wanted <= self._collected(), PATIENCE)
        self.news -= wanted
        return heard

    def _collected(self) -> set[Place]:
        self.news |= set(self.seen_stamps.take())
        return self.news

    def until(self, listener: Listener, *, listening: bool) -> None:
        with self._woken:
            assert self._woken.wait_for(lambda: listener.listener_status().listening is listening, PATIENCE)


@contextmanager
def listening(door: Access, ear: Ear, port: int | None = None) -> Iterator[Listener]:
    def channel() -> grpc.Channel:
        return door.channel() if port is None else grpc.insecure_channel(f"127.0.0.1:{port}")

    with closing(Listener(door, ear.seen_stamps, lambda: NOON, channel, first_pause=0.05)) as listener:
        ear.until(listener, listening=True)
        yield listener


def test_users_sessions_and_messages_are_heard_of_and_nothing_else(door: Access, client: Client) -> None:
    ear = Ear()
    with listening(door, ear):
        said = {"timestamp": datetime.fromtimestamp(NOON, UTC)}
        client.document("users/alice").set({"name": "Alice"})
        client.document("eventSessions/s1").set({"status": "pending"})
        client.document("eventSessions/s1/messages/m1").set(said)
        client.document("chats/c1/messages/m2").set(said)
        client.document("eventSessions/old").set({"status": "failed"})
        message = message_place(SessionId("s1"), "m1")  # type: ignore[arg-type] # a plain id will do
        assert ear.hears(user_place(ALICE), session_place(SessionId("s1")), message)
        client.document("users/bob").set({"name": "Bob"})
        assert ear.hears(user_place(BOB))
        assert ear.news == set()


def test_what_is_over_or_removed_is_news_once_more(door: Access, client: Client) -> None:
    ear = Ear()
    one, two = session_place(SessionId("one")), session_place(SessionId("two"))
    with listening(door, ear):
        for place in (one, two):
            client.document(str(place)).set({"status": "pending"})
        assert ear.hears(one, two)
        client.document(str(one)).update({"status": "cancelled"})
        client.document(str(two)).delete()
        assert ear.hears(one, two)


def test_what_gatherly_wrote_itself_is_no_news(door: Access, client: Client) -> None:
    ear = Ear()
    with listening(door, ear):
        written = client.document("users/alice").set({"name": "Alice"})
        ear.seen_stamps.note(user_place(ALICE), stamp_of(written.update_time))
        client.document("users/bob").set({"name": "Bob"})
        assert ear.hears(user_place(BOB))
        assert ear.news == set()


def test_a_line_that_breaks_is_begun_afresh_and_nothing_is_missed(
    door: Access, client: Client, firestore: Emulator
) -> None:
    ear = Ear()
    client.document("users/alice").set({"name": "Alice"})
    client.document("users/bob").set({"name": "Bob"})
    with (
        faulty_proxy(int(firestore.host.rpartition(":")[2])) as proxy,
        listening(door, ear, proxy.port) as listener,
    ):
        assert ear.hears(user_place(ALICE), user_place(BOB))
        proxy.break_with(Fault.RESET_AT_ONCE)
        ear.until(listener, listening=False)
        assert "does not answer" in str(listener.listener_status().trouble)
        client.document("users/alice").update({"name": "Alicia"})
        client.document("users/bob").delete()
        proxy.break_with(Fault.PASS)
        ear.until(listener, listening=True)
        assert ear.hears(user_place(ALICE), user_place(BOB))


def test_a_listener_ends_with_its_thread_and_at_once(door: Access) -> None:
    ear = Ear()
    with listening(door, ear):
        assert any(thread.name == "firestore-listener" for thread in threading.enumerate())
    assert not any(thread.name == "firestore-listener" for thread in threading.enumerate())


def test_a_listener_that_never_got_through_ends_at_once_too() -> None:
    nowhere = access(FirestoreOptions(project="nobody", emulator="127.0.0.1:1"))
    ear = Ear()
    listener = Listener(nowhere, ear.seen_stamps, lambda: NOON, first_pause=30.0)
    ear.until(listener, listening=False)
    listener.close()
    assert not any(thread.name == "firestore-listener" for thread in threading.enumerate())
