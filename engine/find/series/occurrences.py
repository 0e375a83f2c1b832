"""Every occurrence of a proposed series: whether it suits, why not, and where it moves to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.find.answer import Blocker
from engine.find.attendance import availability
from engine.find.proposals import Pick, Setting, slots
from engine.find.series.plans import Plan
from engine.find.series.suiting import Suiting
from engine.model.session import Occurrence, Reason, TimeSlot
from engine.time.span import DAY, MINUTE, Instant

LEFT_OUT = -6
MOVED = -2
MOVED_HOUR = -1
"""Points for each occurrence that is left out, that moves, and for each hour or part of one it moves by."""
FARTHEST_HOURS = 4


@dataclass(frozen=True, slots=True)
class Missed:
    """The occurrences that do not suit, by their days: where each moves to, None where it is left out."""

    moved_to: tuple[tuple[int, Instant | None], ...] = ()
    seconds: int = 0
    """How far they move, all together."""

    @property
    def rank(self) -> tuple[int, int, int]:
        """The order of series: how many do not suit, how many are left out, how far the others move."""
        left_out = sum(at is None for _, at in self.moved_to)
        return len(self.moved_to), left_out, self.seconds


def missed(suiting: Suiting, plan: Plan, start: Instant, duration: int) -> Missed:
    """Look at a start's occurrences one by one: which do not suit, and where they move to."""
    point = suiting.point(start)
    found: list[tuple[int, Instant | None]] = []
    over, seconds = 0, 0
    for place, day in enumerate(plan.known):
        if suiting.row(day) >> point & 1:
            continue
        begin = _at(suiting, plan, start, day)
        if place and (not found or found[-1][0] != plan.known[place - 1]):
            over = _at(suiting, plan, start, plan.known[place - 1]) + duration
        there = suiting.nearest(day, begin, over, _following(suiting, plan, start, place, duration))
        found.append((day, there))
        if there is not None:
            over, seconds = there + duration, seconds + abs(there - begin)
    return Missed(tuple(found), seconds)


def _following(suiting: Suiting, plan: Plan, start: Instant, place: int, duration: int) -> Instant:
    """Give when the occurrence after one begins; where there is none, long after."""
    days = (*plan.known[place + 1 : place + 2], *plan.beyond[:1])
    if days:
        return _at(suiting, plan, start, days[0])
    return _at(suiting, plan, start, plan.known[place]) + 2 * DAY + duration


def _at(suiting: Suiting, plan: Plan, start: Instant, day: int) -> Instant:
    """Give the start of a series' occurrence on a day: when the host's clock shows what it shows at first."""
    return suiting.same_clock(start, plan.first, day)


def said_of(scene: Setting, pick: Pick, gone: Missed) -> Pick:
    """Let everybody say what they are at a first occurrence that does not suit: busy is not called free."""
    if not gone.moved_to:
        return pick
    end, told = pick.start + scene.duration, []
    for person, required in scene.people:
        state = availability(person, pick.start, end)
        told.append((state, scene.scale.reasons(person, required, state, pick.start, end)))
    return Pick(pick.start, told)


def explained(scene: Setting, pick: Pick, suiting: Suiting, plan: Plan, gone: Missed) -> TimeSlot:
    """Give a start as a proposal that says of each occurrence what is known of it."""
    slot = slots(scene, (pick,))[0]
    moved = dict(gone.moved_to)
    told = []
    for day in plan.known:
        begin = _at(suiting, plan, pick.start, day)
        if day in moved:
            against = tuple(dict.fromkeys(_words(one) for one in suiting.against(begin)))
            told.append(Occurrence(start=begin, available=False, conflicts=against, moved_to=moved[day]))
        else:
            told.append(Occurrence(start=begin))
    told += [Occurrence(start=_at(suiting, plan, pick.start, day), available=None) for day in plan.beyond]
    return _weighed(scene, slot, tuple(told), gone)


def _weighed(scene: Setting, slot: TimeSlot, told: tuple[Occurrence, ...], gone: Missed) -> TimeSlot:
    """Let what must move or be left out count in the score, and say so; and say what is not yet known."""
    reasons = tuple(_reasons(told, gone))
    score = slot.score + sum(one.points for one in reasons)
    chance = scene.scale.chance(slot.score)
    confidence = slot.confidence * scene.scale.chance(score) / chance if chance else 0.0
    return replace(
        slot,
        score=score,
        confidence=round(min(confidence, 1.0), 4),
        reasons=(*slot.reasons, *reasons),
        occurrences=told,
    )


def _reasons(told: tuple[Occurrence, ...], gone: Missed) -> Iterator[Reason]:
    missing, left_out, _ = gone.rank
    moved = missing - left_out
    every, unknown = len(told), sum(one.available is None for one in told)
    if left_out:
        words = f"{left_out} of {every} occurrences {'is' if left_out == 1 else 'are'} left out"
        yield Reason("occurrences_left_out", None, left_out * LEFT_OUT, words)
    if moved:
        hours = -(-gone.seconds // (60 * MINUTE))
        points = moved * MOVED + min(hours, moved * FARTHEST_HOURS) * MOVED_HOUR
        words = (
            f"{moved} of {every} occurrences {'moves' if moved == 1 else 'move'} to another time of the day"
        )
        yield Reason("occurrences_moved", None, points, words)
    if unknown:
        words = (
            f"{unknown} of {every} occurrences {'lies' if unknown == 1 else 'lie'} beyond what is known yet"
        )
        yield Reason("occurrences_not_yet_known", None, 0, words)


def _words(blocker: Blocker) -> str:
    words = blocker.code.value.replace("_", " ").capitalize()
    return words if blocker.user is None else f"{blocker.user}: {words}"
