"""Which Firestore, and who asks."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FirestoreOptions:
    """The project and database, and a service account's key file.

    What is None comes from the surroundings, as Google's own programs find it (`GOOGLE_CLOUD_PROJECT`,
    application default credentials). `emulator` is the host and port of Google's emulator, which asks for no
    credentials (`FIRESTORE_EMULATOR_HOST`).
    """

    project: str | None = None
    database: str = "(default)"
    credentials_file: Path | None = None
    emulator: str | None = None
