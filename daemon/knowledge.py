"""What the store knows of people's time, gathered for the engine's decisions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from config.configuration import Configuration
from config.custom_rules import INSTALLED
from config.settings import constraints_of
from connectors.registry import kind_of
from daemon.native_events import attended_by, native_calendars
from engine.availability.evidence import (
    AvailabilityBlock,
    Evidence,
    Freshness,
    Known,
    blocks,
    known_busy,
)
from engine.availability.rule_blocks import rule_blocks
from engine.booking.taken import taken_by
from engine.errors import UnknownThingError
from engine.family.access import may_see
from engine.find.request import FindRequest, search_window
from engine.ids import ConnectorName, EventId, EventUid, SessionId, UserId
from engine.model.booking import Want
from engine.model.calendar_object import BusySpan
from engine.model.constraint import Constraint, ConstraintLevel
from engine.model.session import EventSession
from engine.model.user import User
from engine.ports.store import Transaction
from engine.rules.checkable import with_check
from engine.time.intervals import united
from engine.time.span import DAY, Instant, Span

AROUND = DAY
"""How far beyond the window busy times are looked at: the longest buffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePolicy:
    """How the configuration wants knowledge judged.

    `expected` names each user's reading connectors, `rules` are the configuration's own.
    """

    freshness: Freshness
    expected: Mapping[UserId, tuple[ConnectorName, ...]]
    rules: tuple[Constraint, ...] = ()


def knowledge_policy_of(configuration: Configuration) -> KnowledgePolicy:
    """Tell how knowledge is judged, and which connectors each user's time is expected from.

    A connector that a broken drop-in disables is expected all the same: its user is unknown, not free.
    """
    sync = configuration.settings.sync
    expected: dict[UserId, list[ConnectorName]] = {}
    for one in configuration.settings.connectors.values():
        if kind_of(one.kind).capabilities.reads and one.read != ():
            expected.setdefault(one.user_id, []).append(one.name)
    for broken in configuration.disabled:
        if broken.user_id is not None and kind_of(broken.kind).capabilities.reads:
            expected.setdefault(broken.user_id, []).append(broken.name)
    return KnowledgePolicy(
        freshness=Freshness(sync.max_age, sync.on_stale),
        expected={user: tuple(names) for user, names in expected.items()},
        rules=constraints_of(configuration.settings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a decision on one session needs."""

    request: FindRequest
    known: Mapping[UserId, Known]


def for_session(
    tx: Transaction,
    knowledge_policy: KnowledgePolicy,
    session: EventSession,
    now: Instant,
    *,
    apart_from: Collection[SessionId] = (),
) -> Gathered:
    """Gather what is known of everybody whom a session names, without the holds of some other sessions.

    Raises:
        UnknownThingError: it names somebody who is no user.
    """
    from engine.sessions.proposal import request_for  # explaining one moment searches nothing

    users = _users(tx, session.attendee_ids)
    window = reaching(session, search_window(session, now))
    known = of_people(tx, knowledge_policy, users, window, now, apart_from={session.id, *apart_from})
    rules = rules_of(tx, knowledge_policy, users)
    request = request_for(session, users, known, now, rules)
    if session.resource_ids:
        request = _with_resources(tx, knowledge_policy, request, {session.id, *apart_from})
    return Gathered(request=request, known=known)


def reaching(session: EventSession, window: Span) -> Span:
    """Give the stretch that has to be known for a search in a window: of a series all occurrences."""
    if session.recurrence is None:
        return window
    from engine.find.series.rule import LONGEST_SERIES  # most sessions are held once

    return Span(window.start, window.end + (LONGEST_SERIES + 1) * DAY)


def _with_resources(
    tx: Transaction, policy: KnowledgePolicy, request: FindRequest, apart_from: Collection[SessionId]
) -> FindRequest:
    """Add when what a session needs has no room, and what is asked of its times."""
    from daemon.resource_uses import without_room  # most sessions need nothing but people
    from engine.family.agenda import resource_subject

    names = request.session.resource_ids
    wide = reaching(request.session, request.window).widen(AROUND, AROUND)
    full = without_room(tx, names, wide, apart_from=apart_from)
    subjects = {resource_subject(name) for name in names}
    asked = (rule for rule in rules_of(tx, policy, subjects) if rule.user in subjects)
    return replace(
        request,
        resources=tuple(united((span.start, span.end) for span in full)),
        resource_rules=tuple(rule for rule in asked if rule.level is ConstraintLevel.HARD),
    )


def rules_of(
    tx: Transaction, knowledge_policy: KnowledgePolicy, users: Iterable[UserId]
) -> tuple[Constraint, ...]:
    """Gather the rules in force for people: the configuration's, and those that the store holds."""
    people = list(users)
    stored = tx.repositories.constraints.concerning(people)
    off = {rule.id for rule in stored if not rule.active}
    configured = {
        rule.id: rule
        for rule in knowledge_policy.rules
        if (rule.user is None or rule.user in people) and rule.id not in off
    }
    in_force = {rule.id: rule for rule in stored if rule.active}
    return tuple(with_check(rule, INSTALLED) for rule in {**in_force, **configured}.values())


def _users(tx: Transaction, names: Collection[UserId]) -> dict[UserId, User]:
    found = {one.id: one for one in tx.users.some(names)}
    for name in names:
        if name not in found:
            raise UnknownThingError(f"{name} is not a user", "Add [users.…] for them to the configuration")
    return {name: found[name] for name in names}


def of_user(
    tx: Transaction,
    knowledge_policy: KnowledgePolicy,
    user: UserId,
    window: Span,
    now: Instant,
    *,
    apart_from: Collection[SessionId] = (),
) -> Known:
    """Gather what is known of one person's time around a window; holds of `apart_from` do not count."""
    return of_people(tx, knowledge_policy, (user,), window, now, apart_from=apart_from)[user]


def of_people(
    tx: Transaction,
    knowledge_policy: KnowledgePolicy,
    people: Collection[UserId],
    window: Span,
    now: Instant,
    *,
    apart_from: Collection[SessionId] = (),
) -> Mapping[UserId, Known]:
    """Gather the same for each of several: most questions are asked once for all."""
    wide = window.widen(AROUND, AROUND)
    busy = tx.calendars.busy_of(people, wide)
    ours = ledgered(tx, chain.from_iterable(busy.values()))
    holds = [one for one in tx.ledger.holds_of_any(people, wide) if one.session not in apart_from]
    native = native_calendars(tx)
    events = attended_by(tx, tx.users.some(people), wide) if native else {}

    def known_of(user: UserId) -> Known:
        expected = knowledge_policy.expected.get(user, ())
        evidence = Evidence(
            user=user,
            expected=expected,
            calendars=tx.calendars.of_user(user),
            accounts={name: account for name in expected if (account := tx.calendars.account(name))},
            busy=busy[user],
            holds=[one for one in holds if one.person == user],
            ledgered=ours,
            native=[one.taken() for one in events.get(user, ())],
            native_calendar=any(may_see(one, user) for one in native),
        )
        return known_busy(evidence, wide, now, knowledge_policy.freshness)

    return {user: known_of(user) for user in people}


def availability_blocks(
    tx: Transaction, knowledge_policy: KnowledgePolicy, user: UserId, window: Span, now: Instant
) -> list[AvailabilityBlock]:
    """Compute F0's AvailabilityBlocks of one person in a window, by start; nothing of them is ever stored.

    Raises:
        UnknownThingError: there is no such user.
    """
    found = blocks(of_user(tx, knowledge_policy, user, window, now), window)
    found += rule_blocks(_users(tx, [user])[user], rules_of(tx, knowledge_policy, [user]), window)
    return sorted(found, key=lambda block: (block.start, block.end, block.source))


def ledgered(tx: Transaction, busy: Iterable[BusySpan]) -> dict[EventUid, Collection[Span]]:
    """Give what each copy of ours takes by the ledger; all are looked up together."""
    ours = {EventId(entry.uid) for entry in busy if entry.ours}
    if not ours:
        return {}
    # The event of such a copy takes the time of those who take part, whosever calendar the copy lies in.
    mirrored = tx.repositories.events.mirrored_as(ours)
    found: dict[EventUid, Collection[Span]] = {EventUid(name): () for name in mirrored}
    effects = tx.ledger.effects_writing(ours - mirrored.keys())
    wanted = {one.session for one in effects.values() if one.want is Want.PRESENT}
    bookings = tx.ledger.bookings(wanted) if wanted else {}
    booked = {name: one.slot for name, one in bookings.items() if one.slot is not None}
    sessions = {one.id: one for one in tx.sessions.some(booked)} if booked else {}
    for name, effect in effects.items():
        slot = booked.get(effect.session) if effect.want is Want.PRESENT else None
        found[EventUid(name)] = () if slot is None else taken_by(sessions.get(effect.session), slot)
    return found
