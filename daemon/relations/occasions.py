"""Has people told of their contacts: each occasion once, in the transaction that found it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.booking.ids import outbox_id
from engine.model.booking import OutboxEntry, OutboxKind
from engine.model.relations import Contact, Interaction
from engine.notices.session_notices import WHAT
from engine.ports.store import Transaction
from engine.relations.occasions import LATE, Due, Occasion, occasions
from engine.relations.strength import Measured
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Occasions:
    """Looks whether there is something to tell of a contact; silence counts in multiples of `going_cold`."""

    going_cold: float

    def look(
        self,
        tx: Transaction,
        contact: Contact,
        interactions: Sequence[Interaction],
        found: Measured,
        now: Instant,
    ) -> Instant | None:
        """Have told what is due; gives when there is something to tell next."""
        user = tx.users.get(contact.user_id)
        if user is None:
            return None
        known = occasions(contact, interactions, found, now, zone=user.timezone, going_cold=self.going_cold)
        for one in known:
            if one.at <= now and (one.occasion is Occasion.GOING_COLD or now - one.at < LATE):
                tx.outbox.add((entry(contact, one, now),))
        return min((one.at for one in known if one.at > now), default=None)


def entry(contact: Contact, due: Due, now: Instant, **details: object) -> OutboxEntry:
    """Make what tells a contact's user of an occasion, once."""
    key = (contact.id, contact.user_id, due.occasion, due.key)
    name = outbox_id(OutboxKind.NOTIFICATION, *key)
    about = {"contact": contact.id, "about": due.about, "day": due.key, **details}
    return OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload={"user": contact.user_id, WHAT: str(due.occasion), **about},
        next_at=now,
        created_at=now,
    )
