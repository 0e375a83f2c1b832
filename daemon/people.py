"""The configuration's people, carried into the store: a change of theirs wakes their sessions."""

from dataclasses import replace

from config.settings import Settings, UserSettings
from engine.custody import Custody
from engine.ids import UserId
from engine.model.user import User
from engine.ports import Store, Transaction
from engine.timespan import Instant


def settle(store: Store, custody: Custody, settings: Settings, now: Instant) -> int:
    """Put the configured users into the store; give how many were new or had changed.

    Somebody who was erased is not brought back by a table that was left in the configuration.
    """
    with store.reading() as tx:
        wanted = [_wanted(tx, name, user, now) for name, user in settings.users.items()]
    changed = [user for user in wanted if user is not None and not _erased(custody, user)]
    if changed:
        with store.writing() as tx:
            for user in changed:
                tx.users.put(user)
                tx.wakes.add(tx.sessions.pending_with(user.id), now)
    return len(changed)


def _erased(custody: Custody, user: User) -> bool:
    return custody.erased(user.id) or custody.erased(user.email)


def _wanted(tx: Transaction, name: str, settings: UserSettings, now: Instant) -> User | None:
    """Give a user as configured, None where the store has just that."""
    user_id = UserId(settings.id or name)
    known = tx.users.get(user_id)
    wanted = _user(user_id, name, settings, known, now)
    same = known is not None and replace(wanted, updated_at=known.updated_at) == known
    return None if same else wanted


def _user(user_id: UserId, name: str, settings: UserSettings, known: User | None, now: Instant) -> User:
    fresh = User(
        id=user_id,
        email=settings.email or name,
        name=settings.name or name,
        timezone=settings.timezone,
        default_preferences=settings.preferences,
        created_at=now,
        updated_at=now,
    )
    if known is None:
        return fresh
    return replace(
        known,
        email=fresh.email,
        name=fresh.name,
        timezone=fresh.timezone,
        default_preferences=fresh.default_preferences,
        updated_at=now,
    )
