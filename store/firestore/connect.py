"""Getting in touch with Firestore: one client for documents, one channel for listening."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import google.auth
import grpc
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError
from google.cloud.firestore import Client
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import ListenRequest, ListenResponse
from google.oauth2 import service_account

from engine.errors import StoreError
from store.firestore.options import FirestoreOptions

HOST = "firestore.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/datastore",)
KEEPALIVE = (("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000))
"""A line that went silent is noticed within 40 seconds."""
LONGEST_STREAM = 86_400.0
"""Seconds after which a stream is opened anew, whatever it says."""


@dataclass(frozen=True, slots=True)
class Access:
    """A project's database and the right to use it."""

    project: str
    database: str
    credentials: Any
    emulator: str | None

    @property
    def name(self) -> str:
        """What to call it in errors."""
        where = f" on the emulator at {self.emulator}" if self.emulator else ""
        return f"Firestore {self.project}/{self.database}{where}"

    @property
    def root(self) -> str:
        """The database's resource name."""
        return f"projects/{self.project}/databases/{self.database}"

    def client(self) -> Client:
        """Make a client for reading and writing documents."""
        return Client(project=self.project, credentials=self.credentials, database=self.database)

    def stream(self, requests: Iterator[ListenRequest], channel: grpc.Channel) -> Iterable[ListenResponse]:
        """Open a stream of changes; iterating it raises `GoogleAPICallError` when it ends."""
        api = FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))
        metadata: Sequence[tuple[str, str]] = [("google-cloud-resource-prefix", self.root)]
        if self.emulator:
            metadata = [*metadata, ("authorization", "Bearer owner")]
        return api.listen(requests=requests, metadata=metadata, retry=None, timeout=LONGEST_STREAM)

    def channel(self) -> grpc.Channel:
        """Open a channel for listening alone."""
        if self.emulator:
            return grpc.insecure_channel(self.emulator, options=KEEPALIVE)
        return FirestoreGrpcTransport.create_channel(HOST, credentials=self.credentials, options=KEEPALIVE)


def access(options: FirestoreOptions) -> Access:
    """Find out who asks for which project.

    Raises:
        StoreError: there are no credentials, or no project is named.
    """
    credentials, found = _credentials(options)
    project = options.project or found
    if project is None:
        raise StoreError(
            "It is not known which Firestore project is meant", 'Write project = "…" under [firestore]'
        )
    return Access(project, options.database, credentials, options.emulator)


def _credentials(options: FirestoreOptions) -> tuple[Any, str | None]:
    if options.emulator is not None:
        return AnonymousCredentials(), options.project  # type: ignore[no-untyped-call] # theirs is untyped
    if options.credentials_file is not None:
        return _from_file(options)
    try:
        credentials, project = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError as error:
        raise StoreError(
            "There are no credentials for Firestore",
            "Name a service account's key file as credentials_file under [firestore]",
        ) from error
    return credentials, project


def _from_file(options: FirestoreOptions) -> tuple[Any, str | None]:
    try:
        credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call] # theirs is untyped
            str(options.credentials_file), scopes=SCOPES
        )
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{options.credentials_file} holds no service account's key: {error}",
            "Download the key from the Google Cloud console, under IAM, Service accounts",
        ) from error
    return credentials, credentials.project_id
