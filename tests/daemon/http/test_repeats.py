"""One request under one `Idempotency-Key` is done once, whichever daemons it is sent to."""

from dataclasses import replace

import pytest

from daemon.http import repeats
from tests.daemon.http.asking import Asked
from tests.standins.busy_store import BusyStore

BODY = {"title": "Once", "inviteeIds": ["bob"], "duration": 30}


def test_a_key_counts_once_on_all_daemons(api: Asked) -> None:
    other = Asked(api.world, api.services)
    before = api.sessions()

    def the_other_daemon() -> None:
        with other.client:
            assert other("alice", "POST", "/v1/sessions", BODY, idempotency_key="k").status_code == 201

    access = api.services.access
    api.doors.access = replace(access, store=BusyStore(access.store, the_other_daemon))  # type: ignore[type-var]
    late = api("alice", "POST", "/v1/sessions", BODY, idempotency_key="k")
    api.doors.access = access
    assert (late.status_code, late.headers["retry-after"]) == (409, "1")
    assert api("alice", "POST", "/v1/sessions", BODY, idempotency_key="k").status_code == 201
    assert api.sessions() == before + 1


def test_a_refusal_is_given_anew_and_a_request_that_never_ended_is_done_after_a_minute(
    api: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = {**BODY, "inviteeIds": ["nobody"]}
    for _ in range(2):
        assert api("alice", "POST", "/v1/sessions", nobody, idempotency_key="r").status_code == 422
    with monkeypatch.context() as patch:
        patch.setattr(repeats, "_answered", _dies)
        assert api("alice", "POST", "/v1/sessions", BODY, idempotency_key="d").status_code == 500
    before = api.sessions()
    assert api("alice", "POST", "/v1/sessions", BODY, idempotency_key="d").status_code == 409
    api.world.clock.at += 60
    assert api("alice", "POST", "/v1/sessions", BODY, idempotency_key="d").status_code == 201
    assert api("alice", "POST", "/v1/sessions", BODY, idempotency_key="d").status_code == 201
    assert api.sessions() == before + 1


async def _dies(*_given: object) -> None:
    """End as a daemon that is killed does: nothing is given up."""
    raise RuntimeError
