"""An app that knows Firestore and nothing of gatherly: it writes documents as F0 draws them, and watches."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore import SERVER_TIMESTAMP, Client

PATIENCE = 120.0
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class App:
    """One project's app."""

    client: Client

    def user(self, id_: str, **fields: Any) -> None:
        """Write a user's document."""
        document = {
            "id": id_,
            "email": f"{id_}@example.com",
            "name": id_.title(),
            "timezone": "UTC",
            "createdAt": SERVER_TIMESTAMP,
            "updatedAt": SERVER_TIMESTAMP,
        }
        self.client.document(f"users/{id_}").set({**document, **fields})

    def session(self, name: str, host: str, *invitees: str, **fields: Any) -> None:
        """Write a session's document: pending, an hour, a week to answer."""
        now = datetime.now(UTC)
        document = {
            "id": name,
            "hostUserId": host,
            "inviteeIds": list(invitees),
            "title": "CS194 Project Sync",
            "duration": 60,
            "status": "pending",
            "createdAt": now,
            "expiresAt": now + timedelta(days=7),
        }
        self.client.document(f"eventSessions/{name}").create({**document, **fields})

    def change(self, session: str, **fields: Any) -> None:
        """Set fields of a session."""
        self.client.document(f"eventSessions/{session}").update(fields)

    def say(self, session: str, message: str, content: str) -> None:
        """Say something in a session."""
        document = {
            "id": message,
            "sessionId": session,
            "role": "user",
            "content": content,
            "timestamp": SERVER_TIMESTAMP,
        }
        self.client.document(f"eventSessions/{session}/messages/{message}").create(document)

    def read(self, path: str) -> Document:
        """Give a document as it is; empty where there is none."""
        return self.client.document(path).get().to_dict() or {}

    def messages(self, session: str) -> list[Document]:
        """Give what was said, oldest first."""
        found = self.client.collection(f"eventSessions/{session}/messages").stream()
        return sorted((each.to_dict() or {} for each in found), key=lambda each: each["timestamp"])

    def sees(self, path: str, wanted: Callable[[Document], object]) -> tuple[Document, float]:
        """Watch a document until it is as wanted; gives it, and the seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            found = self.read(path)
            if wanted(found):
                return found, time.monotonic() - began
        raise AssertionError(f"{path} stayed {self.read(path)}")
