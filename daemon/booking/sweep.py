"""Sweep: compare every connected calendar with the ledger, at start and every five minutes (R7).

Deletes what must not be there and is nobody's work in progress, looks into bookings whose copies seem
changed, and resumes updates that a crash left. What the ledger does not know at all is only listed, what was
over long ago is left to `gatherly fsck`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from daemon.booking.dependencies import BookDeps
from daemon.booking.series_watch import SeriesWatch
from daemon.booking.watch import WatchJob
from daemon.booking.watched import AllWatched, Ledgered, all_watched, ledgered
from daemon.booking.worker import BookJob
from daemon.runtime.guard import Guard
from engine.booking.checks.sweeping import (
    LONG_OVER,
    Verdict,
    Watched,
    by_event,
    is_long_over,
    is_unfinished,
    looks_other,
    time_may_change,
    verdict,
)
from engine.ids import CalendarKey, SessionId
from engine.model.booking import Observed
from engine.model.set_aside import Item, Work
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

NOT_CONFIGURED = "its connector is not configured any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """An event of ours in a calendar that does not want it, or that the ledger does not know."""

    calendar: CalendarKey
    event: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: events deleted or listed for an operator, bookings answered, calendars not read."""

    deleted: tuple[Stray, ...] = ()
    orphans: tuple[Stray, ...] = ()
    answered: tuple[SessionId, ...] = ()
    unread: tuple[str, ...] = ()


class SweepJob:
    """Reconciles calendars and ledger."""

    def __init__(self, deps: BookDeps, book: BookJob, watch: WatchJob) -> None:
        self._deps = deps
        self._book = book
        self._watch = watch
        self._series = SeriesWatch(deps)
        self._guard = Guard(deps.store, deps.clock)

    def run(self) -> Swept:
        """Sweep once; a calendar that cannot be read is named and left as it is."""
        now = self._deps.store_time()
        listed, unread = self._list(now - LONG_OVER)
        strays = [
            Stray(calendar=key, event=event)
            for key, events in listed.items()
            for event in events
            if not is_long_over(event, now)
        ]
        judged = self._judged(strays)
        deleted = [stray for stray, each in judged if each is Verdict.DELETE and self._delete(stray)]
        watched = self._watched()
        self._note(unread, watched)
        by_calendar = {key: by_event(events) for key, events in listed.items()}
        changed = self._those(watched, partial(looks_other, by_calendar), "copies")
        answered = [session for session in changed if self._inspected(session)]
        recurring = self._those(watched, partial(time_may_change, self._deps.store_time()), "occurrences")
        answered += [session for session in recurring if self._looked_after(session)]
        unfinished = self._those(watched, is_unfinished, "updates")
        for session in dict.fromkeys((*answered, *unfinished, *self._leaving())):
            self._guard.run(_item(Work.BOOK, session), partial(self._book.run, session))
        return Swept(
            deleted=tuple(deleted),
            orphans=tuple(stray for stray, each in judged if each is Verdict.ORPHAN),
            answered=tuple(answered),
            unread=tuple(f"{key}: {why}" for key, why in unread.items()),
        )

    def _list(
        self, since: Instant
    ) -> tuple[Mapping[CalendarKey, Sequence[Observed]], Mapping[CalendarKey, str]]:
        listed, unread = {}, {}
        with self._deps.store.reading() as tx:
            calendars = self._deps.written_calendars(tx)
        for key in calendars:
            connector = self._deps.connectors.get(key.connector)
            if connector is None:
                unread[key] = NOT_CONFIGURED
                continue
            events = attempt(partial(connector.marked, key.calendar, self._deps.store.install, since))
            if isinstance(events, Trouble):
                unread[key] = events.line
            else:
                listed[key] = events
        return listed, unread

    def _note(self, unread: Mapping[CalendarKey, str], watched: AllWatched) -> None:
        """Remember on the copies that still matter that nobody could look at them."""
        for session, one in watched:
            if not isinstance(one, Watched):
                continue
            theirs = {each.calendar for each in one.copies}
            for calendar, why in unread.items():
                if calendar not in theirs:
                    continue
                note = partial(self._watch.note_unlisted, session, calendar, why)
                self._guard.run(_item(Work.INSPECT, session), note)

    def _judged(self, strays: Sequence[Stray]) -> list[tuple[Stray, Verdict]]:
        """Judge each; what cannot be judged is set aside and kept."""
        marks = (stray.event.mark for stray in strays)
        names = {mark.session for mark in marks if mark is not None and not mark.is_native}
        with self._deps.store.reading() as tx:
            known = dict(ledgered(tx, names))
        judged = [(stray, _judge(stray, known)) for stray in strays]
        self._guard.note((_stray_item(stray), each) for stray, each in judged)
        return [(stray, each if isinstance(each, Verdict) else Verdict.KEEP) for stray, each in judged]

    def _inspected(self, session: SessionId) -> bool:
        looked = self._guard.run(_item(Work.INSPECT, session), partial(self._watch.inspect, session))
        return looked is True

    def _looked_after(self, session: SessionId) -> bool:
        looked = self._guard.run(_item(Work.INSPECT, session), partial(self._series.look, session))
        return looked is True

    def _delete(self, stray: Stray) -> bool:
        """Delete what is wanted gone; one that cannot be deleted now is found again by the next sweep."""
        connector = self._deps.connectors[stray.calendar.connector]
        withdrawn = attempt(partial(connector.withdraw, stray.calendar.calendar, stray.event.event_id))
        return not isinstance(withdrawn, Trouble)

    def _leaving(self) -> Sequence[SessionId]:
        """Give confirmed bookings, be they over, that hold the copy of somebody who was taken out."""
        with self._deps.store.reading() as tx:
            return tx.ledger.leaving()

    def _watched(self) -> AllWatched:
        with self._deps.store.reading() as tx:
            return list(all_watched(tx, self._deps.store_time()))

    def _those(self, watched: AllWatched, concerns: Callable[[Watched], bool], what: str) -> list[SessionId]:
        """Give the watched bookings that something concerns; one that cannot be judged is set aside."""
        judged = [
            (
                Item(step=Work.SWEEP, name=f"{session} {what}", session=session),
                attempt(partial(concerns, one)) if isinstance(one, Watched) else one,
            )
            for session, one in watched
        ]
        self._guard.note(judged)
        return [item.session for item, outcome in judged if item.session and outcome is True]


def _item(step: Work, session: SessionId) -> Item:
    return Item(step=step, name=session, session=session)


def _stray_item(stray: Stray) -> Item:
    session = stray.event.mark.session if stray.event.mark else None
    return Item(step=Work.DELETE, name=f"{stray.calendar} {stray.event.event_id}", session=session)


def _judge(stray: Stray, known: Mapping[SessionId, Ledgered | Trouble]) -> Verdict | Trouble:
    mark = stray.event.mark
    if mark is None or mark.is_native:
        return Verdict.KEEP
    found = known[mark.session]
    return found if isinstance(found, Trouble) else attempt(partial(verdict, stray.event, *found))
