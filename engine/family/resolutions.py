"""Ways out of a conflict: each is tried before it is offered, and the search itself names the times.

What moves is gatherly's own, neither critical nor fixed, the easiest first. A new time suits everybody who
must be there, their rules and the resources, and collides with nothing: the nearest such time is offered.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.bounds import LONGEST_SESSION
from engine.family.agenda import Agenda, Entry, Source
from engine.family.collisions import Collision, Kind, ease, of_entry, persists
from engine.family.describing import local
from engine.family.score import Score, Strategy, score
from engine.find.request import BusyEntry, FindRequest
from engine.find.search import find
from engine.ids import SessionId, UserId
from engine.model.constraint import ResourcePriority
from engine.model.event import EventPriority, Flexibility
from engine.model.resource import Resource
from engine.model.session import EventSession
from engine.model.user import Role, User
from engine.time.instant import format_instant
from engine.time.span import DAY, MINUTE, Instant, Span

AROUND = 7 * DAY
"""How far from the old time a new one is looked for."""
MOST_OPTIONS = 3
MOST_TRIES = 300
"""Times that are tried for one event, the nearest first."""
MOST_LOST = 3
"""An event is shortened by no more than one part in so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way out that was tried: what is done to which entry, and how good it is."""

    strategy: Strategy
    entry: Entry
    score: Score
    span: Span | None = None
    whole: bool = True
    """Of a series all of it, else just this instance."""
    resource: tuple[str, str] | None = None
    """Which takes the place of which: (old, new)."""
    user: UserId | None = None

    def document(self) -> dict[str, Any]:
        """Write it in F2's form."""
        found: dict[str, Any] = {"strategy": self.strategy.value, "event_id": self.entry.id}
        if self.span is not None:
            found["new_start_time"] = format_instant(self.span.start)
            if self.strategy is Strategy.SHORTEN_EVENT:
                found["new_end_time"] = format_instant(self.span.end)
        if not self.whole:
            found["instance"] = format_instant(self.entry.span.start)
        if self.resource is not None:
            found["resource_id"], found["new_resource_id"] = self.resource
        if self.user is not None:
            found["user_id"] = self.user
        return found | {"score": self.score.value, "why": list(self.score.why)}


def gist_of(option: Mapping[str, Any]) -> str:
    """Name what a way out does, as its document tells, whatever it is worth just now."""
    told = {key: value for key, value in option.items() if key not in ("score", "why")}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def documents(options: Sequence[Option]) -> dict[str, Any]:
    """Write options as F2's `proposed_resolution`: `option_1` is the best."""
    return {f"option_{number}": one.document() for number, one in enumerate(options, 1)}


def options(collision: Collision, agenda: Agenda, now: Instant) -> list[Option]:
    """Try the ways out of a collision; gives at most three that work, the best first."""
    movable = [one for one in sorted(collision.entries, key=ease) if _is_ours(one)]
    found = [one for entry in movable for one in _of_entry(entry, collision, agenda, now)]
    found += [one for entry in movable[:1] for one in _cancelled(entry, collision, agenda)]
    found.sort(key=lambda one: (-one.score.value, list(Strategy).index(one.strategy), ease(one.entry)))
    return found[:MOST_OPTIONS]


def others_to_ask(collision: Collision, people: Mapping[UserId, User]) -> tuple[str, ...]:
    """Name whose events in their own calendars collide: gatherly moves none of those."""
    owners = [one.owner for one in collision.entries if one.source is Source.BUSY]
    return tuple(dict.fromkeys(people[user].name for user in owners if user in people))


def _is_ours(entry: Entry) -> bool:
    return entry.source in (Source.EVENT, Source.SESSION) and entry.priority is not EventPriority.CRITICAL


def _of_entry(entry: Entry, collision: Collision, agenda: Agenda, now: Instant) -> Iterator[Option]:
    if entry.source is Source.SESSION:
        judged = score(Strategy.MOVE_SESSION, entry.priority, entry.flexibility, 0, len(entry.required))
        yield Option(strategy=Strategy.MOVE_SESSION, entry=entry, score=judged)
        return
    if collision.kind is Kind.CAPACITY:
        yield from _swapped(entry, collision, agenda)
    if entry.flexibility is not Flexibility.FIXED:
        yield from _moved(entry, collision, agenda, now)
        yield from _shortened(entry, collision, agenda)
    yield from _without_somebody(entry, collision, agenda)


def asked_of(entry: Entry, people: Mapping[UserId, User]) -> int:
    """Count who must agree: everybody who must be there, and a parent where that is a child."""
    children = any(user in people and people[user].role is Role.CHILD for user in entry.required)
    parents = any(user in people and people[user].role is Role.PARENT for user in entry.required)
    return max(len(entry.required), 1) + (children and not parents)


def _judged(strategy: Strategy, entry: Entry, agenda: Agenda, days: int = 0) -> Score:
    return score(strategy, entry.priority, entry.flexibility, days, asked_of(entry, agenda.people))


def _is_whole(entry: Entry, collision: Collision) -> bool:
    """Whether a series is to be changed as a whole: where several of its instances collide."""
    return entry.series is None or entry.series != entry.id or collision.times > 1


def _moved(entry: Entry, collision: Collision, agenda: Agenda, now: Instant) -> Iterator[Option]:
    whole = _is_whole(entry, collision)
    series = entry.series == entry.id and whole
    moving = [one for one in agenda.entries if one.id == entry.id] if series else [entry]
    rest = agenda.without(one.place for one in moving)
    for start in nearest(entry, rest, now)[:MOST_TRIES]:
        days = abs((local(start, entry.zone).date() - local(entry.span.start, entry.zone).date()).days)
        if series and days:
            continue
        shifted = [_at(one, one.span.start + start - entry.span.start) for one in moving]
        if _is_well(shifted, rest, collision):
            judged = _judged(Strategy.MOVE_EVENT, entry, agenda, days)
            span = _at(entry, start).span
            yield Option(strategy=Strategy.MOVE_EVENT, entry=entry, score=judged, span=span, whole=whole)
            return


def _at(entry: Entry, start: Instant) -> Entry:
    return replace(entry, span=Span(start, start + entry.span.seconds))


def _is_well(changed: Sequence[Entry], rest: Agenda, collision: Collision) -> bool:
    """Whether entries, as they are to be, collide with nothing, and the collision is gone."""
    tried = rest.with_entries(changed)
    return not any(of_entry(one, tried) for one in changed) and not persists(collision, tried)


def nearest(entry: Entry, rest: Agenda, now: Instant) -> list[Instant]:
    """Give the times that suit everybody who must be there, by the search for sessions, the nearest first."""
    people = [user for user in sorted(entry.required) if user in rest.people]
    minutes = -(-entry.span.seconds // MINUTE)
    if not people or minutes > LONGEST_SESSION:
        return []
    window = Span(max(entry.span.start - AROUND, now), max(entry.span.end + AROUND, now))
    session = EventSession(
        id=SessionId("trial"),
        host_user_id=people[0],
        invitee_ids=tuple(people[1:]),
        title="",
        duration=minutes,
        search=window,
        created_at=now,
        expires_at=now,
    )
    busy = {
        user: tuple(BusyEntry(one.span.start, one.span.end) for one in rest.of_person(user))
        for user in people
    }
    request = FindRequest(
        session=session,
        users={user: rest.people[user] for user in people},
        busy=busy,
        now=now,
        window=window,
        limit=1,
        all_starts=True,
        rules=tuple(rest.rules),
    )
    starts = find(request).starts
    return sorted(starts, key=lambda start: (abs(start - entry.span.start), start))


def _shortened(entry: Entry, collision: Collision, agenda: Agenda) -> Iterator[Option]:
    if collision.kind is not Kind.OVERLAP or not _is_whole(entry, collision) or entry.series == entry.id:
        return
    other = next((one for one in collision.entries if one.place != entry.place), None)
    if other is None:
        return
    if entry.span.start < other.span.start:
        left = Span(entry.span.start, other.span.start)
    elif other.span.end < entry.span.end:
        left = Span(other.span.end, entry.span.end)
    else:
        return
    if (entry.span.seconds - left.seconds) * MOST_LOST > entry.span.seconds:
        return
    if _is_well([replace(entry, span=left)], agenda.without([entry.place]), collision):
        judged = _judged(Strategy.SHORTEN_EVENT, entry, agenda)
        yield Option(strategy=Strategy.SHORTEN_EVENT, entry=entry, score=judged, span=left)


def _swapped(entry: Entry, collision: Collision, agenda: Agenda) -> Iterator[Option]:
    """Use another resource of the same kind that has room; what people prefer comes first."""
    old = collision.resources[0]
    whole = _is_whole(entry, collision)
    moving = [one for one in agenda.entries if one.id == entry.id]
    rest = agenda.without(one.place for one in moving)
    for new in _alike(old, agenda):
        if new in entry.resources or (entry.series == entry.id and not whole):
            continue
        changed = [replace(one, resources=(one.resources - {old}) | {new}) for one in moving]
        tried = rest.with_entries(changed)
        before = {one.key for each in moving for one in of_entry(each, agenda)}
        fresh = [one for each in changed for one in of_entry(each, tried) if one.key not in before]
        if not fresh and not persists(collision, tried):
            judged = _judged(Strategy.SWAP_RESOURCE, entry, agenda)
            yield Option(strategy=Strategy.SWAP_RESOURCE, entry=entry, score=judged, resource=(old, new))
            return


def _alike(old: str, agenda: Agenda) -> list[str]:
    wanted = preferred_resources(agenda.rules)
    known: Resource | None = agenda.resources.get(old)
    alike = [
        one.id
        for one in agenda.resources.values()
        if known is not None and one.id != old and one.type is known.type and one.active
    ]
    return sorted(alike, key=lambda name: (wanted.index(name) if name in wanted else len(wanted), name))


def preferred_resources(rules: Iterable[Any]) -> list[str]:
    """Name the resources that rules prefer, the best first (F2's resource_priority)."""
    listed: list[str] = []
    for one in rules:
        if one.active and isinstance(one.rule, ResourcePriority):
            for key in ("resources", "prefer", "resource_ids", "order"):
                value = one.rule.details.get(key)
                listed += [str(name) for name in value] if isinstance(value, list | tuple) else []
            alone = one.rule.details.get("resource_id")
            listed += [alone] if isinstance(alone, str) else []
    return list(dict.fromkeys(listed))


def _without_somebody(entry: Entry, collision: Collision, agenda: Agenda) -> Iterator[Option]:
    """Let the one person whom it concerns miss it, where others must be there too."""
    if collision.kind not in (Kind.OVERLAP, Kind.GAP) or len(collision.people) != 1:
        return
    if len(entry.required) < 2 or (entry.series == entry.id and not _is_whole(entry, collision)):
        return
    moving = [one for one in agenda.entries if one.id == entry.id]
    changed = [replace(one, required=one.required - {collision.people[0]}) for one in moving]
    tried = agenda.without(one.place for one in moving).with_entries(changed)
    if not persists(collision, tried):
        judged = _judged(Strategy.MAKE_OPTIONAL, entry, agenda)
        user = collision.people[0]
        yield Option(strategy=Strategy.MAKE_OPTIONAL, entry=entry, score=judged, user=user)


def _cancelled(entry: Entry, collision: Collision, agenda: Agenda) -> Iterator[Option]:
    if entry.source is not Source.EVENT:
        return
    whole = _is_whole(entry, collision)
    gone = [one.place for one in agenda.entries if one.id == entry.id] if whole else [entry.place]
    if not persists(collision, agenda.without(gone)):
        judged = _judged(Strategy.CANCEL_EVENT, entry, agenda)
        yield Option(strategy=Strategy.CANCEL_EVENT, entry=entry, score=judged, whole=whole)
