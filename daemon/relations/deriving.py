"""Derives contacts and interactions from events as they change, and as they end.

An event's change costs its own size: its objects are read anew, and the difference to what was derived of it
is written. Whoever is met often enough becomes a contact; all their events are then looked at once more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from daemon.relations.deciding import Decided, Deciding
from daemon.relations.derived_rows import encounters_of, gist_of, interactions_of
from daemon.relations.naming import Marks, Names, without_removed
from daemon.relations.noticing import Consents, forget_contacts, notice, untold
from daemon.relations.reading_ahead import decided_ahead, parts_of
from daemon.relations.threshold import hold_to
from daemon.runtime.guard import Guard
from engine.ids import EventUid, UserId
from engine.model.calendar_object import SyncPlan
from engine.model.relations import (
    Contact,
    ContactSource,
    Interaction,
    KnownAddress,
    MeetingSource,
)
from engine.model.set_aside import Item, Work
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.relations.birthdays import birthday_of
from engine.relations.edits import with_all_edits
from engine.relations.gatherings import Person, split_name
from engine.stale import retry_stale
from engine.time.span import DAY, HOUR, Instant
from engine.trouble import Trouble, attempt

LATER = HOUR
"""When an event is tried again that nothing could be derived of."""
AT_ONCE = 500
"""Events that one transaction derives."""
A_ROUND = 4
"""So many times that is looked at in one round: while one part is written, the next is read."""
NOTICED_AT_ONCE = 5_000
"""Events that one transaction notes to be derived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deriving:
    """Keeps what is derived of people in step with their calendars."""

    store: Store
    clock: Clock
    deciding: Deciding
    guard: Guard
    names: Names
    consents: Consents
    min_events: int

    def changed(self, tx: Transaction, user: UserId, plan: SyncPlan) -> None:
        """Have what a read has changed looked at."""
        uids = {*(one.uid for one in plan.upserts if not one.shared), *plan.gone}
        if uids and self.consents.wants(tx, user):
            notice(tx, self.names, user, uids, self.clock.now())

    def forgotten(self, tx: Transaction, user: UserId) -> None:
        """Have looked at what went with a calendar."""
        if self.consents.wants(tx, user):
            notice(tx, self.names, user, untold(tx, user), self.clock.now())

    def catch_up(self) -> None:
        """Have looked at what no read has told of: what was there before contacts were switched on.

        Of whoever wants no contacts nothing is kept; the others' are held to `min_events` as it is now.
        """
        now = self.clock.now()
        with self.store.reading() as tx:
            found = {user.id: sorted(untold(tx, user.id)) for user in tx.users.all()}
            settled = {user for user, uids in found.items() if not uids and self.consents.wants(tx, user)}
        for user, uids in found.items():
            if user in settled or self._notice(user, uids, now):
                hold_to(self.store, user, self.min_events, now)

    def _notice(self, user: UserId, uids: Sequence[EventUid], now: Instant) -> bool:
        """Have somebody's events looked at; False where they want no contacts, and all is forgotten."""
        for at in range(0, max(len(uids), 1), NOTICED_AT_ONCE):
            with self.store.writing() as tx:
                if not self.consents.wants(tx, user):
                    forget_contacts(tx, user)
                    return False
                notice(tx, self.names, user, uids[at : at + NOTICED_AT_ONCE], now)
        return True

    def run(self) -> int:
        """Derive what is due; gives how many events were looked at.

        A row that does not open is named by fsck, and is looked at on another day: it keeps no other waiting.
        """
        now, looked = self.clock.now(), 0
        by_user: defaultdict[UserId, list[MeetingSource]] = defaultdict(list)
        for one in self._due(now):
            by_user[one.user_id].append(one)
        parts = parts_of(by_user, AT_ONCE)
        for (user, sources), decided in decided_ahead(self.deciding, parts, now):
            looked += self._derive_all(user, sources, decided, now)
        return looked

    def _due(self, now: Instant) -> Sequence[MeetingSource]:
        while True:
            shut = dict[str, Trouble]()
            with self.store.reading() as tx:
                due = tx.repositories.meeting_sources.due(now, AT_ONCE * A_ROUND, shut.__setitem__)
            if shut:
                with self.store.writing() as tx:
                    tx.repositories.meeting_sources.look_at(list(shut), now + DAY)
            if due or not shut:
                return due

    def _derive_all(
        self,
        user: UserId,
        sources: Sequence[MeetingSource],
        decided: Mapping[str, Decided] | Trouble,
        now: Instant,
    ) -> int:
        """Derive one user's events; one that cannot be waits alone, and the others are derived."""
        together = decided
        if not isinstance(together, Trouble):
            together = attempt(partial(self._settle, user, sources, together, now))
        if not isinstance(together, Trouble):
            return len(sources)
        if together.is_the_stores:
            raise together.raised
        return sum(self._derive_one(user, one, now) for one in sources)

    def _derive_one(self, user: UserId, one: MeetingSource, now: Instant) -> bool:
        item = Item(step=Work.RELATE, name=f"event/{one.id}", user=user)
        done = self.guard.run(item, partial(self._derive, user, [one], now))
        if done is True:
            return True
        with self.store.writing() as tx:
            tx.repositories.meeting_sources.look_at([one.id], now + LATER)
        return False

    def _derive(self, user: UserId, sources: Sequence[MeetingSource], now: Instant) -> bool:
        self._settle(user, sources, self.deciding.decide(user, sources, now), now)
        return True

    def _settle(
        self, user: UserId, sources: Sequence[MeetingSource], decided: Mapping[str, Decided], now: Instant
    ) -> Mapping[str, Decided]:
        retry_stale(partial(self._write, user, sources, decided, now), "A contact")
        return decided

    def _write(
        self, user: UserId, sources: Sequence[MeetingSource], decided: Mapping[str, Decided], now: Instant
    ) -> None:
        with self.store.writing() as tx:
            if not self.consents.wants(tx, user):
                forget_contacts(tx, user)
                return
            present = tx.repositories.meeting_sources.versions([one.id for one in sources])
            sources = [one for one in sources if one.id in present]
            fresh = [one for one in sources if not decided[one.id].kept]
            marks = Marks(self.names, user)
            touched, fewer = self._write_encounters(tx, marks, fresh, decided)
            contacts = self._settle_contacts(tx, marks, touched, fewer, fresh, decided, now)
            self._write_interactions(tx, marks, fresh, decided, contacts, now)
            self._settle_sources(tx, user, sources, decided, now)

    def _write_encounters(
        self,
        tx: Transaction,
        marks: Marks,
        sources: Sequence[MeetingSource],
        decided: Mapping[str, Decided],
    ) -> tuple[set[str], set[str]]:
        """Write who was at which events; gives the addresses, by hash, of whom it tells.

        Beside them those of whom it tells otherwise than before, who may have been met less often.
        """
        repository = tx.repositories.encounters
        before = {one.id: one for one in repository.of_sources([one.id for one in sources])}
        after = {
            one.id: one
            for source in sources
            for one in encounters_of(marks, source.id, decided[source.id].attended)
        }
        changed = [
            name for name, one in after.items() if name in before and before[name].meetings != one.meetings
        ]
        gone = [*(before.keys() - after.keys()), *changed]
        repository.delete_all(gone)
        new = [one for name, one in after.items() if name not in before or name in changed]
        repository.add_all(new)
        told = {one.mark for one in before.values()} | {one.mark for one in after.values()}
        return told, {before[name].mark for name in gone}

    def _settle_contacts(
        self,
        tx: Transaction,
        marks: Marks,
        touched: Set[str],
        fewer: Set[str],
        sources: Sequence[MeetingSource],
        decided: Mapping[str, Decided],
        now: Instant,
    ) -> Mapping[str, str | None]:
        """Make contacts of whom was met often enough, drop whom no more; gives contacts by address hash.

        Counted are the meetings of whom there is no contact of, and of those that may be `fewer`: a count
        grows with a history.

        An address without one is nobody's to be shown: forgotten, or erased.
        """
        repositories = tx.repositories
        known = {one.id: one.contact_id for one in repositories.known_addresses.some(touched)}
        counts = repositories.encounters.met((touched - known.keys()) | fewer)
        people = self._named(marks, sources, decided)
        for mark in sorted(touched - known.keys()):
            if counts.get(mark, 0) >= self.min_events and mark in people:
                known[mark] = self._meet(tx, marks.user, mark, people[mark], now)
                others = {one.source_id for one in repositories.encounters.of_marks([mark])}
                repositories.meeting_sources.hasten(others - {one.id for one in sources}, now)
        seldom = {
            whose
            for mark in fewer & known.keys()
            if (whose := known[mark]) is not None and counts.get(mark, 0) < self.min_events
        }
        for contact in repositories.contacts.some(seldom):
            if not contact.edited and self._met(tx, contact) < self.min_events:
                repositories.contacts.delete(contact.id)
                known = {mark: None if one == contact.id else one for mark, one in known.items()}
        return known

    def _met(self, tx: Transaction, contact: Contact) -> int:
        marks = [one.id for one in tx.repositories.known_addresses.of_contact(contact.id)]
        return sum(tx.repositories.encounters.met(marks).values())

    def _named(
        self, marks: Marks, sources: Sequence[MeetingSource], decided: Mapping[str, Decided]
    ) -> Mapping[str, Person]:
        """Give people by their address's hash, as the newest event that names them does."""
        attended = [each for source in sources for each in decided[source.id].attended]
        found: dict[str, Person] = {}
        for each in sorted(attended, key=lambda one: one.gathering.start):
            for person in each.others:
                mark = marks.of(person.address)
                if person.name or mark not in found:
                    found[mark] = person
        return found

    def _meet(self, tx: Transaction, user: UserId, mark: str, person: Person, now: Instant) -> str:
        """Make a contact of somebody."""
        name = person.name if person.name and person.name.casefold() != person.address else ""
        first, last = split_name(name)
        contact = Contact(
            id=self.names.contact(user, mark),
            user_id=user,
            email=person.address,
            emails=(person.address,),
            full_name=" ".join(part for part in (first, last) if part) or None,
            first_name=first,
            last_name=last,
            contact_source=ContactSource.CALENDAR,
            measure_at=now,
            created_at=now,
            updated_at=now,
        )
        tx.repositories.contacts.put(contact)
        tx.repositories.known_addresses.put(KnownAddress(id=mark, user_id=user, contact_id=contact.id))
        return contact.id

    def _write_interactions(
        self,
        tx: Transaction,
        marks: Marks,
        sources: Sequence[MeetingSource],
        decided: Mapping[str, Decided],
        contacts: Mapping[str, str | None],
        now: Instant,
    ) -> None:
        repository = tx.repositories.interactions
        before = {one.id: one for one in repository.of_sources([one.id for one in sources])}
        after: Mapping[str, Interaction] = {
            one.id: one
            for source in sources
            for each in decided[source.id].attended
            for one in interactions_of(marks, source, each, contacts, now)
        }
        wanted = without_removed(tx, after.keys() - before.keys()) | before.keys()
        after = with_all_edits(before, {name: one for name, one in after.items() if name in wanted})
        both = before.keys() & after.keys()
        same = {name for name in both if gist_of(before[name]) == gist_of(after[name])}
        repository.delete_all(before.keys() - same)
        repository.add_all(
            replace(one, created_at=before[name].created_at) if name in before else one
            for name, one in after.items()
            if name not in same
        )
        touched = {one.contact_id for one in (*before.values(), *after.values()) if one.id not in same}
        tx.repositories.contacts.measure(touched, now)

    def _settle_sources(
        self,
        tx: Transaction,
        user: UserId,
        sources: Sequence[MeetingSource],
        decided: Mapping[str, Decided],
        now: Instant,
    ) -> None:
        """Have each looked at again in its time; one that changed meanwhile stays due."""
        repository, by_due = tx.repositories.meeting_sources, defaultdict[Instant | None, list[str]](list)
        present = repository.versions([one.id for one in sources])
        born = list[tuple[str, str]]()
        for one in sources:
            what = decided[one.id]
            if present.get(one.id) != one.version:
                continue
            if (what.birthday, what.upcoming) != (one.birthday, one.upcoming) and not what.kept:
                after = replace(one, due_at=what.due_at, birthday=what.birthday)
                repository.put(replace(after, upcoming=what.upcoming))
                if what.birthday not in (None, one.birthday):
                    born.append(what.birthday)
            else:
                by_due[what.due_at].append(one.id)
        for due, names in by_due.items():
            repository.look_at(names, due)
        if born:
            contacts = tx.repositories.contacts
            contacts.measure([one.id for one in contacts.of_user(user) if birthday_of(one, born)], now)
