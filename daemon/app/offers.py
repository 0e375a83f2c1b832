"""Accepting asks the one predicate, holds included, and says no at once, with the next best times."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from daemon import knowledge
from daemon.knowledge import Gathered, KnowledgePolicy
from engine.booking.offers import RefusedOffer, SlotTakenError, is_offering, yes_to
from engine.find.answer import BlockCode, Blocker
from engine.find.search import against, find
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.ports.store import Transaction
from engine.sessions import proposal
from engine.time.span import Instant
from engine.trouble import Trouble, Unopened, row_by_row

TAKEN = frozenset({BlockCode.BUSY, BlockCode.TENTATIVE, BlockCode.BUFFER, BlockCode.RESOURCE})
"""What says that somebody's time is taken; whatever else is no longer so is found out by looking again."""
BEST = 3


class OfferJudge:
    """Judges slots by what is known now; `knowledge_policy` is the configuration.s."""

    def __init__(self, knowledge_policy: KnowledgePolicy) -> None:
        self._knowledge_policy = knowledge_policy

    def vet(self, tx: Transaction, before: EventSession, after: EventSession, now: Instant) -> None:
        """Refuse a change that accepts a time which is taken; unknown times are waited for by the booking.

        Raises:
            SlotTakenError: names who is busy, and the next best times.
        """
        slot = yes_to(before, after)
        if slot is None or any(tx.users.get(user) is None for user in after.attendee_ids):
            return
        gathered = knowledge.for_session(tx, self._knowledge_policy, before, now)
        in_the_way = _taken(gathered, slot)
        if proposal.waiting_for(before, gathered.known) or not in_the_way:
            return
        zone = gathered.request.host.timezone
        who = ", ".join(dict.fromkeys(str(each.user) for each in in_the_way))
        raise SlotTakenError(
            f"{_when(slot.start, zone)} is no longer free: {who} is booked or held at that time",
            _advice(_next_best(before, gathered, slot.start), zone),
        )

    def refused(self, tx: Transaction, now: Instant, unopened: Unopened) -> Iterator[RefusedOffer]:
        """Name what is on offer although the predicate refuses it; `unopened` is told of the rest."""
        pending = tx.sessions.listed(SessionStatus.PENDING, unopened)
        for session, found in row_by_row(pending, partial(self._refused, tx, now)):
            if isinstance(found, Trouble):
                unopened(session.id, found)
            else:
                yield from found

    def _refused(self, tx: Transaction, now: Instant, session: EventSession) -> list[RefusedOffer]:
        offers = [slot for slot in session.proposed_times if slot.start >= now]
        if not is_offering(session) or not offers or any(not tx.users.get(u) for u in session.attendee_ids):
            return []
        gathered = knowledge.for_session(tx, self._knowledge_policy, session, now)
        zone = gathered.request.host.timezone
        refused = [(slot, each.user) for slot in offers for each in _taken(gathered, slot)[:1]]
        return [
            RefusedOffer(session.id, slot, f"{_when(slot.start, zone)}: {user} is booked or held")
            for slot, user in refused
        ]


def _taken(gathered: Gathered, slot: TimeSlot) -> list[Blocker]:
    return [each for each in against(gathered.request, slot) if each.code in TAKEN]


def _next_best(session: EventSession, gathered: Gathered, refused: Instant) -> list[Instant]:
    others = [slot for slot in session.proposed_times if slot.start != refused]
    left = [slot.start for slot in others if not against(gathered.request, slot)]
    found = [slot.start for slot in find(gathered.request).proposed] if len(left) < BEST else []
    return list(dict.fromkeys((*left, *found)))[:BEST]


def _advice(starts: list[Instant], zone: str) -> str:
    if not starts:
        return "No other time is free just now; reject the proposals, or change what is asked for"
    times = "; ".join(_when(start, zone) for start in starts)
    shown = "`gatherly session show`, or proposedTimes, tells which of them are on offer"
    return f"The next best times are {times}. {shown}"


def _when(start: Instant, zone: str) -> str:
    return f"{datetime.fromtimestamp(start, ZoneInfo(zone)):%a %Y-%m-%d %H:%M} ({zone})"
