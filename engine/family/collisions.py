"""What collides: double booking, too small a gap, a resource over capacity, a rule broken (F2 Conflict).

Each collision is one, however many instances of a series meet: the first is told, the others are counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.family.agenda import Agenda, Entry, Source, resource_subject
from engine.ids import UserId
from engine.model.constraint import (
    Constraint,
    ConstraintLevel,
    MaxEventsPerDay,
    MaxEventsPerWeek,
    MinGap,
    PriorityBand,
    ResourcePriority,
    Rule,
)
from engine.model.event import EventPriority
from engine.model.reservation import ConflictType, Severity
from engine.model.user import User
from engine.rules.blocking import Situation, starts_against
from engine.rules.preferences import preference_constraints
from engine.time.intervals import holds
from engine.time.local_time import local_time, weekday_of
from engine.time.span import DAY, MINUTE, Instant, Span

AROUND = 8 * DAY
"""How far around an entry others are looked at where a limit of a week counts them: the farthest of all."""


class Kind(StrEnum):
    """What is wrong."""

    OVERLAP = "overlap"
    GAP = "gap"
    CAPACITY = "capacity"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Entries that collide: `entries` as they first meet, `at` that time, and how often they do in all.

    `people` are whom it concerns; `rule` is what they break, or whose gap is not kept; `gap` in minutes.
    """

    kind: Kind
    severity: Severity
    entries: tuple[Entry, ...]
    at: Span
    people: tuple[UserId, ...] = ()
    resources: tuple[str, ...] = ()
    rule: Constraint | None = None
    gap: int = 0
    times: int = 1
    until: Instant = 0
    scope: str = ""
    """Whose day or week it is of which a rule counts the events; it is the same however many they are."""

    @property
    def type(self) -> ConflictType:
        """Name it as F2 does."""
        if self.kind is Kind.CAPACITY:
            return ConflictType.RESOURCE
        return ConflictType.CONSTRAINT if self.kind is Kind.RULE else ConflictType.TIME

    @property
    def ids(self) -> tuple[str, ...]:
        """Name what collides; what only reserves a resource is told by the resource."""
        named = (one.id for one in self.entries if one.source is not Source.RESERVATION)
        return tuple(sorted(set(named)))

    @property
    def key(self) -> tuple[str, ...]:
        """Tell it from every other, however often it is seen."""
        rule = "" if self.rule is None or self.kind is Kind.GAP else self.rule.id
        return (self.kind.value, rule, *self.resources, "", *((self.scope,) if self.scope else self.ids))


def collisions(changed: Iterable[str], agenda: Agenda, now: Instant) -> list[Collision]:
    """Give what some events, sessions or reservations collide with, by time; what is over is left alone."""
    names = set(changed)
    own = [one for one in agenda.entries if one.id in names or one.series in names]
    found: dict[tuple[str, ...], list[Collision]] = {}
    for entry in own:
        if entry.span.end > now:
            for one in _all(entry, agenda):
                found.setdefault(one.key, []).append(one)
    return sorted(map(_as_one, found.values()), key=lambda one: (one.at, one.key))


def looked_around(people: Iterable[User], rules: Iterable[Constraint]) -> int:
    """Tell how many seconds around an entry others have a say: what no rule of these asks for needs none."""
    users = list(people)
    own = (one for user in users for one in preference_constraints(user))
    buffers = (user.default_preferences.buffer_time * MINUTE for user in users)
    return max([0, *buffers, *(_looked(one.rule) for one in (*rules, *own))])


def _looked(rule: Rule) -> int:
    match rule:
        case MaxEventsPerWeek():
            return AROUND
        case MaxEventsPerDay():
            return 2 * DAY
        case MinGap(minutes):
            return min(minutes * MINUTE, AROUND)
    return 0


def _as_one(seen: Sequence[Collision]) -> Collision:
    """Tell of several meetings the first, and how often there are others."""
    first = min(seen, key=lambda one: one.at)
    people = tuple(dict.fromkeys(user for one in seen for user in one.people))
    until = max(one.until for one in seen)
    times = 1 if first.scope else len({one.at for one in seen})
    return replace(first, people=people, times=times, until=until)


def _all(entry: Entry, agenda: Agenda) -> Iterator[Collision]:
    for user in sorted(entry.required):
        person = agenda.people.get(user)
        if person is None:
            continue
        others = [one for one in agenda.of_person(user) if one.place != entry.place]
        rules = _rules_of(person, agenda.rules)
        yield from _overlaps(entry, person, others)
        yield from _gaps(entry, person, others, rules)
        yield from _broken(entry, user, person.timezone, others, rules)
    for resource in sorted(entry.resources):
        yield from _over_capacity(entry, resource, agenda)
        used = [one for one in agenda.of_resource(resource) if one.place != entry.place]
        subject = resource_subject(resource)
        own = [rule for rule in agenda.rules if rule.user == subject and rule.active]
        for one in _broken(entry, subject, entry.zone, used, own):
            yield replace(one, people=(), resources=(resource,))


def _rules_of(person: User, rules: Iterable[Constraint]) -> list[Constraint]:
    return [*(one for one in rules if one.applies_to(person.id)), *preference_constraints(person)]


def _overlaps(entry: Entry, person: User, others: Iterable[Entry]) -> Iterator[Collision]:
    for other in others:
        met = entry.span.clip(other.span) if entry.span.overlaps(other.span) else None
        if met is not None:
            yield Collision(
                kind=Kind.OVERLAP,
                severity=_severity((entry, other), Severity.HIGH),
                entries=_in_order(entry, other),
                at=met,
                people=(person.id,),
                until=max(entry.span.end, other.span.end),
            )


def _gaps(
    entry: Entry, person: User, others: Iterable[Entry], rules: Iterable[Constraint]
) -> Iterator[Collision]:
    """Find the events that come too close: the largest of the gaps and buffers decides."""
    kept = [(one.rule.minutes, one) for one in rules if isinstance(one.rule, MinGap)]
    buffer = person.default_preferences.buffer_time
    most = max([buffer, *(minutes for minutes, _ in kept)])
    for other in others if most else ():
        if entry.span.overlaps(other.span):
            continue
        between = Span(min(entry.span.end, other.span.end), max(entry.span.start, other.span.start))
        broken = [(minutes, rule) for minutes, rule in kept if between.seconds < minutes * MINUTE]
        if not broken and between.seconds >= buffer * MINUTE:
            continue
        hard = between.seconds < buffer * MINUTE or any(
            rule.level is ConstraintLevel.HARD for _, rule in broken
        )
        yield Collision(
            kind=Kind.GAP,
            severity=_severity((entry, other), Severity.HIGH if hard else Severity.MEDIUM),
            entries=_in_order(entry, other),
            at=between,
            people=(person.id,),
            gap=max([buffer if between.seconds < buffer * MINUTE else 0, *(m for m, _ in broken)]),
            until=max(entry.span.end, other.span.end),
        )


_COUNTED = (MaxEventsPerDay, MaxEventsPerWeek)
_UNCHECKED = (MinGap, ResourcePriority)


def _broken(
    entry: Entry, user: UserId, zone: str, others: Sequence[Entry], rules: Iterable[Constraint]
) -> Iterator[Collision]:
    reach = entry.span.widen(AROUND, AROUND)
    spans = sorted({(one.span.start, one.span.end) for one in others if one.span.seconds})
    local = local_time(zone, reach)
    situation = Situation(local, (entry.span.start, entry.span.start + 1), entry.span.seconds, spans)
    for rule in rules:
        if isinstance(rule.rule, _UNCHECKED):
            continue
        if not holds(starts_against(rule.rule, situation), entry.span.start):
            continue
        entries, scope = [entry], ""
        if isinstance(rule.rule, _COUNTED):
            by_week = isinstance(rule.rule, MaxEventsPerWeek)
            period = _period(entry, zone, by_week=by_week)
            near = (one for one in others if abs(one.span.start - entry.span.start) < AROUND)
            entries += [one for one in near if _period(one, zone, by_week=by_week) == period]
            scope = f"{user} {period}"
        yield Collision(
            kind=Kind.RULE,
            severity=_severity(entries, _of_rule(rule)),
            entries=_in_order(*entries),
            at=entry.span,
            people=(user,),
            rule=rule,
            until=max(one.span.end for one in entries),
            scope=scope,
        )


def _period(entry: Entry, zone: str, *, by_week: bool) -> int:
    """Number the local day, or the day on which its week begins."""
    day = local_time(zone, entry.span).day(entry.span.start)
    return day - weekday_of(day) if by_week else day


def _over_capacity(entry: Entry, resource: str, agenda: Agenda) -> Iterator[Collision]:
    shared = agenda.resources.get(resource)
    if shared is None:
        return
    users = [one for one in agenda.of_resource(resource) if one.span.overlaps(entry.span)]
    for start in sorted({max(one.span.start, entry.span.start) for one in users}):
        at_once = [one for one in users if start in one.span]
        if len(at_once) > shared.capacity:
            end = min(one.span.end for one in at_once)
            yield Collision(
                kind=Kind.CAPACITY,
                severity=_severity(at_once, Severity.HIGH),
                entries=_in_order(*at_once),
                at=Span(start, end),
                resources=(resource,),
                until=max(one.span.end for one in at_once),
            )


def _in_order(*entries: Entry) -> tuple[Entry, ...]:
    """Put first what is to move, as a sentence names it: of lower priority, more flexible, earlier."""
    return tuple(sorted(entries, key=ease))


PRIORITIES = tuple(EventPriority)


def ease(entry: Entry) -> tuple[int, int, int, Instant, str]:
    """Order by how easily something moves; what others own comes last."""
    firm = ("flexible", "preferred", "fixed").index(entry.flexibility.value)
    owned = 0 if entry.source in (Source.EVENT, Source.SESSION) else 1
    return owned, PRIORITIES.index(entry.priority), firm, entry.span.start, entry.id


def _severity(entries: Iterable[Entry], usual: Severity) -> Severity:
    critical = any(one.priority is EventPriority.CRITICAL for one in entries)
    return Severity.CRITICAL if critical else usual


def _of_rule(rule: Constraint) -> Severity:
    if rule.level is ConstraintLevel.HARD:
        return Severity.HIGH
    return Severity.LOW if rule.band is PriorityBand.LOW else Severity.MEDIUM


def of_entry(entry: Entry, agenda: Agenda) -> list[Collision]:
    """Give what one entry collides with."""
    return list(_all(entry, agenda))


def persists(collision: Collision, agenda: Agenda) -> bool:
    """Whether a collision is still there in an agenda that was changed: as it was, or others at its time.

    Of a day or a week on which there are too many, every event counts, at whatever time of it.
    """
    names = set(collision.ids)
    for entry in agenda.entries:
        if entry.id not in names or not (collision.scope or entry.span.overlaps(_near(collision))):
            continue
        for one in _all(entry, agenda):
            same = one.kind is collision.kind and one.resources == collision.resources
            if same and (one.key == collision.key or (one.resources and one.at.overlaps(_near(collision)))):
                return True
    return False


def _near(collision: Collision) -> Span:
    return collision.at.widen(1, 1)
