"""When somebody is busy: F0's AvailabilityBlocks, with titles for their owner alone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from daemon import knowledge
from daemon.app.access import Access
from daemon.app.accounts.permission import shares_time
from daemon.app.explain import explain_moment
from daemon.app.principal import OPERATOR, Principal
from daemon.runtime.moment import OneMoment
from engine.availability.evidence import AvailabilityBlock, BlockSource
from engine.availability.explain import Explanation
from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.calendar_object import Occurrence
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant, Span
from engine.trouble import Trouble, attempt

MOST_DAYS = 62


def availability(
    access: Access, principal: Principal, user: UserId, window: Span
) -> Sequence[AvailabilityBlock]:
    """Give somebody's blocks in a window, by start; others' are bare times.

    Raises:
        UnknownThingError: nobody of that id, or nobody whose time is the asker's to see, told alike.
        InputError: the window is too long, or nothing.
    """
    if not 0 < window.end - window.start <= MOST_DAYS * DAY:
        raise InputError(f"from and to are not 1 second to {MOST_DAYS} days apart", "Ask for less")
    with access.store.reading() as tx:
        return availability_in(tx, access, principal, user, window)


def availability_in(
    tx: Transaction, access: Access, principal: Principal, user: UserId, window: Span
) -> Sequence[AvailabilityBlock]:
    """Give the same, at the moment of a transaction, of a window that is not too long."""
    policy, now = knowledge.knowledge_policy_of(access.configuration), access.clock.now()
    if tx.users.get(user) is None or not shares_time(tx, principal, user):
        raise UnknownThingError(f"There is no user {user}")
    found = knowledge.availability_blocks(tx, policy, user, window, now)
    own = principal.user == user
    titles = _titled(access, tx, user, window) if own else ()
    return (
        [_with_title(one, titles) for one in found] if own else [replace(one, metadata={}) for one in found]
    )


def own_blocks(access: Access, user: UserId, window: Span) -> Sequence[AvailabilityBlock]:
    """Give somebody's own blocks in a window as bare times: no object of a calendar is read for it."""
    policy, now = knowledge.knowledge_policy_of(access.configuration), access.clock.now()
    with access.store.reading() as tx:
        return knowledge.availability_blocks(tx, policy, user, window, now)


def _titled(access: Access, tx: Transaction, user: UserId, window: Span) -> Sequence[Occurrence]:
    """Read what lies in the window once more: only there stand titles."""
    touching = tx.calendars.busy(user, window)
    found: list[Occurrence] = []
    with access.lend({span.calendar.connector for span in touching}) as sources:
        for key in dict.fromkeys(span.calendar for span in touching):
            calendar, source = tx.calendars.get(key), sources.get(key.connector)
            if calendar is not None and source is not None:
                objects = tx.calendars.objects(key, {span.href for span in touching if span.calendar == key})
                found += source.connector.interpret(objects, window, calendar.zone or source.zone).occurrences
    return found


def own_titles(access: Access, user: UserId, window: Span) -> Sequence[Occurrence]:
    """Give what lies in a window of somebody's calendars, for their own eyes; nothing where that fails."""
    with access.store.reading() as tx:
        found = attempt(partial(_titled, access, tx, user, window))
    return () if isinstance(found, Trouble) else found


def _with_title(block: AvailabilityBlock, titles: Iterable[Occurrence]) -> AvailabilityBlock:
    if block.source is not BlockSource.CALENDAR:
        return block
    named = [
        one.title
        for one in titles
        if one.title and one.span.start <= block.start and block.end <= one.span.end
    ]
    return replace(block, metadata=dict(block.metadata, title=named[0])) if named else block


def block_document(block: AvailabilityBlock) -> dict[str, Any]:
    """Write an AvailabilityBlock document (F0 section 3)."""
    document: dict[str, Any] = {
        "userId": block.user_id,
        "start": format_instant(block.start),
        "end": format_instant(block.end),
        "source": block.source.value,
        "isBusy": block.is_busy,
    }
    return document | ({"metadata": dict(block.metadata)} if block.metadata else {})


def explain_at(access: Access, user: UserId, at: Instant) -> Explanation:
    """Tell what makes somebody free or busy at a moment, with titles that others are not to see."""
    policy = knowledge.knowledge_policy_of(access.configuration)
    return explain_moment(OPERATOR, access.store, policy, access.lend, user, at, access.clock.now())


def explain_in(tx: Transaction, access: Access, user: UserId, at: Instant) -> Explanation:
    """Tell the same, at the moment of a transaction."""
    policy = knowledge.knowledge_policy_of(access.configuration)
    store = OneMoment(access.store, tx)
    return explain_moment(OPERATOR, store, policy, access.lend, user, at, access.clock.now())
