"""Accepting asks the one predicate, holds included, and says no at once, with the next best times."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from daemon import knowledge
from daemon.knowledge import Gathered, KnowledgePolicy
from engine.booking.offers import RefusedOffer, SlotTakenError, is_offering, yes_to
from engine.find.answer import BlockCode, Blocker
from engine.find.request import search_window
from engine.find.search import against, find
from engine.ids import SessionId
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.ports.store import Store, Transaction
from engine.sessions import proposal
from engine.time.span import Instant
from engine.trouble import Trouble, Unopened, row_by_row

TAKEN = frozenset({BlockCode.BUSY, BlockCode.TENTATIVE, BlockCode.BUFFER, BlockCode.RESOURCE})
"""What says that somebody's time is taken; whatever else is no longer so is found out by looking again."""
BEST = 3


class OfferJudge:
    """Judges slots by what is known now; `knowledge_policy` gives the configuration's, once it is needed."""

    def __init__(self, knowledge_policy: Callable[[], KnowledgePolicy]) -> None:
        self._knowledge_policy = knowledge_policy

    def vet(self, tx: Transaction, before: EventSession, after: EventSession, now: Instant) -> None:
        """Do what `judge` does, with the next best times at once.

        Raises:
            SlotTakenError: names who is busy, and the next best times.
        """
        try:
            self.judge(tx, before, after, now)
        except SlotTakenError as refusal:
            raise self._advised(tx, before, refusal, now) from refusal

    def advised(
        self, store: Store, session_id: SessionId, refusal: SlotTakenError, now: Instant
    ) -> SlotTakenError:
        """Add the next best times to a refusal, searched for while nobody waits for a transaction to end."""
        with store.reading() as tx:
            session = tx.sessions.get(session_id)
            if session is None or any(tx.users.get(user) is None for user in session.attendee_ids):
                return refusal
            return self._advised(tx, session, refusal, now)

    def _advised(
        self, tx: Transaction, session: EventSession, refusal: SlotTakenError, now: Instant
    ) -> SlotTakenError:
        gathered = knowledge.for_session(tx, self._knowledge_policy(), session, now)
        advice = _advice(_next_best(session, gathered, refusal.at), gathered.request.host.timezone)
        return SlotTakenError(refusal.what, refusal.at, advice)

    def judge(self, tx: Transaction, before: EventSession, after: EventSession, now: Instant) -> None:
        """Refuse a change that accepts a time which is taken; unknown times are waited for by the booking.

        Raises:
            SlotTakenError: names who is busy, and what is in use.
        """
        slot = yes_to(before, after)
        if slot is None or any(tx.users.get(user) is None for user in after.attendee_ids):
            return
        reaching = replace(before, search=search_window(before, now).hull(slot.span))
        gathered = knowledge.for_session(tx, self._knowledge_policy(), reaching, now)
        in_the_way = _taken(gathered, slot)
        if proposal.waiting_for(before, gathered.known) or not in_the_way:
            return
        when = _when(slot.start, gathered.request.host.timezone)
        raise SlotTakenError(f"{when} is no longer free: {_why(in_the_way, before)}", slot.start)

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
        gathered = knowledge.for_session(tx, self._knowledge_policy(), session, now)
        zone = gathered.request.host.timezone
        refused = [(slot, _taken(gathered, slot)[:1]) for slot in offers]
        return [
            RefusedOffer(session.id, slot, f"{_when(slot.start, zone)}: {_why(first, session)}")
            for slot, first in refused
            if first
        ]


def _taken(gathered: Gathered, slot: TimeSlot) -> list[Blocker]:
    return [each for each in against(gathered.request, slot) if each.code in TAKEN]


def _why(in_the_way: Sequence[Blocker], session: EventSession) -> str:
    who = ", ".join(dict.fromkeys(str(each.user) for each in in_the_way if each.user is not None))
    said = [f"{who} is booked or held at that time"] if who else []
    if any(each.user is None for each in in_the_way):
        said.append(f"there is no room for it in {' or '.join(session.resource_ids)}")
    return "; ".join(said)


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
