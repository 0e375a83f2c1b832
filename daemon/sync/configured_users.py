"""The configuration's people, carried into the store: a change of theirs wakes their sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from config.settings import Settings, UserSettings
from daemon.sync.configured_family import sync_configured_family
from engine.documents.personal_settings import with_settings
from engine.ids import UserId
from engine.model.user import FamilyPreferences, User
from engine.stale import retry_stale
from engine.time.span import Instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.model.personal_settings import PersonalSettings
    from engine.ports.custody import Custody
    from engine.ports.store import Store, Transaction


_CONFIGURED = {"email", "name", "timezone", "default_preferences"}
_WHEN_SAID = {"role", "preferences", "availability", "date_overrides"}
"""What a table changes where it says it; elsewhere it may be set otherwise."""
_HABITS = {"working_hours", "buffer_minutes", "tentative_as"}
"""The keys that make up `default_preferences`."""
_AT_ONCE = 500
"""People whom one question of the store names."""


class _Known(NamedTuple):
    """What the store has of the configuration's people, and what they set themselves."""

    users: Mapping[UserId, User]
    own: Mapping[UserId, PersonalSettings]


def sync_configured_users(store: Store, custody: Custody, settings: Settings, now: Instant) -> int:
    """Put the configured users, and their family's things, into the store; give how many users had changed.

    Somebody who was erased is not brought back by a table that was left in the configuration.
    """
    return retry_stale(lambda: _sync(store, custody, settings, now), "The configuration's people")


def _sync(store: Store, custody: Custody, settings: Settings, now: Instant) -> int:
    """Do it once; whoever starts at the same moment does the same."""
    live = is_shared(settings)
    with store.reading() as tx:
        known = _known(tx, sorted(ids_of(settings)))
        wanted = [_wanted(known, name, user, now, live) for name, user in settings.users.items()]
    changed = [user for user in wanted if user is not None and not _erased(custody, user)]
    if changed:
        with store.writing() as tx:
            for user in changed:
                tx.users.put(user)
                tx.wakes.add(tx.sessions.pending_with(user.id), now)
    sync_configured_family(store, settings, now)
    return len(changed)


def ids_of(settings: Settings) -> frozenset[UserId]:
    """Give the ids of the configuration's users."""
    return frozenset(UserId(table.id or name) for name, table in settings.users.items())


def _erased(custody: Custody, user: User) -> bool:
    return custody.erased(user.id, user.email)


def is_shared(settings: Settings) -> bool:
    """Tell whether apps have a say in what is known of a user."""
    return settings.store.live != "sql"


def as_configured(user: User, settings: Settings, now: Instant) -> User:
    """Give a user as an app wrote them, but for what the configuration says of them."""
    for name, table in settings.users.items():
        if UserId(table.id or name) == user.id:
            wanted = _user(user.id, name, table, user, now, live=True)
            return replace(wanted, updated_at=user.updated_at)
    return user


def _known(tx: Transaction, users: Sequence[UserId]) -> _Known:
    """Look up what the store has of many people, and of what they set themselves, a few hundred at once."""
    rows: dict[UserId, User] = {}
    own: dict[UserId, PersonalSettings] = {}
    for at in range(0, len(users), _AT_ONCE):
        some = users[at : at + _AT_ONCE]
        rows |= {one.id: one for one in tx.users.some(some)}
        own |= {one.user_id: one for one in tx.repositories.personal_settings.some(some)}
    return _Known(rows, own)


def _wanted(people: _Known, name: str, settings: UserSettings, now: Instant, live: bool) -> User | None:
    """Give a user as configured, None where the store has just that."""
    user_id = UserId(settings.id or name)
    known = people.users.get(user_id)
    configured = _user(user_id, name, settings, known, now, live=live)
    wanted = with_settings(configured, people.own.get(user_id))
    same = known is not None and replace(wanted, updated_at=known.updated_at) == known
    return None if same else wanted


def _user(
    user_id: UserId, name: str, settings: UserSettings, known: User | None, now: Instant, *, live: bool
) -> User:
    fresh = User(
        id=user_id,
        email=settings.email or name,
        name=settings.name or name,
        timezone=settings.timezone,
        default_preferences=settings.habits,
        role=settings.role,
        preferences=settings.preferences or FamilyPreferences(),
        availability=settings.availability,
        date_overrides=settings.date_overrides,
        created_at=now,
        updated_at=now,
    )
    if known is None:
        return fresh
    said = (_said(name, settings) if live else _CONFIGURED) | (_WHEN_SAID & settings.model_fields_set)
    return replace(known, updated_at=now, **{field: getattr(fresh, field) for field in said})


def _said(name: str, settings: UserSettings) -> set[str]:
    """Tell what the table itself says; the rest is its defaults, which leave an app's word as it is."""
    given = settings.model_fields_set
    told = {
        "email": settings.email not in (None, name),
        "name": settings.name not in (None, name),
        "timezone": "timezone" in given,
        "default_preferences": not given.isdisjoint(_HABITS),
    }
    return {field for field, is_said in told.items() if is_said}
