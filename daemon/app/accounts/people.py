"""People whom no file names: an operator lets them in, and whoever leaves is forgotten."""

from dataclasses import replace
from functools import partial

from daemon.app.access import Access
from daemon.app.erase import forget_if_nothing_is_left, take_out, take_out_anew, what_goes
from daemon.app.principal import Principal, Role
from engine.documents.users import checked_zone
from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.model.personal_settings import LEAVING, PersonalSettings
from engine.model.user import User
from engine.stale import retry_stale
from engine.text.mail_address import require_addresses
from engine.trouble import Trouble, attempt


def add_user(access: Access, principal: Principal, email: str, name: str | None, zone: str, id: str) -> User:
    """Let somebody in; their calendars are connected in the files.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        InputError: the address or the zone is none, or they are there already.
    """
    principal.must_be_operator("let somebody in")
    now = access.clock.now()
    user = User(
        id=UserId(id),
        email=email,
        name=name or email,
        timezone=checked_zone(zone, "timezone"),
        created_at=now,
        updated_at=now,
    )
    require_addresses([user])
    with access.store.writing() as tx:
        if any(user.id == one.id or email.casefold() == one.email.casefold() for one in tx.users.all()):
            raise InputError(f"id: {user.id} is a user already", "PATCH changes them")
        made = tx.users.put(user)
        tx.audit.add(
            AuditEntry(
                at=now,
                actor=principal.actor,
                action="user.created",
                object_type="user",
                object_id=user.id,
                user_id=user.id,
            )
        )
    return made


def leave(access: Access, principal: Principal, user: UserId) -> list[str]:
    """Forget somebody; gives the calendars of which copies must be withdrawn first.

    The daemon withdraws them, and forgets whoever is leaving once nothing is left.

    Raises:
        UnknownThingError: there is no such user, or none that whoever asks may see.
    """
    if principal.is_other_than(user):
        raise UnknownThingError(f"There is no user {user}")
    goes = what_goes(principal, access.store, access.custody, user, access.clock.now())
    if goes is None:
        raise UnknownThingError(f"There is no user {user}")
    retry_stale(partial(_note_leaving, access, goes.user), f"User {goes.user}")
    take_out(principal, goes, access.desk.asked_by(principal))
    return forget_if_nothing_is_left(access.store, access.custody, goes.user, access.clock.now())


def _note_leaving(access: Access, user: UserId) -> None:
    """Have nobody ask them to anything from now on, and the daemon end what is begun here.

    Raises:
        UnknownThingError: they are forgotten by now.
    """
    now = access.clock.now()
    with access.store.writing() as tx:
        if tx.users.get(user) is None:
            raise UnknownThingError(f"There is no user {user}")
        kept = tx.repositories.personal_settings.get(user)
        before = kept or PersonalSettings(user_id=user, updated_at=now)
        values = {**before.values, LEAVING: True}
        tx.repositories.personal_settings.put(replace(before, values=values, updated_at=now))


def forget_who_is_leaving(access: Access) -> int:
    """Forget those who asked for it and whose copies are withdrawn by now; gives how many.

    Whoever was asked to something while they were taken out, or could not be taken out then, is so now.

    Raises:
        GatherlyError: somebody's trouble; it has kept nobody else from being forgotten.
    """
    with access.store.reading() as tx:
        leaving = tx.repositories.personal_settings.leaving()
    done = [attempt(partial(_forgotten, access, user)) for user in leaving]
    for trouble in done:
        if isinstance(trouble, Trouble):
            raise trouble.raised
    return sum(each is True for each in done)


def _forgotten(access: Access, user: UserId) -> bool:
    """Take somebody out of what they still attend, then forget them; tells whether nothing was left."""
    themselves = Principal(Role.USER, user)
    take_out_anew(themselves, user, access.desk.asked_by(themselves))
    return not forget_if_nothing_is_left(access.store, access.custody, user, access.clock.now())
