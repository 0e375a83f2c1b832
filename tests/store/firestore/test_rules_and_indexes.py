"""What is deployed beside gatherly: an index for each query, and rules that bind people's apps."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import PermissionDenied
from google.cloud.firestore import ArrayUnion, Client

import store.firestore
from store.firestore.queries import indexes_needed, questions
from tests.contracts.stores.samples import NOON
from tests.standins.firestore import Emulator

ROOM = Path(store.firestore.__file__).parent
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SLOT = {"start": NOW, "end": NOW, "confidence": 0.9, "conflicts": []}
SESSION = {
    "hostUserId": "host",
    "inviteeIds": ["guest"],
    "title": "Sync",
    "duration": 60,
    "status": "pending",
    "createdAt": NOW,
}


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


@pytest.fixture(scope="module")
def ruled(firestore: Emulator) -> Iterator[Ruled]:
    project = firestore.project()
    firestore.rule(project, (ROOM / "firestore.rules").read_text())
    with ExitStack() as clients:
        names = ("host", "guest", "stranger")
        apps = {name: clients.enter_context(closing(firestore.person(name, project))) for name in names}
        yield Ruled(clients.enter_context(closing(firestore.client(project))), apps)


@pytest.fixture
def people(ruled: Ruled) -> Mapping[str, Client]:
    """Give the apps of a host, a guest and a stranger, and a session with a proposal."""
    ruled.owner.document("eventSessions/s1").set({**SESSION, "proposedTimes": [SLOT]})
    ruled.owner.document("users/host").set({"email": "host@example.com", "calendars": []})
    return ruled.apps


Deed = Callable[[Client], Any]


def session(client: Client) -> Any:
    return client.document("eventSessions/s1")


def new(client: Client, **fields: Any) -> Any:
    return client.collection("eventSessions").document().create({**SESSION, **fields})


def say(client: Client, role: str) -> Any:
    message = {"role": role, "content": "Let us do the first", "timestamp": NOW}
    return session(client).collection("messages").document().create(message)


def answer(client: Client, user: str) -> Any:
    response = {"userId": user, "answer": "accepted", "slot": NOW, "at": NOW}
    return session(client).update({"responses": ArrayUnion([response])})


ALLOWED: dict[str, tuple[str, Deed]] = {
    "the host begins a session": ("host", new),
    "the host chooses a proposal": ("host", lambda app: session(app).update({"finalTime": SLOT})),
    "the host calls it off": ("host", lambda app: session(app).update({"status": "cancelled"})),
    "the host words it": ("host", lambda app: session(app).update({"title": "Tea"})),
    "the host answers": ("host", lambda app: answer(app, "host")),
    "a guest looks": ("guest", lambda app: session(app).get()),
    "a guest answers": ("guest", lambda app: answer(app, "guest")),
    "a guest says something": ("guest", lambda app: say(app, "user")),
    "somebody looks at themselves": ("host", lambda app: app.document("users/host").get()),
    "somebody changes their name": ("host", lambda app: app.document("users/host").update({"name": "H"})),
}
DENIED: dict[str, tuple[str, Deed]] = {
    "a stranger looks": ("stranger", lambda app: session(app).get()),
    "a stranger says something": ("stranger", lambda app: say(app, "user")),
    "a guest chooses": ("guest", lambda app: session(app).update({"finalTime": SLOT})),
    "a guest answers for the host": ("guest", lambda app: answer(app, "host")),
    "the host answers for a guest": ("host", lambda app: answer(app, "guest")),
    "a guest calls it off": ("guest", lambda app: session(app).update({"status": "cancelled"})),
    "the host says that it is booked": ("host", lambda app: session(app).update({"status": "scheduled"})),
    "the host makes a proposal": ("host", lambda app: session(app).update({"proposedTimes": []})),
    "the host chooses what was not proposed": (
        "host",
        lambda app: session(app).update({"finalTime": {**SLOT, "confidence": 0.1}}),
    ),
    "somebody begins a session for another": ("guest", new),
    "a session begins with a time": ("host", lambda app: new(app, finalTime=SLOT)),
    "somebody speaks as gatherly": ("guest", lambda app: say(app, "assistant")),
    "somebody looks at another": ("guest", lambda app: app.document("users/host").get()),
    "somebody says when calendars were read": (
        "host",
        lambda app: app.document("users/host").update({"calendars": [SLOT]}),
    ),
}


@pytest.mark.parametrize("deed", ALLOWED)
def test_people_may_do_what_is_theirs(people: Mapping[str, Client], deed: str) -> None:
    who, does = ALLOWED[deed]
    assert does(people[who]) is not None


@pytest.mark.parametrize("deed", DENIED)
def test_people_may_do_nothing_else(people: Mapping[str, Client], deed: str) -> None:
    who, does = DENIED[deed]
    with pytest.raises(PermissionDenied):
        does(people[who])
