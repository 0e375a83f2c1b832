"""The description holds: whatever is asked as it says, or just beside it, is answered as it says."""

from collections.abc import Sequence
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from daemon.http.answers.document import Page
from daemon.http.answers.find import Found, WhyNot
from daemon.http.answers.service import Analytics, AuditLine, Connector, Status, SyncJob
from daemon.http.answers.sessions import Happened, Message, Session
from daemon.http.answers.users import AvailabilityBlock, Explanation, Notification, User
from daemon.http.rates import Rates
from tests.daemon.http.asking import Asked
from tests.worlds.folder_world import FolderWorld

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
TOGETHER = 6
ENDLESS = {"/v1/stream"}
PATIENCE = 600.0
"""Seconds after which an answer will not come: machines may be slow."""
HOST = {"Host": "127.0.0.1:8765"}


def operations(api: Asked) -> list[Any]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.application, headers=HOST)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [one for one in found if one.path not in ENDLESS]


def broken(api: Asked, some: Sequence[Any], who: str, examples: int) -> list[str]:
    """Ask operations for generated requests; gives what their answers break."""
    wrong: dict[str, str] = {}
    application: Any = api.application
    client = asgi.get_client(application)
    client.trust_env = False
    head = {"Authorization": f"Bearer {api.token(who)}", **HOST}

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(cases=st.tuples(*(one.as_strategy() for one in some)))
    def ask(cases: tuple[Any, ...]) -> None:
        for case in cases:
            try:
                case.call_and_validate(session=client, headers=head, checks=CHECKS, timeout=PATIENCE)
            except (FailureGroup, AssertionError) as error:
                wrong.setdefault(f"{case.method} {case.path}", str(error)[:600])

    ask()
    return [f"{operation}: {error}" for operation, error in wrong.items()]


def all_broken(api: Asked, who: str, examples: int) -> list[str]:
    """Ask every operation; a few side by side, since each run of the generator costs its own start."""
    every = operations(api)
    parts = (every[first : first + TOGETHER] for first in range(0, len(every), TOGETHER))
    return [line for part in parts for line in broken(api, part, who, examples)]


def test_answers_are_as_the_description_says(api: Asked) -> None:
    api.session()
    api.doors.by_address = Rates(api.world.clock, 10_000)
    assert all_broken(api, "root", 10) == []


WINDOW = "from=2026-11-16T08:00:00Z&to=2026-11-20T08:00:00Z"
DOCUMENTS: dict[str, type[BaseModel]] = {
    "/v1/me": User,
    "/v1/users": Page[User],
    "/v1/users/alice/why?at=2026-11-16T14:30:00Z": Explanation,
    f"/v1/users/alice/availability?{WINDOW}": Page[AvailabilityBlock],
    "/v1/sessions": Page[Session],
    "/v1/sessions/{id}": Session,
    "/v1/sessions/{id}/messages": Page[Message],
    "/v1/sessions/{id}/history": Page[Happened],
    "/v1/sessions/{id}/why?start=2026-11-16T13:00:00Z": WhyNot,
    "/v1/notifications": Page[Notification],
    "/v1/status": Status,
    "/v1/connectors": Page[Connector],
    "/v1/connectors/alice-folder/jobs": Page[SyncJob],
    "/v1/audit": Page[AuditLine],
    "/v1/analytics": Analytics,
}


@pytest.mark.parametrize("booked", [False, True])
def test_real_documents_are_as_the_description_says(booked: bool, world: FolderWorld, api: Asked) -> None:
    world.busy("alice", ("2026-11-16T14:00:00Z", "2026-11-16T15:00:00Z"))
    name = api.session()
    if booked:
        api("alice", "POST", f"/v1/sessions/{name}/accept", {"slot": 1})
        api.work()
    for path, model in DOCUMENTS.items():
        for_operators = ("/v1/status", "/v1/connectors", "/v1/audit")
        who = "root" if path == "/v1/users" or path.startswith(for_operators) else "alice"
        answer = api(who, "GET", path.format(id=name))
        assert answer.status_code == 200, path
        model.model_validate(answer.json(), strict=False)
    request = {"session": {"inviteeIds": ["bob"], "duration": 30}, "all": True}
    Found.model_validate(api("alice", "POST", "/v1/find", request).json())


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("who", ["alice", "root"])
def test_answers_are_as_the_description_says_to_many(who: str, api: Asked) -> None:
    api.session()
    assert all_broken(api, who, 100) == []
