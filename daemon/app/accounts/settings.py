"""One's own account: what is known of somebody, and what they set for themselves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from daemon.app.access import Access
from daemon.app.principal import Principal
from daemon.relations.naming import Names
from daemon.relations.noticing import PRIVACY, forget_contacts, notice, untold
from daemon.relations.relating import consents_of
from engine.documents.personal_settings import read_settings, with_settings
from engine.documents.users import user_document
from engine.errors import UnknownThingError
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.model.personal_settings import PersonalSettings
from engine.model.user import User
from engine.notices.wishes import wishes_document, with_wishes
from engine.ports.store import Transaction
from engine.stale import retry_stale

_SECRET = ("googleAuthToken",)
Reading = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Gives what is to be set, from the account as `personal_document` has it."""


def personal_document(access: Access, user_id: UserId) -> dict[str, Any]:
    """Give an account as a document: F0's User, with how they want to be told.

    Raises:
        UnknownThingError: there is no such user.
    """
    with access.store.reading() as tx:
        return personal_document_in(tx, access, user_id)


def personal_document_in(tx: Transaction, access: Access, user_id: UserId) -> dict[str, Any]:
    """Give the same, at the moment of a transaction."""
    user = _found(tx, user_id)
    kept = tx.repositories.personal_settings.get(user_id)
    settings = access.configuration.settings
    wishes = with_wishes(settings.wishes_of(user_id), {} if kept is None else kept.values)
    shown = {key: value for key, value in user_document(user).items() if key not in _SECRET}
    privacy = {PRIVACY: {} if kept is None else dict(kept.values.get(PRIVACY) or {})}
    return {**shown, **wishes_document(wishes), **privacy, "operator": user_id in settings.operators}


def change_settings(
    access: Access, principal: Principal, user_id: UserId, document: Mapping[str, Any]
) -> None:
    """Keep what somebody sets; null takes a setting back to what the files say. Their sessions are looked at.

    Raises:
        UnknownThingError: there is no such user.
        InputError: a field is unknown or wrong.
    """
    change_settings_by(access, principal, user_id, lambda _before: document)


def change_settings_by(access: Access, principal: Principal, user_id: UserId, read: Reading) -> None:
    """Keep what is read from the account as it stands in the transaction that changes it."""
    once = partial(_change_once, access, principal, user_id, read)
    retry_stale(once, f"What {user_id} set")


def _change_once(access: Access, principal: Principal, user_id: UserId, read: Reading) -> None:
    now = access.clock.now()
    with access.store.writing() as tx:
        user = _found(tx, user_id)
        fresh = read_settings(read(personal_document_in(tx, access, user_id)))
        kept = tx.repositories.personal_settings.get(user_id)
        before = kept or PersonalSettings(user_id=user_id, updated_at=now)
        values = {key: value for key, value in {**before.values, **fresh}.items() if value is not None}
        after = tx.repositories.personal_settings.put(replace(before, values=values, updated_at=now))
        if PRIVACY in fresh:
            _mind_contacts(access, tx, user_id)
        changed = with_settings(user, after)
        if changed != user:
            tx.users.put(replace(changed, updated_at=now))
            tx.wakes.add(tx.sessions.pending_with(user_id), now)
        tx.audit.add(
            AuditEntry(
                at=now,
                actor=principal.actor,
                action="user.settings",
                object_type="user",
                object_id=user_id,
                details={"set": sorted(fresh)},
                user_id=user_id,
            )
        )


def _mind_contacts(access: Access, tx: Transaction, user: UserId) -> None:
    """Keep no contacts of whoever wants none; of whoever wants some their calendars are looked at again."""
    if not consents_of(access.configuration).wants(tx, user):
        forget_contacts(tx, user)
    elif access.configuration.settings.relations.enabled:
        notice(tx, Names(access.custody.identifier), user, untold(tx, user), access.clock.now())


def _found(tx: Transaction, user_id: UserId) -> User:
    user = tx.users.get(user_id)
    if user is None:
        raise UnknownThingError(f"There is no user {user_id}")
    return user
