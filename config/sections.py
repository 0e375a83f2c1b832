"""The sections that stand once in the file, with their paths made absolute; and its users."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.custom_rules import INSTALLED
from config.family import CalendarSettings, ResourceSettings, RuleSettings
from config.files.layers import NAMED
from config.files.merging import Merged
from config.findings import Finding, named_tables, not_a_table, read_table, unknown_key
from config.outlets import ChannelSettings, WebhookSettings
from config.relations import RelationsSettings
from config.settings import FirestoreSettings, SecretsSettings, Settings, StoreSettings, UserSettings
from engine.documents.rules import parse_constraint
from engine.errors import InputError
from engine.model.notices import EMAIL
from engine.rules.checkable import checkable

_SQLITE = "sqlite:"
_SQLITE_FILE = "sqlite:///"
_KEY_FILE = Path("gatherly.key")


NAMED_TABLES: Mapping[str, type[BaseModel]] = {
    "users": UserSettings,
    "calendars": CalendarSettings,
    "resources": ResourceSettings,
    "rules": RuleSettings,
    "notify": ChannelSettings,
    "webhooks": WebhookSettings,
}
"""Sections that hold a table per name, all alike."""


def read_sections(merged: Merged, base: Path) -> tuple[Settings, list[Finding]]:
    """Read all but users and connectors; what is absent or wrong stays as usual. Paths count from `base`."""
    found: dict[str, BaseModel] = {}
    wrong = _strange_sections(merged)
    for name, model in sections().items():
        if name in merged.tables:
            section, wrong_here = read_table(model, merged.tables[name], (name,))
            wrong += wrong_here
            if section is not None:
                found[name] = section
    settings = Settings.model_construct(None, **found)  # each of them was checked
    if merged.tables.get("cluster") and settings.store.url.startswith(_SQLITE):
        right = "begin [store] url with postgresql+psycopg://, or leave [cluster] out"
        wrong.append(
            Finding(("cluster",), "is for several daemons on PostgreSQL; this store is SQLite", right)
        )
    placed = {
        "store": _placed_store(settings.store, base),
        "firestore": _placed_credentials(settings.firestore, base),
        "secrets": _placed_key(settings.secrets, base),
        "relations": _placed_embedder(settings.relations, base),
    }
    return settings.model_copy(update=placed), [*wrong, *_without_titles(settings)]


def _without_titles(settings: Settings) -> Iterator[Finding]:
    if settings.relations.enabled and settings.privacy.keep == "busy":
        right = 'set [privacy] keep = "titles", or switch [relations] off'
        yield Finding(("relations", "enabled"), "needs titles, which [privacy] keep says not to use", right)


def sections() -> dict[str, type[BaseModel]]:
    """Give the type of every section that stands once."""
    fields = ((name, field.annotation) for name, field in Settings.model_fields.items() if name not in NAMED)
    return {name: model for name, model in fields if isinstance(model, type) and issubclass(model, BaseModel)}


def _strange_sections(merged: Merged) -> list[Finding]:
    known = set(Settings.model_fields)
    unknown = [unknown_key((key,), known) for key in merged.tables if key not in known]
    flat = [(key,) for key in NAMED if not isinstance(merged.tables.get(key, {}), dict)]
    return [*unknown, *map(not_a_table, flat)]


def _placed_store(store: StoreSettings, base: Path) -> StoreSettings:
    file, mark, query = store.url.removeprefix(_SQLITE_FILE).partition("?")
    if not store.url.startswith(_SQLITE_FILE) or file in ("", ":memory:") or file.startswith("file:"):
        return store
    return store.model_copy(update={"url": f"{_SQLITE_FILE}{base / file}{mark}{query}"})


def _placed_credentials(firestore: FirestoreSettings, base: Path) -> FirestoreSettings:
    if firestore.credentials_file is None:
        return firestore
    return firestore.model_copy(update={"credentials_file": base / firestore.credentials_file})


def _placed_key(secrets: SecretsSettings, base: Path) -> SecretsSettings:
    if secrets.credential is not None or secrets.command is not None:
        return secrets
    return secrets.model_copy(update={"key_file": base / (secrets.key_file or _KEY_FILE)})


def _placed_embedder(relations: RelationsSettings, base: Path) -> RelationsSettings:
    one = relations.embedder
    if isinstance(one, str) or one.key_file is None:
        return relations
    placed = one.model_copy(update={"key_file": base / one.key_file})
    return relations.model_copy(update={"embedder": placed})


def read_users(merged: Merged) -> tuple[dict[str, UserSettings], list[Finding]]:
    """Read `[users.…]`; one that is wrong stands with defaults, so that its connectors can be checked."""
    users: dict[str, UserSettings] = {}
    wrong: list[Finding] = []
    hours: dict[object, object] = {}
    for name, table in named_tables(merged, "users"):
        user, found = read_table(UserSettings, table, ("users", name))
        user = user or UserSettings()
        same = hours.setdefault(user.working_hours, user.working_hours)  # of thousands most keep the same
        users[name] = _completed(name, user, working_hours=same)
        wrong += [*found, *_wrong_rules(name, users[name])]
    return users, [*wrong, *_shared_ids(users, merged)]


OUTLETS: Mapping[str, type[BaseModel]] = {"notify": ChannelSettings, "webhooks": WebhookSettings}
"""The sections of outlets that stand by name."""


def read_outlets(
    merged: Merged, users: Mapping[str, UserSettings], left_out: Collection[str]
) -> tuple[dict[str, Any], list[Finding]]:
    """Read `[notify.…]` and `[webhooks.…]`; `left_out` are channels of drop-ins that are broken."""
    found: dict[str, dict[str, BaseModel]] = {section: {} for section in OUTLETS}
    wrong: list[Finding] = []
    for section, model in OUTLETS.items():
        for name, table in named_tables(merged, section):
            outlet, wrong_here = read_table(model, table, (section, name))
            wrong += wrong_here
            if outlet is not None:
                found[section][name] = outlet
    if EMAIL in merged.tables.get("notify", {}):
        right = "e-mail is set up under [mail]; give the channel another name"
        wrong.append(Finding(("notify", EMAIL), "is always there", right))
    named = {EMAIL, *(name for name, _ in named_tables(merged, "notify")), *left_out}
    return found, [*wrong, *_strange_channels(users, named)]


def _strange_channels(users: Mapping[str, UserSettings], named: Collection[str]) -> Iterator[Finding]:
    for name, user in users.items():
        for channel in user.notify:
            if channel not in named:
                right = f"known: {', '.join(sorted(named))}; or add [notify.{channel}]"
                yield Finding(("users", name, "notify"), f"names no channel {channel!r}", right)


def _wrong_rules(name: str, user: UserSettings) -> Iterator[Finding]:
    for number, document in enumerate(user.rules):
        try:
            checkable(parse_constraint(document, "rule"), INSTALLED)
        except InputError as error:
            yield Finding(("users", name, "rules", str(number)), error.what, error.remedy)


def _completed(name: str, user: UserSettings, **told_besides: object) -> UserSettings:
    given = user.model_dump(include={"id", "name", "email"}, exclude_none=True)
    told = {"id": name, "name": name, "email": name if "@" in name else None}
    return user.model_copy(update=told | given | told_besides)


def _shared_ids(users: dict[str, UserSettings], merged: Merged) -> list[Finding]:
    found: list[Finding] = []
    first: dict[str | None, str] = {}
    for name in sorted(users, key=lambda name: merged.rank(("users", name))):
        other = first.setdefault(users[name].id, name)
        if other != name:
            wrong = f"{users[name].id!r} is the id of {other!r} too"
            found.append(Finding(("users", name, "id"), wrong, "give each user an id of their own"))
    return found
