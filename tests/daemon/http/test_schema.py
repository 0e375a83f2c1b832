"""The description holds: whatever is asked as it says, or just beside it, is answered as it says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.daemon.http.asking import Asked

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
ENDLESS = {"/v1/stream"}
HOST = {"Host": "127.0.0.1:8765"}


def operations(api: Asked) -> list[Any]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.application, headers=HOST)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [one for one in found if one.path not in ENDLESS]


def broken(api: Asked, operation: Any, who: str, examples: int) -> list[str]:
    """Ask an operation for generated requests; gives what an answer breaks."""
    wrong: list[str] = []

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {api.token(who)}", **HOST}, checks=CHECKS)

    try:
        ask()
    except (FailureGroup, AssertionError) as error:
        wrong.append(f"{operation.method} {operation.path}: {str(error)[:600]}")
    return wrong


def test_answers_are_as_the_description_says(api: Asked) -> None:
    api.session()
    assert [line for one in operations(api) for line in broken(api, one, "root", 5)] == []


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("who", ["alice", "root"])
def test_answers_are_as_the_description_says_to_many(who: str, api: Asked) -> None:
    api.session()
    assert [line for one in operations(api) for line in broken(api, one, who, 100)] == []
