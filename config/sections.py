"""The sections that stand once in the file, with their paths made absolute."""

from pathlib import Path

from config.findings import Finding, unknown_key
from config.layers import NAMED
from config.merging import Merged
from config.reading import not_a_table, read_table
from config.settings import (
    ApiSettings,
    BookingSettings,
    FirestoreSettings,
    SecretsSettings,
    SessionsSettings,
    Settings,
    StoreSettings,
    SyncSettings,
)

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
