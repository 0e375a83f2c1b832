"""`min_events` as it is now: whoever was met often enough by it becomes a contact, whoever was not goes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from engine.ids import UserId
from engine.model.relations import ContactSource
from engine.ports.store import Store, Transaction
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class _Otherwise:
    """Whom another `min_events` concerns: addresses, by hash, met often, and contacts met too seldom."""

    often: Collection[str]
    seldom: Collection[str]


def hold_to(store: Store, user: UserId, least: int, now: Instant) -> None:
    """Bring one user's contacts in step with how often somebody must be met.

    Events of whoever is met often enough are looked at once more, since their names stand nowhere else.
    """
    with store.reading() as tx:
        found = _otherwise(tx, user, least)
    if not found.often and not found.seldom:
        return
    with store.writing() as tx:
        found = _otherwise(tx, user, least)
        tx.repositories.contacts.delete_all(found.seldom)
        events = {one.source_id for one in tx.repositories.encounters.of_marks(found.often)}
        tx.repositories.meeting_sources.look_at(events, now)


def _otherwise(tx: Transaction, user: UserId, least: int) -> _Otherwise:
    met, together = tx.repositories.encounters.met_by(user), Counter[str]()
    known = {one.id: one.contact_id for one in tx.repositories.known_addresses.of_user(user)}
    for mark, contact in known.items():
        if contact is not None:
            together[contact] += met.get(mark, 0)
    few = [contact for contact, count in together.items() if count < least]
    seldom = [
        one.id
        for one in tx.repositories.contacts.some(few)
        if not one.edited and one.contact_source is ContactSource.CALENDAR
    ]
    often = [mark for mark, count in met.items() if count >= least and mark not in known]
    return _Otherwise(often, seldom)
