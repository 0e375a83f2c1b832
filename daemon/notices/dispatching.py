"""Dispatches: each is claimed, handed to its outlet outside any transaction, and recorded.

Only a death between the outlet's yes and our commit sends anything again, under the same name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from daemon.conversations.meant import ASKED
from daemon.notices.collecting import digest_of
from daemon.notices.notifying import DIGEST_OF, contact_of, event_of, session_of, telling_of
from daemon.notices.outlets import Outlet, Parcel
from daemon.notices.outsiders import letter_of, may_go_at, stranger_letter
from daemon.notices.published import published_event
from daemon.notices.rules import NoticeRules
from daemon.notices.webhooks import Hook, HookParcel, parcel_of
from daemon.notices.wording import content_of
from daemon.runtime.guard import Guard
from engine.booking.outbox.mailing import CLAIM
from engine.booking.timing import backoff
from engine.errors import GatherlyError, StaleVersionError, WriteRefusedError
from engine.ids import UserId
from engine.model.booking import OutboxEntry, OutboxState
from engine.model.notices import EMAIL, GUESTS, STRANGERS, Dispatch, LinkVerb, NoticeKind
from engine.model.operations import Notification
from engine.model.set_aside import Item, Work
from engine.notices.claims import claimed, is_free
from engine.notices.truth import is_true, kind_of
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import DAY, Instant
from engine.trouble import Trouble, attempt

AT_A_TIME = 100
PATIENCE = 3 * DAY
"""After this long without an answer an outlet is not tried any more, in seconds."""
NO_LONGER = "no longer true when its turn came"
NOBODY = "its outlet, or whom it was for, is no longer there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where things go out: people's channels, and webhooks, each by name."""

    outlets: Mapping[str, Outlet]
    hooks: Mapping[str, Hook]


class DispatchJob:
    """Hands over what is due."""

    def __init__(self, store: Store, clock: Clock, rules: NoticeRules, post: Post) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._post = post
        self._guard = Guard(store, clock)

    def due(self) -> Sequence[str]:
        """Give what is due now."""
        with self._store.reading() as tx:
            due = tx.repositories.dispatches.due(self._clock.now(), AT_A_TIME)
        return [name for name in due if not name.startswith(ASKED)]

    def run(self) -> int:
        """Hand over what is due, one after the other; gives how much."""
        return sum(self.drive(name) for name in self.due())

    def drive(self, name: str) -> bool:
        """Hand one over; one that cannot even be worded is set aside."""
        return self._guard.run(Item(step=Work.DISPATCH, name=name), partial(self._drive, name)) is True

    def _drive(self, name: str) -> bool:
        try:
            taken = self._claim(name)
        except StaleVersionError:
            return False
        if taken is None:
            return False
        prepared = attempt(partial(self._prepare, taken))
        if isinstance(prepared, Trouble):
            self._record(self._untold(taken, prepared.error))
            raise prepared.raised
        if isinstance(prepared, str):
            self._record(replace(taken, state=OutboxState.DONE, last_error=prepared))
            return False
        told = attempt(partial(self._hand_over, taken, prepared))
        if isinstance(told, Trouble):
            self._record(self._untold(taken, told.error))
            return False
        self._record(replace(taken, state=OutboxState.DONE, told_at=self._clock.now(), last_error=None))
        return True

    def _claim(self, name: str) -> Dispatch | None:
        """Take one, unless it is done or another worker has just done so."""
        now = self._clock.now()
        with self._store.writing() as tx:
            found = tx.repositories.dispatches.get(name)
            if found is None or not is_free(found, now):
                return None
            if found.outlet == GUESTS and found.user_id is not None:
                free = may_go_at(tx, found.user_id, self._rules.guest_mails, now)
                if free > now:
                    tx.repositories.dispatches.put(replace(found, next_at=free))
                    return None
            return tx.repositories.dispatches.put(claimed(found, now, CLAIM))

    def _prepare(self, one: Dispatch) -> Parcel | HookParcel | str:
        """Word it as things are now; a text where there is nothing to tell any more."""
        with self._store.reading() as tx:
            if one.user_id is None:
                return parcel_of(tx, one) if one.outlet in self._post.hooks else NOBODY
            if one.outlet not in self._post.outlets:
                return NOBODY
            if one.subject.startswith(f"{DIGEST_OF}/"):
                return self._digest(tx, one, one.user_id)
            if one.outlet in (GUESTS, STRANGERS):
                word = letter_of if one.outlet == GUESTS else stranger_letter
                letter = word(tx, self._rules, one, self._clock.now())
                user, content = letter or (None, None)
                if user is None or content is None:
                    return NO_LONGER
                return Parcel(name=one.id, user=user, content=content, at=one.created_at)
            return self._notice(tx, one, one.user_id)

    def _notice(self, tx: Transaction, one: Dispatch, reader: UserId) -> Parcel | str:
        kept = tx.repositories.notifications.get(one.subject)
        entry = None if kept is None else told_by(tx, kept)
        user = tx.users.get(reader)
        if entry is None or user is None:
            return NOBODY
        session, kind = session_of(tx, entry), kind_of(entry)
        if not is_true(kind, entry.payload, session, event_of(tx, entry), contact_of(tx, entry)):
            return NO_LONGER
        telling = telling_of(tx, self._rules, entry, user, self._clock.now())
        content = replace(content_of(telling), quiet=self._quiet(one, telling.links))
        ics = None
        if kind in (NoticeKind.BOOKED, NoticeKind.MOVED) and not self._rules.is_written(reader):
            ics = published_event(tx, telling, self._rules.install) if one.outlet == EMAIL else None
        return Parcel(name=one.id, user=user, content=content, at=one.created_at, ics=ics)

    def _digest(self, tx: Transaction, one: Dispatch, reader: UserId) -> Parcel | str:
        user, at = tx.users.get(reader), int(one.subject.rpartition("/")[2])
        if user is None:
            return NOBODY
        content = digest_of(tx, self._rules, user, at, self._clock.now())
        return NO_LONGER if content is None else Parcel(name=one.id, user=user, content=content, at=at)

    def _quiet(self, one: Dispatch, links: Mapping[str, str]) -> str | None:
        return links.get(LinkVerb.QUIET) if one.outlet == EMAIL else None

    def _hand_over(self, one: Dispatch, parcel: Parcel | HookParcel) -> None:
        if isinstance(parcel, HookParcel):
            self._post.hooks[one.outlet](parcel)
        else:
            self._post.outlets[one.outlet](parcel)

    def _untold(self, one: Dispatch, error: GatherlyError) -> Dispatch:
        """Give it as it stands after a failure: tried again, unless the answer was a definite no."""
        now = self._clock.now()
        why = str(error)
        if isinstance(error, WriteRefusedError) or now - one.created_at > PATIENCE:
            return replace(one, state=OutboxState.FAILED, last_error=why)
        wait = backoff(one.attempts, max(0, now - max(one.created_at, one.next_at - CLAIM)))
        return replace(one, next_at=now + wait, last_error=why)

    def _record(self, one: Dispatch) -> None:
        with self._store.writing() as tx:
            tx.repositories.dispatches.put(one)
            if one.told_at is not None and one.user_id is not None:
                self._delivered(tx, one, one.told_at)

    def _delivered(self, tx: Transaction, one: Dispatch, now: Instant) -> None:
        kept = tx.repositories.notifications.get(one.subject)
        if kept is not None and kept.delivered_at is None:
            tx.repositories.notifications.put(replace(kept, delivered_at=now))


def told_by(tx: Transaction, kept: Notification) -> OutboxEntry | None:
    """Give the outbox entry that a notice was made from."""
    told = kept.metadata
    return tx.outbox.get(str(told.get("entry", kept.id)))
