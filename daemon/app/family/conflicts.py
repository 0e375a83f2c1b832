"""Conflicts: listed, explained, resolved by an option that is tried anew, let be, and undone within a day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Self

from daemon.app.family.desk import Family
from daemon.app.family.event_steps import EventSteps
from daemon.app.family.undoing import as_it_is, can_be_undone, must_be_undoable
from daemon.app.principal import Principal, Role
from daemon.family.agendas import agenda, agenda_of, changed
from daemon.family.finding import conflict_id, end, look, opened
from daemon.native_events import participants_of, required_of
from engine.documents.family import conflict_document
from engine.errors import ChangedMeanwhileError, InputError, UnknownThingError
from engine.family import resolutions
from engine.family.agenda import Agenda
from engine.family.collisions import Collision, collisions
from engine.family.resolutions import Option, gist_of
from engine.family.score import Strategy
from engine.ids import SessionId, UserId
from engine.model.event import CalendarEvent
from engine.model.reservation import Conflict, ConflictStatus, ResolutionMethod
from engine.model.user import Role as FamilyRole
from engine.ports.store import Transaction
from engine.text.times_left_open import AS_F2, ReadingClock
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant
from engine.trouble import left_out

MoveSession = Callable[[Transaction, SessionId, Instant], None]
MOST_SHOWN = 10
"""Open conflicts whose ways out are tried for one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts(Family):
    """Takes what people ask of conflicts.

    `move_session` sends a session back to looking for a time, in a transaction; None where that cannot be.
    `reading_clock` is that by which conflicts are told.
    """

    move_session: MoveSession | None = None
    reading_clock: ReadingClock = AS_F2

    def told_on(self, zone: str, *, twelve_hour: bool) -> Self:
        """Give the same for somebody who reads by a clock of their own."""
        return replace(self, reading_clock=ReadingClock(zone, twelve_hour))

    @property
    def _events(self) -> EventSteps:
        """Who changes events: what was decided here is allowed."""
        asked = Principal(Role.OPERATOR, self.principal.user)
        kept = {one.name: getattr(self, one.name) for one in fields(Family)}
        return EventSteps(**{**kept, "principal": asked})

    def listed(self, status: ConflictStatus | None = None) -> list[dict[str, Any]]:
        """Give conflicts, newest first; to a user those of their own."""
        with self.store.reading() as tx:
            if status is None:
                found = tx.repositories.conflicts.all()
            else:
                found = tx.repositories.conflicts.with_status(status)
            now = self.clock.now()
            return [self._document(tx, one, now) for one in found if self._concerns(tx, one)]

    def to_show(self) -> list[dict[str, Any]]:
        """Give those that a page shows, newest first: the open ones with options, and what can be undone."""
        with self.store.reading() as tx:
            now = self.clock.now()
            mine = [one for one in tx.repositories.conflicts.all(left_out) if self._concerns(tx, one)]
            open_ones = [one for one in mine if one.status is ConflictStatus.DETECTED]
            shown = [self._document(tx, one, now) for one in open_ones[:MOST_SHOWN]]
            shown += [conflict_document(one, self.reading_clock) for one in open_ones[MOST_SHOWN:]]
            undone = [one for one in mine if can_be_undone(one, now)]
            return [*shown, *(self._document(tx, one, now) | {"undoable": True} for one in undone)]

    def show(self, name: str) -> dict[str, Any]:
        """Give one with its options, tried now.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return self._document(tx, self._found(tx, name), self.clock.now())

    def open_of(self, name: str) -> list[dict[str, Any]]:
        """Give the open conflicts of one event, without their options."""
        with self.store.reading() as tx:
            found = tx.repositories.conflicts.involving([name])
            return [self._told(tx, one) for one in found if self._concerns(tx, one)]

    def titles(self, conflicts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Give the titles of what conflicts are between, as far as whoever asks may see them."""
        names = {name for one in conflicts for name in one["involved_events"]}
        with self.store.reading() as tx:
            return {one.id: one.title for one in tx.repositories.events.some(names) if self._sees(tx, one)}

    def _found(self, tx: Transaction, name: str) -> Conflict:
        found = tx.repositories.conflicts.get(name)
        if found is None or not self._concerns(tx, found):
            raise UnknownThingError(f"There is no conflict {name!r}", "`gatherly conflict list` shows them")
        return found

    def _concerns(self, tx: Transaction, conflict: Conflict) -> bool:
        """Whether whoever asks takes part in what collides, or sees the calendar of it."""
        if not self.is_users:
            return True
        me = self.principal.user
        for name in conflict.involved_events:
            event = tx.repositories.events.get(name)
            if event is None:
                session = tx.sessions.get(SessionId(name))
                if session is not None and me in session.attendee_ids:
                    return True
                continue
            people = {one.user_id for one in participants_of(tx, [event])[event.id]}
            if me in people or me == event.created_by or self._sees(tx, event):
                return True
        return False

    def _sees(self, tx: Transaction, event: CalendarEvent) -> bool:
        calendar = tx.calendars.get(event.calendar)
        return calendar is not None and self.sees(calendar)

    def _document(self, tx: Transaction, conflict: Conflict, now: Instant) -> dict[str, Any]:
        shown = conflict
        if conflict.status is ConflictStatus.DETECTED:
            found = self._options(tx, conflict, now)[1]
            shown = replace(conflict, proposed_resolution=resolutions.documents(found) or None)
        return self._told(tx, shown)

    def _told(self, tx: Transaction, conflict: Conflict) -> dict[str, Any]:
        document = conflict_document(conflict, self.reading_clock)
        events = [one for name in conflict.involved_events if (one := tx.repositories.events.get(name))]
        if not all(self._sees(tx, one) for one in events):
            document["description"] = "Something of yours collides with what you may not see"
        return document

    def _options(
        self, tx: Transaction, conflict: Conflict, now: Instant
    ) -> tuple[Collision | None, list[Option], Agenda]:
        collision, known = self._collision(tx, conflict, now)
        if collision is None:
            return None, [], known
        return collision, resolutions.options(collision, known, now), known

    def _collision(
        self, tx: Transaction, conflict: Conflict, now: Instant
    ) -> tuple[Collision | None, Agenda]:
        """Find the collision of a conflict as it is now, with all that a way out could collide with."""
        small, reach = agenda_of(tx, self.policy, changed(tx, conflict.involved_events), now)
        found = collisions(conflict.involved_events, small, now)
        one = next((each for each in found if conflict_id(each) == conflict.id), None)
        if one is None:
            return None, small
        people = {user for entry in one.entries for user in entry.required} | set(small.people)
        around = reach.widen(min(resolutions.AROUND, reach.start), resolutions.AROUND)
        shared = set(small.resources) | {name for entry in one.entries for name in entry.resources}
        if one.resources:
            shared |= {each.id for each in tx.repositories.resources.all()}
        return one, agenda(tx, self.policy, people, shared, around)

    def resolve(self, name: str, number: int, gist: str | None = None) -> dict[str, Any]:
        """Do what an option says; it is tried anew first. `gist` is what was shown under that number.

        Raises:
            InputError: there is no such option (any more), or the conflict is not open.
            ChangedMeanwhileError: what was shown is no way out any more.
            NotAllowedError: it is not theirs to change; a child's event moves only by a parent.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            conflict = self._found(tx, name)
            if conflict.status is not ConflictStatus.DETECTED:
                raise InputError(f"The conflict is {conflict.status}", "Only one that is open is resolved")
            _, found, _ = self._options(tx, conflict, now)
            if not 1 <= number <= len(found):
                options = f"It has {len(found)} options" if found else "It has no options just now"
                raise InputError(f"There is no option {number}", f"{options}: gatherly conflict show {name}")
            chosen = found[number - 1] if gist is None else _of_gist(found, gist)
            self._must_change(tx, chosen.entry.id)
            self.must_decide(tx, chosen.entry.required)
            return self._document(
                tx, self.apply(tx, conflict, found, chosen, ResolutionMethod.AGENT_SUGGESTED, now), now
            )

        return self.changing(do, "The conflict")

    def _must_change(self, tx: Transaction, name: str) -> None:
        """Let those alone move something who may: of a calendar of others nothing, of sessions the host's."""
        event = tx.repositories.events.get(name)
        session = None if event is not None else tx.sessions.get(SessionId(name))
        if event is not None:
            self.must_write(self.calendar_of(tx, event.calendar))
        elif session is not None:
            self.principal.must_be_host(session.host_user_id, "move the session")

    def apply(
        self,
        tx: Transaction,
        conflict: Conflict,
        found: list[Option],
        chosen: Option,
        method: ResolutionMethod,
        now: Instant,
    ) -> Conflict:
        """Carry an option out, with what undoes it; gives the conflict as it stands then."""
        before = as_it_is(tx, chosen.entry.id)
        made = self._carry_out(tx, chosen, now)
        undo = {"at": now, "method": method.value, "before": before, "made": made}
        undo["after"] = as_it_is(tx, chosen.entry.id)
        stored = tx.repositories.conflicts.get(conflict.id) or conflict
        if stored.status is ConflictStatus.DETECTED:
            stored = end(tx, stored, "conflict.resolve", now, method)
        after = replace(
            stored,
            resolution_method=method,
            proposed_resolution=resolutions.documents(found),
            undo=undo,
            updated_at=now,
        )
        kept = tx.repositories.conflicts.put(after)
        status = {"status": kept.status.value}
        self.log(tx, "update", "conflict", kept.id, {"status": conflict.status.value}, status)
        return kept

    def _carry_out(self, tx: Transaction, chosen: Option, now: Instant) -> list[str]:
        """Do it; gives the ids of exceptions that were made for it."""
        entry = chosen.entry
        if chosen.strategy is Strategy.MOVE_SESSION:
            if self.move_session is None:
                raise InputError("A session cannot be moved from here", "gatherly session reschedule does")
            self.move_session(tx, SessionId(entry.id), now)
            return []
        events = self._events
        event = events.event(tx, entry.id)
        known = {one.id for one in tx.repositories.events.exceptions(event.id)}
        day = to_datetime(entry.span.start).astimezone(zone_info(event.zone or "UTC")).date()
        only = None if chosen.whole else day
        if chosen.strategy in (Strategy.MOVE_EVENT, Strategy.SHORTEN_EVENT) and chosen.span is not None:
            shift = chosen.span.start - entry.span.start
            start = chosen.span.start if only else event.start_time + shift
            end_at = start + chosen.span.seconds
            events.move_within(tx, event, start, end_at, now, only=only)
        elif chosen.strategy is Strategy.CANCEL_EVENT:
            events.cancel_within(tx, event, only, now)
        elif chosen.strategy is Strategy.SWAP_RESOURCE and chosen.resource is not None:
            events.swap_within(tx, event, *chosen.resource, now)
        elif chosen.user is not None:
            events.release_within(tx, event, chosen.user, now)
        return [one.id for one in tx.repositories.events.exceptions(event.id) if one.id not in known]

    def ignore(self, name: str) -> dict[str, Any]:
        """Let a conflict be; it stays so however often it is seen."""

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            conflict = self._found(tx, name)
            if conflict.status is ConflictStatus.RESOLVED:
                raise InputError("The conflict is resolved", "There is nothing to ignore")
            after = replace(conflict, status=ConflictStatus.IGNORED, updated_at=now)
            stored = tx.repositories.conflicts.put(after)
            old = {"status": conflict.status.value}
            self.log(tx, "update", "conflict", name, old, {"status": stored.status.value})
            return self._document(tx, stored, now)

        return self.changing(do, "The conflict")

    def undo(self, name: str) -> dict[str, Any]:
        """Take a resolution back, or an ignoring; the same row is open again.

        Raises:
            InputError: there is nothing to undo, or it was longer ago than a day.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            conflict = self._found(tx, name)
            if conflict.status is not ConflictStatus.IGNORED:
                self._take_back(tx, conflict, now)
                conflict = tx.repositories.conflicts.get(name) or conflict
            undone = {**(conflict.undo or {}), "undone": True, "before": [], "made": [], "after": []}
            stored = conflict
            if conflict.status is not ConflictStatus.DETECTED:
                stored = opened(conflict, now)
            stored = tx.repositories.conflicts.put(replace(stored, undo=undone, updated_at=now))
            self.log(tx, "update", "conflict", name, {"status": "resolved"}, {"status": "detected"})
            look(tx, self.policy, [one for one in stored.involved_events], "conflict.undo", now)
            return self._document(tx, tx.repositories.conflicts.get(name) or stored, now)

        return self.changing(do, "The conflict")

    def _take_back(self, tx: Transaction, conflict: Conflict, now: Instant) -> None:
        done = conflict.undo or {}
        must_be_undoable(tx, done, now)
        name = str(done["before"][0]["id"])
        self._must_change(tx, name)
        self.must_decide(tx, required_of(tx.repositories.participants.of_event(name)))
        self._events.restore_within(tx, done["before"], done["made"], now)

    def auto(self, now: Instant) -> int:
        """Resolve by itself what is flexible and of lower priority; gives how many were."""
        done = 0
        with self.store.reading() as tx:
            open_ones = [one.id for one in tx.repositories.conflicts.with_status(ConflictStatus.DETECTED)]
        for name in open_ones if self.resolves_itself else ():
            done += self.changing(partial(self._auto, name), "The conflict")
        return done

    def _auto(self, name: str, tx: Transaction, now: Instant) -> int:
        conflict = tx.repositories.conflicts.get(name)
        if conflict is None or conflict.status is not ConflictStatus.DETECTED:
            return 0
        if (conflict.undo or {}).get("undone"):
            return 0
        collision, found, known = self._options(tx, conflict, now)
        for one in found:
            if collision is not None and _moves_by_itself(one, collision, known):
                self.apply(tx, conflict, found, one, ResolutionMethod.AUTO_CONFIRM, now)
                return 1
        return 0


def _of_gist(found: Iterable[Option], gist: str) -> Option:
    chosen = next((one for one in found if gist_of(one.document()) == gist), None)
    if chosen is None:
        raise ChangedMeanwhileError("That is no way out any more", "Look at what there is now")
    return chosen


def _is_child(known: Agenda, user: UserId) -> bool:
    person = known.people.get(user)
    return person is not None and person.role is FamilyRole.CHILD


def _moves_by_itself(option: Option, collision: Collision, known: Agenda) -> bool:
    """Whether an option is a move of what is flexible and matters less, and no child's."""
    entry = option.entry
    others = [one for one in collision.entries if one.place != entry.place]
    order = list(type(entry.priority))
    lower = all(order.index(entry.priority) < order.index(one.priority) for one in others)
    flexible = entry.flexibility.value == "flexible"
    moves = option.strategy in (Strategy.MOVE_EVENT, Strategy.SWAP_RESOURCE)
    return moves and flexible and lower and not any(_is_child(known, user) for user in entry.required)
