"""The connectors of the file: common keys, the kind's own, and what must fit together."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.configuration import Kinds, OptionTypes
from config.files.merging import Merged
from config.files.positions import dotted
from config.findings import Finding, keys_of, named_tables, not_a_table, read_table, unknown_key
from config.schedules import scheduled
from config.secrets import given_ways, secrets_of
from config.settings import ConnectorKeys, ConnectorSettings, Settings, UserSettings
from engine.ids import ConnectorName, UserId

_COMMON = frozenset(ConnectorKeys.model_fields)


def read_connectors(
    merged: Merged, kinds: Kinds, settings: Settings, base: Path
) -> tuple[dict[str, ConnectorSettings], list[Finding]]:
    """Read `[connectors.…]`; `settings` holds the users and defaults that they refer to."""
    connectors: dict[str, ConnectorSettings] = {}
    wrong: list[Finding] = []
    for name, table in named_tables(merged, "connectors"):
        table = _mailed(table, merged) if _is_inviting(table, kinds) else table
        connector, found = _read(name, table, kinds.options, settings, base)
        wrong += found
        if connector is not None:
            connectors[name] = connector
    others, unknown = scheduled(connectors, settings.users)
    connectors |= others
    wrong += unknown
    wrong += _unreachable(connectors, settings.api.public_url)
    writing = [name for name, one in connectors.items() if one.write and one.kind not in kinds.inviting]
    return connectors, [*wrong, *_second_writers(connectors, writing, merged)]


def _is_inviting(table: Any, kinds: Kinds) -> bool:
    return isinstance(table, Mapping) and table.get("kind") in kinds.inviting


def _mailed(table: Mapping[str, Any], merged: Merged) -> Mapping[str, Any]:
    """Let one that mails use `[mail]`, where it has neither a relay nor a sender of its own."""
    relay = merged.tables.get("mail", {})
    own = "smtp" in table or "from" in table
    return table if own or not isinstance(relay, Mapping) else {**relay, **table}


def _read(
    name: str, table: Any, option_types: OptionTypes, settings: Settings, base: Path
) -> tuple[ConnectorSettings | None, list[Finding]]:
    at = ("connectors", name)
    if not isinstance(table, Mapping):
        return None, [not_a_table(at)]
    common = {key: value for key, value in table.items() if key in _COMMON}
    keys, wrong = read_table(ConnectorKeys, common, at)
    options, wrong_options = _read_options(table, option_types, at)
    known = {finding.path for finding in wrong}
    wrong += [finding for finding in wrong_options if finding.path not in known]
    user = settings.users.get(str(table.get("user")))
    if "user" in table and user is None:
        wrong.append(_no_such_user(at, table["user"], settings.users))
    if wrong or keys is None or options is None or user is None:
        return None, wrong
    return _settled(name, keys, user, settings, placed(options, base)), []


def _no_such_user(at: tuple[str, ...], user: object, users: Mapping[str, UserSettings]) -> Finding:
    known = f"known: {', '.join(users)}" if users else "there are none yet"
    right = f"add [{dotted(('users', str(user)))}]; {known}"
    return Finding((*at, "user"), f"there is no user {user!r}", right)


def _settled(
    name: str, keys: ConnectorKeys, user: UserSettings, settings: Settings, options: BaseModel
) -> ConnectorSettings:
    return ConnectorSettings.model_construct(
        **dict(keys),
        name=ConnectorName(name),
        user_id=UserId(user.id or keys.user),
        zone=keys.tz or user.timezone,
        interval=keys.every or settings.sync.every,
        options=options,
    )


def _read_options(
    table: Mapping[str, Any], option_types: OptionTypes, at: tuple[str, ...]
) -> tuple[BaseModel | None, list[Finding]]:
    kind = table.get("kind")
    if not isinstance(kind, str):
        return None, []
    if kind not in option_types:
        found = unknown_key((*at, "kind"), set(option_types))
        return None, [Finding(found.path, f"no connector is of kind {kind!r}", found.right)]
    model = option_types[kind]
    declared = keys_of(model)
    strange = [key for key in table if key not in declared | _COMMON]
    wrong = [unknown_key((*at, key), declared | _COMMON) for key in strange]
    own = {key: value for key, value in table.items() if key in declared}
    options, found_in_options = read_table(model, own, at)
    doubly = list(_doubly_given(model, table, at))
    if doubly:  # told there more exactly than by the kind itself, which speaks of the whole table
        found_in_options = [finding for finding in found_in_options if finding.path != at]
    return options, [*wrong, *found_in_options, *doubly]


def _doubly_given(model: type[BaseModel], table: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Finding]:
    for secret in secrets_of(model):
        given = given_ways(secret, table)
        if len(given) > 1:
            yield Finding(
                (*at, given[-1]), f"is given beside {given[0]}", f"keep one of {' and '.join(given)}"
            )


def placed(options: BaseModel, base: Path) -> BaseModel:
    """Make the paths among a connector's options absolute, counted from a folder."""
    relative = {key: base / value for key, value in options if isinstance(value, Path)}
    return options.model_copy(update=relative) if relative else options


def _unreachable(connectors: Mapping[str, ConnectorSettings], public: str | None) -> Iterator[Finding]:
    """Refuse push where providers could not reach this daemon: they go by https to a public address."""
    if public is not None and public.startswith("https://"):
        return
    for name, one in connectors.items():
        private = getattr(one.options, "allow_private_network", False)
        if getattr(one.options, "push", False) and (public is None or not private):
            right = 'set [api] public_url to where providers reach it, such as "https://gatherly.example.com"'
            yield Finding(("connectors", name, "push"), "push needs a public address by https", right)


def _second_writers(
    connectors: Mapping[str, ConnectorSettings], writing: Iterable[str], merged: Merged
) -> list[Finding]:
    """At most one calendar of a user is written: of several, the one given last is the wrong one."""
    found: list[Finding] = []
    first: dict[str, str] = {}
    for name in sorted(writing, key=lambda name: merged.rank(("connectors", name, "write"))):
        user = connectors[name].user
        other = first.setdefault(user, name)
        if other != name:
            wrong = f"{user!r} is written to by {other!r} already"
            right = "keep write with one connector of each user"
            found.append(Finding(("connectors", name, "write"), wrong, right))
    return found
