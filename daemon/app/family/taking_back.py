"""What an owner did to a copy, done to the event, within a larger transaction."""

from dataclasses import dataclass, replace

from daemon.app.family.event_steps import EventSteps
from engine.errors import InputError
from engine.family.copy_edits import TakenBack
from engine.family.event_change import EventChange, edited
from engine.family.series import split
from engine.model.event import CalendarEvent, EventStatus
from engine.ports.store import Transaction
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack(EventSteps):
    """Takes the steps that follow an owner's edit."""

    def take_back(self, tx: Transaction, event: CalendarEvent, done: TakenBack, now: Instant) -> bool:
        """Have an event be as its owner has its copy; tells whether it can be so."""
        if done.cancel:
            self.cancel_within(tx, event, None, now)
            return True
        event = self._renamed(tx, event, done, now)
        if done.rule is not None:
            wanted = _wanted(replace(done, title=None))
            event = self.put(tx, "move", event, lambda one, at: edited(one, wanted, at), now)
            self.belongings.follow(tx, event, now)
        elif done.span is not None:
            try:
                self.move_within(tx, self.event(tx, event.id), done.span.start, done.span.end, now)
            except InputError:
                return False
        self._proposed(tx, event.id, done, now)
        return True

    def from_then_on(
        self, tx: Transaction, series: CalendarEvent, original: Instant, done: TakenBack, now: Instant
    ) -> bool:
        """Have a series end before one of its instances, or go on from there as its owner has it."""
        zone = series.zone or "UTC"
        if done.cancel and original == series.start_time:
            self.cancel_within(tx, series, None, now)
            return True
        length = series.end_time - series.start_time
        if done.cancel:
            known = tx.repositories.events.exceptions(series.id)
            ended = split(series, known, original, original, original + length, "", zone, now).put[0]
            self.put(tx, "move", series, lambda _one, _at: ended, now)
            return True
        day = to_datetime(original).astimezone(zone_info(zone)).date()
        start = original if done.span is None else done.span.start
        end = start + length if done.span is None else done.span.end
        try:
            rest = self.move_within(tx, series, start, end, now, since=day)
        except InputError:
            return False
        self._renamed(tx, self.event(tx, rest.id), done, now)
        self._proposed(tx, rest.id, done, now)
        return True

    def _renamed(self, tx: Transaction, event: CalendarEvent, done: TakenBack, now: Instant) -> CalendarEvent:
        if done.title is None:
            return event
        renamed = replace(event, title=done.title, updated_at=now)
        return self.put(tx, "update", event, lambda _one, _at: renamed, now)

    def _proposed(self, tx: Transaction, name: str, done: TakenBack, now: Instant) -> None:
        if done.propose:
            self.put(tx, "reopen", self.event(tx, name), _reopened, now)


def can_be(event: CalendarEvent, done: TakenBack, now: Instant) -> bool:
    """Whether an event can be as its owner wants it."""
    alone = event if done.rule is not None else replace(event, recurrence_rule=None)
    try:
        edited(alone, _wanted(done), now)
    except InputError:
        return False
    return True


def _wanted(done: TakenBack) -> EventChange:
    wanted = EventChange(title=done.title, rule=done.rule)
    return wanted if done.span is None else replace(wanted, start=done.span.start, end=done.span.end)


def _reopened(event: CalendarEvent, now: Instant) -> CalendarEvent:
    return replace(event, status=EventStatus.PROPOSED, confirmed_at=None, proposed_at=now, updated_at=now)
