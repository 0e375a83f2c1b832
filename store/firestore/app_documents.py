"""The live documents in Firestore: read, written under preconditions, and looked over for news."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud.firestore import DELETE_FIELD, Client
from google.cloud.firestore_v1.base_query import FieldFilter

from engine.app_documents.fields import METADATA
from engine.model.app_document import Collection, Found, Place
from engine.time.span import Instant
from store.firestore.connect import Access
from store.firestore.queries import Question, questions
from store.firestore.refusals import told
from store.firestore.seen_stamps import SeenStamps
from store.firestore.values import inward, moment_of, outward, stamp_of

DEADLINE = 5.0
"""Seconds that one call may take; with repeats, three times as many."""
RETRY = Retry(
    predicate=if_exception_type(
        exceptions.ServiceUnavailable, exceptions.Aborted, exceptions.DeadlineExceeded
    ),
    initial=0.1,
    maximum=2.0,
    timeout=3 * DEADLINE,
)
"""A write that is repeated after a lost answer fails on its own precondition: its caller reads and sees."""
AT_ONCE = 200
"""Documents asked for, or removed, in one call."""


class FirestoreApps:
    """`engine.ports.app_documents.Apps`; `now` tells which messages are recent."""

    def __init__(self, access: Access, client: Client, now: Callable[[], Instant]) -> None:
        self.name = access.name
        self.seen_stamps = SeenStamps()
        self._client = client
        self._now = now
        self._emulator = access.emulator is not None

    def fetch(self, places: Sequence[Place]) -> Sequence[Found]:
        """Read documents as they are now; one that is not there has no fields."""
        found: list[Found] = []
        for first in range(0, len(places), AT_ONCE):
            references = [self._client.document(str(place)) for place in places[first : first + AT_ONCE]]
            with told(self.name, emulator=self._emulator):
                snapshots = list(self._client.get_all(references, retry=RETRY, timeout=DEADLINE))
            found += [_found(snapshot) for snapshot in snapshots]
        order = {place: number for number, place in enumerate(places)}
        return sorted(found, key=lambda each: order[each.place])

    def create(self, place: Place, fields: Mapping[str, Any]) -> str:
        """Write a new document; gives its stamp."""
        with told(self.name, emulator=self._emulator):
            document = self._client.document(str(place))
            written = document.create(outward(fields), retry=RETRY, timeout=DEADLINE)
        return stamp_of(written.update_time)

    def change(self, place: Place, fields: Mapping[str, Any], gone: Iterable[str], update_time: str) -> str:
        """Set and remove just these fields of the version with this stamp; gives the new one."""
        changes = {self._path(key): outward(value, key) for key, value in fields.items()}
        changes |= dict.fromkeys(map(self._path, gone), DELETE_FIELD)
        known = moment_of(update_time)
        with told(self.name, emulator=self._emulator):
            option = self._client.write_option(last_update_time=known)
            document = self._client.document(str(place))
            written = document.update(changes, option=option, retry=RETRY, timeout=DEADLINE)
        return stamp_of(written.update_time)

    def _path(self, key: str) -> str:
        if not key.startswith(METADATA):
            return key
        return str(self._client.field_path("metadata", key.removeprefix(METADATA)))

    def remove(self, place: Place) -> None:
        """Remove a document, after what lies below it."""
        document = self._client.document(str(place))
        with told(self.name, emulator=self._emulator):
            if place.collection is Collection.SESSIONS:
                self._remove_messages(place)
            document.delete(retry=RETRY, timeout=DEADLINE)

    def _remove_messages(self, session: Place) -> None:
        messages = self._client.collection(f"{session}/{Collection.MESSAGES}")
        while True:
            some = list(messages.select(["id"]).limit(AT_ONCE).stream(retry=RETRY, timeout=DEADLINE))
            batch = self._client.batch()
            for message in some:
                batch.delete(message.reference)
            if some:
                batch.commit(retry=RETRY, timeout=DEADLINE)
            if len(some) < AT_ONCE:
                return

    def note(self, place: Place, update_time: str) -> None:
        """Take a version as known, so that it is no news."""
        self.seen_stamps.note(place, update_time)

    def know(self, stamps: Mapping[Place, str]) -> None:
        """Begin with these versions as known."""
        self.seen_stamps.know(stamps)

    def on_news(self, woken: Callable[[], None]) -> None:
        """Have somebody woken, from whatever thread, when there is news."""
        self.seen_stamps.woken = woken

    def news(self) -> Sequence[Place]:
        """Give the documents that were changed or removed since this was last asked."""
        return self.seen_stamps.take()

    def poll(self) -> None:
        """Look at every live document's stamp; what differs from what is known becomes news."""
        for question in questions(self._now()):
            self.seen_stamps.all_of(question.collection, self._stamps(question), whole=question.whole)

    def _stamps(self, question: Question) -> dict[Place, str]:
        name = question.collection.value
        query = self._client.collection_group(name) if question.everywhere else self._client.collection(name)
        asked = query.select(["id"])
        for one in question.filters:
            asked = asked.where(filter=FieldFilter(one.field, one.operator, one.value))
        with told(self.name, emulator=self._emulator):
            snapshots = list(asked.stream(retry=RETRY.with_timeout(DEADLINE), timeout=12 * DEADLINE))
        placed = ((Place.found(each.reference.path), stamp_of(each.update_time)) for each in snapshots)
        return {place: stamp for place, stamp in placed if place is not None}

    def probe(self) -> None:
        """Read a little, to see that gatherly is let in.

        Raises:
            StoreError: it is not, or Firestore does not answer.
        """
        users = self._client.collection(Collection.USERS.value).select(["id"]).limit(1)
        with told(self.name, emulator=self._emulator):
            list(users.stream(retry=None, timeout=DEADLINE))

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()  # type: ignore[no-untyped-call] # theirs is untyped


def _found(snapshot: Any) -> Found:
    place = Place.of(snapshot.reference.path)
    if not snapshot.exists:
        return Found(place=place, fields=None, stamp=stamp_of(snapshot.read_time))
    return Found(place=place, fields=inward(snapshot.to_dict()), stamp=stamp_of(snapshot.update_time))
