"""What Firestore refuses is told in our words, with what to do about it."""

from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions

from engine.errors import StaleVersionError, StoreError, StoreUnavailableError
from store.firestore.connect import access
from store.firestore.options import FirestoreOptions
from store.firestore.refusals import store_error

google: Any = exceptions
"""Their classes have no types."""
AWAY = google.ServiceUnavailable("connection refused")
CASES: dict[str, tuple[Exception, type[StoreError], str]] = {
    "no rights": (
        google.PermissionDenied("Missing permissions"),
        StoreUnavailableError,
        "roles/datastore",
    ),
    "no such database": (
        google.NotFound("The database (default) does not exist"),
        StoreUnavailableError,
        "Create the database",
    ),
    "no such document": (google.NotFound("No document to update"), StaleVersionError, "decide anew"),
    "another version": (google.FailedPrecondition("stored version"), StaleVersionError, "decide anew"),
    "already there": (google.AlreadyExists("already exists"), StaleVersionError, "decide anew"),
    "no index": (
        google.FailedPrecondition("The query requires an index"),
        StoreError,
        "firestore.indexes.json",
    ),
    "quota": (google.ResourceExhausted("Quota exceeded"), StoreUnavailableError, "wait a day"),
    "nonsense": (google.InvalidArgument("nested arrays"), StoreError, "nested arrays"),
    "away": (AWAY, StoreUnavailableError, "status.cloud.google.com"),
    "away for long": (google.RetryError("Timeout", AWAY), StoreUnavailableError, "connection refused"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_error_says_what_to_do(case: str) -> None:
    error, kind, remedy = CASES[case]
    told = store_error(error, "Firestore p/(default)", emulator=False)
    assert type(told) is kind
    assert remedy in str(told)
    assert str(told).startswith("Firestore p/(default)")


def test_an_emulator_that_is_down_is_to_be_started() -> None:
    assert "Start the emulator" in str(store_error(AWAY, "Firestore", emulator=True))


def test_a_project_is_needed_and_a_key_that_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"not known which Firestore project.*under \[firestore\]"):
        access(FirestoreOptions(emulator="127.0.0.1:1"))
    (tmp_path / "key.json").write_text("{}")
    for name in ("none.json", "key.json"):
        with pytest.raises(StoreError, match=r"holds no service account's key"):
            access(FirestoreOptions(project="p", credentials_file=tmp_path / name))
