"""Decides what events tell of who met whom: read anew, as they stand, and as of now."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.relations.native import is_native, native_gatherings
from daemon.relations.reading import GatheringReader, Told
from engine.booking.ids import could_be_ours
from engine.bounds import EARLIEST
from engine.ids import EventId, EventUid, UserId
from engine.model.calendar_object import RawObject
from engine.model.relations import MeetingSource, Upcoming
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Store, Transaction
from engine.relations.gatherings import Gathering, Person, merged, met
from engine.text.mail_address import folded
from engine.time.span import DAY, Instant, Span

AHEAD = 60 * DAY
"""How far ahead it is looked when an event takes place next."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One instance that counts, and whom the user met there."""

    gathering: Gathering
    others: tuple[Person, ...]


@dataclass(slots=True)
class Decided:
    """What an event tells: its instances that count, and when it is to be looked at again."""

    attended: list[Attended] = field(default_factory=list)
    due_at: Instant | None = None
    kept: bool = False
    """Whether what was derived stands, since the event cannot be read now."""
    birthday: tuple[str, str] | None = None
    upcoming: Upcoming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Reads events, and says what they tell; `own` are the addresses by which events know each user."""

    store: Store
    reader: GatheringReader
    own: Mapping[UserId, frozenset[str]]

    def decide(self, user: UserId, sources: Sequence[MeetingSource], now: Instant) -> Mapping[str, Decided]:
        """Read what the events tell now; no transaction is open while a child reads."""
        uids = [EventUid(one.uid) for one in sources]
        with self.store.reading() as tx:
            found = tx.calendars.with_uids(user, uids)
            calendars = {key: tx.calendars.get(key) for key in {key for key, _ in found}}
            shared = {key: tx.calendars.shared_objects(key) for key in calendars}
            booked = {one.uid: self._booked(tx, user, one.uid) for _, one in found if self._ours(one)}
        foreign = [
            (calendar, one)
            for key, one in found
            if one.uid not in booked and (calendar := calendars[key]) is not None
        ]
        window = Span(EARLIEST, now + AHEAD)
        told = self.reader.read(foreign, shared, window)
        with self.store.reading() as tx:
            native = list(native_gatherings(tx, user, [uid for uid in uids if is_native(uid)], window))
        told.gatherings |= {uid: taken for uid, _, taken in native}
        told.repeats |= {uid for uid, repeats, _ in native if repeats}
        own = self.own.get(user, frozenset())
        there = {one.uid for _, one in found}
        return {one.id: self._decided(EventUid(one.uid), told, booked, there, own, now) for one in sources}

    def _ours(self, one: RawObject) -> bool:
        return could_be_ours(one.uid, self.store.install)

    def _booked(self, tx: Transaction, user: UserId, uid: EventUid) -> Gathering | None:
        """Give what a session of gatherly's own is, whose copies name nobody."""
        effect = tx.ledger.effect_of(EventId(uid))
        session = None if effect is None else tx.sessions.get(effect.session)
        if session is None or session.status is not SessionStatus.SCHEDULED or session.final_time is None:
            return None
        return Gathering(
            uid=uid,
            start=session.final_time.start,
            end=session.final_time.end,
            title=session.title,
            people=tuple(_people(tx, session)),
        )

    def _decided(
        self,
        uid: EventUid,
        told: Told,
        booked: Mapping[EventUid, Gathering | None],
        there: Collection[EventUid],
        own: frozenset[str],
        now: Instant,
    ) -> Decided:
        if uid in told.unread or (uid in booked and booked[uid] is None):
            return Decided(kept=uid in there)
        one = booked.get(uid)
        gatherings = merged([one] if one is not None else told.gatherings.get(uid, ()))
        counted = [Attended(each, met(each, own, now)) for each in gatherings.values()]
        ends = [each.end for each in gatherings.values() if each.end > now]
        further = now + AHEAD // 2 if uid in told.repeats else None
        return Decided(
            attended=[each for each in counted if each.others],
            due_at=min(ends) if ends else further,
            birthday=told.birthdays.get(uid),
            upcoming=_next(gatherings.values(), own, now),
        )


def _next(gatherings: Iterable[Gathering], own: frozenset[str], now: Instant) -> Upcoming | None:
    """Give the first that has not ended and that the owner means to go to, with whom."""
    for one in sorted(gatherings, key=lambda each: each.start):
        others = met(one, own, one.end) if one.end > now else ()
        if others:
            return Upcoming(one.start, one.end, one.title, tuple(each.address for each in others))
    return None


def _people(tx: Transaction, session: EventSession) -> Iterator[Person]:
    for name in session.attendee_ids:
        user = tx.users.get(name)
        if user is not None and user.email:
            yield Person(folded(user.email), user.name)
    for guest in session.guests:
        if not guest.away:
            yield Person(folded(guest.address), guest.name)
