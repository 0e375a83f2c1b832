"""The sections that stand once in the file, with their paths made absolute; and its users."""

from collections.abc import Iterator
from pathlib import Path

from config.findings import Finding, named_tables, not_a_table, read_table, unknown_key
from config.layers import NAMED
from config.merging import Merged
from config.settings import (
    ApiSettings,
    BookingSettings,
    FirestoreSettings,
    SecretsSettings,
    SessionsSettings,
    Settings,
    StoreSettings,
    SyncSettings,
    UserSettings,
)
from engine.documents.rules import parse_constraint
from engine.errors import InputError

_SQLITE_FILE = "sqlite:///"
_KEY_FILE = Path("gatherly.key")


def read_sections(merged: Merged, base: Path) -> tuple[Settings, list[Finding]]:
    """Read all but users and connectors; what is wrong is left at its default. Paths count from `base`."""
    tables = merged.tables
    store, wrong_store = read_table(StoreSettings, tables.get("store", {}), ("store",))
    firestore, wrong_firestore = read_table(FirestoreSettings, tables.get("firestore", {}), ("firestore",))
    secrets, wrong_secrets = read_table(SecretsSettings, tables.get("secrets", {}), ("secrets",))
    sync, wrong_sync = read_table(SyncSettings, tables.get("sync", {}), ("sync",))
    sessions, wrong_sessions = read_table(SessionsSettings, tables.get("sessions", {}), ("sessions",))
    booking, wrong_booking = read_table(BookingSettings, tables.get("booking", {}), ("booking",))
    api, wrong_api = read_table(ApiSettings, tables.get("api", {}), ("api",))
    settings = Settings(
        store=_placed_store(store or StoreSettings(), base),
        firestore=_placed_credentials(firestore or FirestoreSettings(), base),
        secrets=_placed_key(secrets or SecretsSettings(), base),
        sync=sync or SyncSettings(),
        sessions=sessions or SessionsSettings(),
        booking=booking or BookingSettings(),
        api=api or ApiSettings(),
    )
    wrong_stores = [*wrong_store, *wrong_firestore]
    wrong = [*wrong_stores, *wrong_secrets, *wrong_sync, *wrong_sessions, *wrong_booking, *wrong_api]
    return settings, [*_strange_sections(merged), *wrong]


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


def read_users(merged: Merged) -> tuple[dict[str, UserSettings], list[Finding]]:
    """Read `[users.…]`; one that is wrong stands with defaults, so that its connectors can be checked."""
    users: dict[str, UserSettings] = {}
    wrong: list[Finding] = []
    for name, table in named_tables(merged, "users"):
        user, found = read_table(UserSettings, table, ("users", name))
        users[name] = _completed(name, user or UserSettings())
        wrong += [*found, *_wrong_rules(name, users[name])]
    return users, [*wrong, *_shared_ids(users, merged)]


def _wrong_rules(name: str, user: UserSettings) -> Iterator[Finding]:
    for number, document in enumerate(user.rules):
        try:
            parse_constraint(document, "rule")
        except InputError as error:
            yield Finding(("users", name, "rules", str(number)), error.what, error.remedy)


def _completed(name: str, user: UserSettings) -> UserSettings:
    given = user.model_dump(include={"id", "name", "email"}, exclude_none=True)
    told = {"id": name, "name": name, "email": name if "@" in name else None}
    return user.model_copy(update=told | given)


def _shared_ids(users: dict[str, UserSettings], merged: Merged) -> list[Finding]:
    found: list[Finding] = []
    first: dict[str | None, str] = {}
    for name in sorted(users, key=lambda name: merged.rank(("users", name))):
        other = first.setdefault(users[name].id, name)
        if other != name:
            wrong = f"{users[name].id!r} is the id of {other!r} too"
            found.append(Finding(("users", name, "id"), wrong, "give each user an id of their own"))
    return found
