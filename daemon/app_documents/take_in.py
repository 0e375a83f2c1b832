"""Take in what apps have changed since the last look; what could not be taken in stays news."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from daemon.app_documents.take_document import TakeDocument
from daemon.runtime.guard import Guard
from engine.ids import SessionId
from engine.model.app_document import Collection, Found, Place, session_place
from engine.model.set_aside import Item, Work
from engine.ports.app_documents import LiveStore
from engine.ports.world import Clock
from engine.time.span import MINUTE, Instant
from engine.trouble import Trouble, attempt

AGAIN = MINUTE
"""Seconds until a document that was set aside is looked at again; its own back-off may be longer."""


class DocumentIntake:
    """Reads what is new outside, sessions before what was said in them."""

    def __init__(self, store: LiveStore, clock: Clock, take: TakeDocument) -> None:
        self._store = store
        self._clock = clock
        self._take = take
        self._guard = Guard(store, clock)
        self._waiting: dict[Place, Instant] = {}
        """What is to be taken in, and from when on."""
        self._begun = False

    def begin(self) -> None:
        """Take what is remembered as known, so that only what differs from it is news."""
        with self._store.reading() as tx:
            stamps = tx.documents.stamps()
        self._store.apps.know(stamps)
        self._begun = True

    def look(self) -> int:
        """Look at everything outside, heard of or not, and take in what is news.

        Raises:
            StoreError: Firestore or the store does not answer.
        """
        if not self._begun:
            self.begin()
        self._store.apps.poll()
        return self.run()

    def run(self) -> int:
        """Take in what is news; gives how many documents an app had changed.

        Raises:
            StoreError: Firestore or the store does not answer; the news are kept for the next turn.
        """
        fresh = self._store.apps.news()
        self._waiting |= dict.fromkeys(fresh, 0)
        now = self._clock.now()
        due = [place for place, at in self._waiting.items() if at <= now]
        if not due:
            return 0
        return sum(self._taken(found) for found in self._found([*self._unknown_sessions(due), *due]))

    def _found(self, places: Sequence[Place]) -> Iterator[Found]:
        """Fetch documents; where that cannot be done together, one by one, so that one stops no other."""
        together = attempt(partial(self._store.apps.fetch, places))
        if not isinstance(together, Trouble):
            yield from together
            return
        if together.is_the_stores:
            raise together.raised
        for place in places:
            item = replace(_item(place, ""), step=Work.FETCH)
            one = self._guard.run(item, partial(self._store.apps.fetch, [place]))
            if one is None or isinstance(one, Trouble):
                self._put_off(place)
            else:
                yield from one

    def _taken(self, found: Found) -> bool:
        """Take one document in; one that cannot be is set aside, and news again when its time comes."""
        outcome = self._guard.run(_item(found.place, found.stamp), partial(self._take.take, found))
        if isinstance(outcome, Trouble) and outcome.is_race:
            return False
        if outcome is None or isinstance(outcome, Trouble):
            self._put_off(found.place)
            return False
        self._waiting.pop(found.place, None)
        return outcome

    def _put_off(self, place: Place) -> None:
        self._waiting[place] = self._clock.now() + AGAIN

    def read_anew(self, place: Place) -> None:
        """Take one document in as if it had never been seen.

        Raises:
            GatherlyError: it cannot be fetched, or not be taken in.
        """
        for found in self._store.apps.fetch([place]):
            with self._store.writing() as tx:
                known = tx.documents.get(place)
                if known is not None:
                    unseen = replace(known, update_time=None, problem=None, last_error=None)
                    tx.documents.put(replace(unseen, attempts=0, next_at=0))
            self._take.take(found)

    def _unknown_sessions(self, news: Iterable[Place]) -> list[Place]:
        """Give the sessions that something was said in before they themselves were seen."""
        sessions = {place.session for place in news if place.session is not None}
        with self._store.reading() as tx:
            unknown = [session for session in sorted(sessions) if tx.sessions.get(session) is None]
        return [place for place in map(session_place, unknown) if place not in self._waiting]


def _item(place: Place, stamp: str) -> Item:
    session = SessionId(place.id) if place.collection is Collection.SESSIONS else place.session
    return Item(step=Work.TAKE, name=str(place), session=session, mark=stamp)
