"""Which events are to be looked at for whom people met, and whether somebody wants that at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from daemon.relations.naming import Names
from engine.ids import EventUid, UserId
from engine.model.relations import MeetingSource
from engine.model.set_aside import Work
from engine.notices.session_notices import WHAT
from engine.ports.store import Transaction
from engine.time.span import Instant

PRIVACY, RELATIONS = "privacySettings", "relations"
"""Under which a person says for themselves whether contacts are kept."""
_BARE = frozenset({"user", WHAT, "contact", "about"})
"""What of an entry tells of no contact but which it is about."""


@dataclass(frozen=True, slots=True)
class Consents:
    """Whose contacts are kept: what the files say of each, and what they said for themselves."""

    by_the_files: Mapping[UserId, bool]

    def wants(self, tx: Transaction, user: UserId) -> bool:
        """Tell whether somebody's contacts are kept."""
        said = tx.repositories.personal_settings.get(user)
        own = {} if said is None else said.values.get(PRIVACY) or {}
        return self.by_the_files.get(user, True) and own.get(RELATIONS) is not False


def notice(tx: Transaction, names: Names, user: UserId, uids: Collection[EventUid], now: Instant) -> None:
    """Have events looked at."""
    repository = tx.repositories.meeting_sources
    named = {names.source(user, uid): uid for uid in uids}
    there = {one.id for one in repository.some(named)}
    repository.look_at(there, now)
    repository.add_all(
        MeetingSource(id=name, user_id=user, uid=uid, due_at=now)
        for name, uid in named.items()
        if name not in there
    )


def untold(tx: Transaction, user: UserId) -> set[EventUid]:
    """Give the events that came or went without anybody being told."""
    there = {uid for uid in tx.calendars.uids(user) if uid.strip() == uid}
    return there ^ {EventUid(one.uid) for one in tx.repositories.meeting_sources.of_user(user)}


def forget_contacts(tx: Transaction, user: UserId) -> None:
    """Remove all that is kept of whom somebody knows; whom they had forgotten before stays forgotten."""
    repositories = tx.repositories
    repositories.memories.delete_all([one for one in repositories.memories.ids(user)])
    forget_what_was_told(tx, user, repositories.contacts.ids(user))
    for one in repositories.set_aside.all():
        if one.step is Work.RELATE and one.user_id == user:
            repositories.set_aside.delete(one.id)
    repositories.contacts.delete_all([one for one in repositories.contacts.ids(user)])
    repositories.meeting_sources.delete_all([one.id for one in repositories.meeting_sources.of_user(user)])


def forget_what_was_told(tx: Transaction, user: UserId, contacts: Collection[str]) -> None:
    """Remove notices of some contacts, and what the entries that they came of say of them."""
    gone = set(contacts)
    if not gone:
        return
    for notice_ in tx.repositories.notifications.of_user(user):
        if notice_.contact_id in gone:
            tx.repositories.notifications.delete(notice_.id)
    for entry in tx.outbox.listed(lambda _name, _why: None):
        if entry.payload.get("contact") in gone and entry.payload.keys() - _BARE:
            bare = {key: value for key, value in entry.payload.items() if key in _BARE}
            tx.outbox.record(replace(entry, payload=bare))
