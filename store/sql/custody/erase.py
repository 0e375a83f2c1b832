"""Forgetting a person in SQL: their rows and key, and their traces in what is others'."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import SessionId, UserId
from engine.model.booking import AuditEntry
from engine.model.learning import MODEL, forgotten_id
from engine.model.session_metadata import MessageKey
from engine.ports.vault import Vault
from engine.time.span import Instant
from store.sql.custody.forgotten_words import forget_in_sealed_rows, masked_json
from store.sql.custody.tombstone import tombstone
from store.sql.ledger.audit import SqlAudit
from store.sql.repositories.users import SqlUsers
from store.sql.schema import SCHEMA
from store.sql.sealing import SEALED, key_of, opened, owned, sealed
from store.sql.tables.events import events
from store.sql.tables.history import learning_notes, scheduling_events
from store.sql.tables.ledger import booking, outbox
from store.sql.tables.metadata import owner_of
from store.sql.tables.records import audit_logs, tombstones
from store.sql.tables.resources import conflicts
from store.sql.tables.sessions import event_sessions, messages, session_attendees, users
from store.sql.types import Document
from store.sql.writes import insert_new

_ALIAS = "erased"
FORGOTTEN_WORDS = "(What was said here is forgotten, with whom said it.)"
_OTHERS_OWN = {
    "calendars",
    "calendar_objects",
    "busy_spans",
    "audit_logs",
    "data_keys",
    "about",
    "outbox",
} | {"live_documents"}
"""Tables that are not looked through for names: what providers or apps hold, and what has its own rule."""
_MASKABLE = {"user_id", "actor", "resource_id", "details"}


def erase(
    connection: sa.Connection, vault: Vault, user: UserId, now: Instant, left: Sequence[SessionId] = ()
) -> None:
    """Forget a person in one transaction."""
    names = _names(connection, user)
    mask = tombstone(vault, user)[:12]
    aliases = {name: f"{_ALIAS}-{mask}" if name == user else _ALIAS for name in names}
    _forget_conflicts(connection, user)
    _forget_in_outbox(connection, vault, names)
    _forget_words(connection, vault, user, aliases[user])
    _forget_in_sessions(connection, vault, user, aliases, left)
    _mask_in_log(connection, aliases, now)
    SqlUsers(connection).delete(user)
    _forget_as_guest(connection, names)
    _forget_what_was_learned(connection, user)
    _forget_everywhere(connection, vault, aliases)
    for name in {user, *names[:2]}:
        insert_new(connection, tombstones, {"hash": tombstone(vault, name), "erased_at": now})
    log = SqlAudit(connection)
    log.add(_noted(aliases[user], now))
    log.chain()


def _forget_as_guest(connection: sa.Connection, names: Iterable[str]) -> None:
    """Remove what is kept under their address alone: it was a guest's before it was a user's."""
    ids = set(connection.execute(sa.select(users.c.id)).scalars())
    for name in names:
        if "@" in name and name.lower() not in ids:
            SqlUsers(connection).delete(UserId(name.lower()))


def _noted(alias: str, now: Instant) -> AuditEntry:
    """Keep in the log that somebody was forgotten, under the name that stands for them from now on."""
    return AuditEntry(at=now, actor="gatherly", action="delete", object_type="user", object_id=alias)


def _names(connection: sa.Connection, user: UserId) -> list[str]:
    """Give the id, the address and the name, in the order in which they are to be replaced."""
    found = connection.execute(sa.select(users.c.email, users.c.name).where(users.c.id == user)).first()
    known = [user] if found is None else [user, found.email, found.name]
    return [name for name in dict.fromkeys(known) if name]


def _forget_conflicts(connection: sa.Connection, user: UserId) -> None:
    """Remove the conflicts of their events, whose descriptions tell the titles."""
    theirs = set(connection.execute(sa.select(events.c.id).where(events.c.created_by == user)).scalars())
    for row in connection.execute(sa.select(conflicts.c.id, conflicts.c.involved_events)).all():
        if theirs.intersection(row.involved_events):
            connection.execute(sa.delete(conflicts).where(conflicts.c.id == row.id))


def _forget_what_was_learned(connection: sa.Connection, user: UserId) -> None:
    """Remove the model, which is fitted anew without them, and what they had forgotten."""
    ids = (MODEL, forgotten_id(user))
    connection.execute(sa.delete(learning_notes).where(learning_notes.c.id.in_(ids)))


def _forget_in_outbox(connection: sa.Connection, vault: Vault, names: list[str]) -> None:
    """Remove what is still to be told of somebody; where the key is gone, it can be told to nobody."""
    for row in owned(connection, outbox):
        try:
            entry = opened(vault, outbox, UserId(row["owner"]), row)
        except VaultError:
            continue
        text = json.dumps([entry["payload"], entry["last_error"]], ensure_ascii=False)
        if any(name in text for name in names):
            connection.execute(sa.delete(outbox).where(outbox.c.id == row["id"]))


def _forget_words(connection: sa.Connection, vault: Vault, user: UserId, alias: str) -> None:
    """Put in the place of what somebody said in others' sessions that it was said, and is forgotten."""
    for row in owned(connection, messages):
        owner = UserId(row["owner"])
        try:
            said_by = opened(vault, messages, owner, row)["metadata"]
        except VaultError:
            continue
        if not isinstance(said_by, Mapping) or said_by.get(MessageKey.USER_ID) != user:
            continue
        left = {"content": FORGOTTEN_WORDS, "metadata": {MessageKey.USER_ID.value: alias}}
        written = sealed(vault, messages, owner, {**key_of(messages, row), **left})
        this = messages.c.position == row["position"]
        connection.execute(sa.update(messages).where(this).values({name: written[name] for name in left}))


def _forget_in_sessions(
    connection: sa.Connection,
    vault: Vault,
    user: UserId,
    aliases: Mapping[str, str],
    left: Sequence[SessionId],
) -> None:
    """Mask what others' sessions say of somebody who attended: there every name of theirs means them."""
    attended = sa.select(session_attendees.c.session_id).where(session_attendees.c.user_id == user)
    for table, session in (
        (event_sessions, event_sessions.c.id),
        (messages, messages.c.session_id),
        (booking, booking.c.session),
    ):
        _mask(connection, vault, table, sa.or_(session.in_(attended), session.in_(left)), aliases)


def _forget_everywhere(connection: sa.Connection, vault: Vault, aliases: Mapping[str, str]) -> None:
    """Mask what still names them anywhere: by their id, their address, or a name of several words.

    A single word may be somebody else's name, or no name at all; only how sessions ended is told without
    anybody's own words. What providers hold of others is theirs.
    """
    certain = {name: alias for name, alias in aliases.items() if _is_certain(name)}
    forget_in_sealed_rows(connection, vault, certain)
    for table in SCHEMA.sorted_tables:
        meant = aliases if table in (scheduling_events, learning_notes) else certain
        if table.name in _OTHERS_OWN:
            continue
        if table.name in SEALED:
            _mask(connection, vault, table, sa.true(), meant)
        else:
            naming = [_names_them(column, name) for column in _texts(table) for name in meant]
            if naming:
                _mask(connection, vault, table, sa.or_(*naming), meant)


def _is_certain(name: str) -> bool:
    return " " in name or "@" in name


def _texts(table: sa.Table) -> list[sa.Column[Any]]:
    """Give the columns of a table that could hold a name and may be written anew."""
    fixed = {column.name for key in table.foreign_keys for column in (key.parent,)}
    owner = owner_of(table)
    return [
        column
        for column in table.columns
        if isinstance(column.type, sa.String | Document)
        and not isinstance(column.type, sa.Enum)
        and not (column.primary_key or column.unique or column is owner or column.name in fixed)
    ]


def _names_them(column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Ask whether a text or document holds a name, as it is or as JSON writes it."""
    text = sa.cast(column, sa.Text)
    written = dict.fromkeys((name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]))
    return sa.or_(*(text.contains(form, autoescape=True) for form in written))


def _mask(
    connection: sa.Connection,
    vault: Vault,
    table: sa.Table,
    where: sa.ColumnElement[bool],
    aliases: Mapping[str, str],
) -> None:
    keys = list(table.primary_key.columns)
    for row in _rows(connection, table, where):
        masked = (_masked_sealed if table.name in SEALED else _masked_clear)(vault, table, row, aliases)
        if masked and "version" in table.c:
            masked["version"] = row["version"] + 1
        if masked:
            this = (column == row[column.name] for column in keys)
            connection.execute(sa.update(table).where(*this).values(masked))


def _masked_clear(
    _: Vault, table: sa.Table, row: Mapping[Any, Any], aliases: Mapping[str, str]
) -> dict[str, Any]:
    return _masked(table, row, aliases)


def _masked_sealed(
    vault: Vault, table: sa.Table, row: Mapping[Any, Any], aliases: Mapping[str, str]
) -> dict[str, Any]:
    """Mask what is sealed; where the key is gone, it names nobody any more."""
    owner = UserId(row["owner"])
    try:
        masked = _masked(table, opened(vault, table, owner, row), aliases)
    except VaultError:
        return {}
    written = sealed(vault, table, owner, {**key_of(table, row), **masked})
    return {name: written[name] for name in masked}


def _rows(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]
) -> Iterable[Mapping[Any, Any]]:
    if table.name in SEALED:
        return owned(connection, table, where)
    return connection.execute(sa.select(table).where(where)).mappings().all()


def _mask_in_log(connection: sa.Connection, aliases: Mapping[str, str], now: Instant) -> None:
    """Mask the lines that name the person; what happened, when and to what kind of thing stays."""
    log = audit_logs.c
    naming = [
        sa.or_(
            *(column == name for column in (log.user_id, log.actor, log.resource_id)),
            _names_them(log.details, name),
        )
        for name in aliases
    ]
    for row in connection.execute(sa.select(audit_logs).where(sa.or_(*naming))).mappings().all():
        found = _masked(audit_logs, row, aliases)
        masked = {name: value for name, value in found.items() if name in _MASKABLE}
        if masked:
            change = sa.update(audit_logs).where(log.id == row["id"])
            connection.execute(change.values(**masked, masked_at=now))


def _masked(table: sa.Table, row: Mapping[Any, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Give what of a row is to be written anew: texts and documents that name the person."""
    changed = {}
    for column in table.columns if table is audit_logs else _texts(table):
        value = row[column.name]
        if column.primary_key or not isinstance(value, str | list | dict):
            continue
        text = masked_json(json.dumps(value, ensure_ascii=False), aliases)
        if json.loads(text) != value:
            changed[column.name] = json.loads(text)
    return changed
