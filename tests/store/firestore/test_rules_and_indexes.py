"""What is deployed beside gatherly: an index for each query, and rules that bind people's apps."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import PermissionDenied
from google.cloud.firestore import Client

import store.firestore
from store.firestore.queries import Question, questions
from tests.contracts.stores.samples import NOON
from tests.standins.firestore import Emulator
from tests.store.firestore.writes import HOSTILE, OTHER, RIGHTFUL, SESSION, SLOT, Write, profile

ROOM = Path(store.firestore.__file__).parent
UNPROVEN: dict[str, object] = {"email": "host@example.com", "email_verified": False}


def test_every_query_has_its_index() -> None:
    file = json.loads((ROOM / "firestore.indexes.json").read_text())
    given = {
        (one["collectionGroup"], one["fieldPath"])
        for one in file["fieldOverrides"]
        if any(index["queryScope"] == "COLLECTION_GROUP" for index in one["indexes"])
    }
    needed = {
        (one["collectionGroup"], one["fieldPath"])
        for question in questions(NOON)
        for one in indexes_needed(question)
    }
    assert needed
    assert given == needed
    assert file["indexes"] == []


@dataclass(frozen=True, slots=True)
class Ruled:
    """A project that is bound by the rules that are deployed."""

    owner: Client
    apps: Mapping[str, Client]

    def prepare(self, write: Write) -> None:
        """Have what lies there before a write, and nothing else of what it may make."""
        lies = self.owner.batch()
        for path in {"eventSessions/n1", "users/host", write.path} - {"eventSessions/s1"}:
            lies.delete(self.owner.document(path))
        session = {**SESSION, "proposedTimes": [SLOT, OTHER]}
        there = write.before or {}
        upon = session if write.path.startswith("eventSessions/s1") else {}
        lies.set(self.owner.document("eventSessions/s1"), {**session, **there} if upon else session)
        if write.path.startswith("users") and write.before is not None:
            lies.set(self.owner.document(write.path), write.before)
        lies.commit()


@pytest.fixture(scope="module")
def ruled(firestore: Emulator) -> Iterator[Ruled]:
    project = firestore.project()
    firestore.rule(project, (ROOM / "firestore.rules").read_text())
    claims: dict[str, dict[str, object]] = {"host": {"email": "host@example.com"}, "unproven": UNPROVEN}
    with ExitStack() as clients:
        names = ("host", "guest", "aunt", "stranger", "unproven")
        people = {name: firestore.person(name, project, **claims.get(name, {})) for name in names}
        apps = {name: clients.enter_context(closing(person)) for name, person in people.items()}
        yield Ruled(clients.enter_context(closing(firestore.client(project))), apps)


@pytest.mark.parametrize("write_kind", RIGHTFUL)
def test_people_may_do_what_is_theirs(ruled: Ruled, write_kind: str) -> None:
    write = RIGHTFUL[write_kind]
    ruled.prepare(write)
    write.does(ruled.apps[write.who])


@pytest.mark.parametrize("write_kind", HOSTILE)
def test_people_may_do_nothing_else(ruled: Ruled, write_kind: str) -> None:
    write = HOSTILE[write_kind]
    ruled.prepare(write)
    with pytest.raises(PermissionDenied):
        write.does(ruled.apps[write.who])


@pytest.mark.parametrize("path", ["eventSessions/s1", "users/host", "eventSessions/s1/messages/m1"])
def test_nobody_looks_at_what_is_not_theirs(ruled: Ruled, path: str) -> None:
    ruled.prepare(profile(name="H"))
    ruled.apps["host"].document(path).get()
    with pytest.raises(PermissionDenied):
        ruled.apps["stranger"].document(path).get()


@pytest.mark.parametrize("path", ["eventSessions/s1", "users/host", "eventSessions/s1/messages/m1"])
def test_nothing_is_removed(ruled: Ruled, path: str) -> None:
    ruled.prepare(profile(name="H"))
    with pytest.raises(PermissionDenied):
        ruled.apps["host"].document(path).delete()


def indexes_needed(question: Question) -> list[dict[str, Any]]:
    """Give the index exemptions (`fieldOverrides`) that a query needs.

    Firestore indexes every field of a collection by itself, and no field of a collection group; queries over
    several fields would need composite indexes, and there are none.
    """
    if len(question.filters) > 1:
        raise ValueError(
            f"{question} needs a composite index: describe it here and in firestore.indexes.json"
        )
    if not question.everywhere:
        return []
    return [
        {"collectionGroup": question.collection.value, "fieldPath": one.field} for one in question.filters
    ]
