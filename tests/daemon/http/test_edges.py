"""What every request meets: Host, size, rates, headers, the description, and what happens live."""

import asyncio

import pytest

from daemon.app.insight.live_events import LiveEvents
from daemon.app.principal import Principal, Role
from daemon.http.application import described_routes
from daemon.http.rates import Rates
from daemon.http.routes.stream import stream_lines
from engine.ids import UserId
from engine.time.span import HOUR
from tests.daemon.http.asking import Asked
from tests.standins.time import HandClock


@pytest.mark.parametrize(
    "host", ["evil.example.com", "127.0.0.1", "127.0.0.1:80", "localhost:8765", "", "a b"]
)
def test_a_foreign_host_is_misdirected(host: str, shared: Asked) -> None:
    answer = shared("alice", "GET", "/v1/me", Host=host)
    assert (answer.status_code, answer.json()["status"]) == (421, 421)


def test_a_large_body_is_refused_whether_or_not_it_says_so(shared: Asked) -> None:
    assert shared("alice", "POST", "/v1/sessions", {"title": "x" * 66_000}).status_code == 413
    head = {"Authorization": f"Bearer {shared.token('alice')}", "Content-Type": "application/json"}
    unsaid = shared.client.post(
        "/v1/sessions", content=iter([b'{"title": "', *[b"x" * 1000] * 70]), headers=head
    )
    assert unsaid.status_code == 413


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b"[" * 60_000])
def test_a_body_that_cannot_be_read_is_a_problem(body: bytes, shared: Asked) -> None:
    head = {"Authorization": f"Bearer {shared.token('alice')}", "Content-Type": "application/json"}
    answer = shared.client.post("/v1/sessions", content=body, headers=head)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_answers_are_kept_by_nobody_and_guessed_at_by_nobody(shared: Asked) -> None:
    for path in ("/v1/me", "/r/AAAA", "/v1/none-such"):
        head = shared("alice", "GET", path).headers
        assert head["cache-control"] == "no-store"
        assert head["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in head["content-security-policy"]
        assert "access-control-allow-origin" not in head
    assert shared("alice", "GET", "/v1/none-such").status_code == 404
    assert shared("alice", "DELETE", "/v1/sessions").status_code == 405


def test_a_bucket_fills_again_by_the_minute() -> None:
    clock = HandClock()
    rates = Rates(clock, 30)
    assert [rates.wait("a") for _ in range(31)] == [0] * 30 + [2]
    assert rates.wait("b") == 0
    clock.at += 2
    assert (rates.wait("a"), rates.wait("a")) == (0, 2)


def test_too_many_requests_are_told_how_long_to_wait(api: Asked) -> None:
    codes = [api("nobody", "POST", "/v1/token", {"refreshToken": "none"}).status_code for _ in range(30)]
    assert (set(codes[:20]), codes[20]) == ({401}, 429)
    last = api("nobody", "POST", "/v1/token", {"refreshToken": "none"})
    assert last.headers["retry-after"].isdecimal()


def test_routes_are_made_ready_once_for_all_that_is_served() -> None:
    assert described_routes() is described_routes()


def test_the_description_names_every_operation_once_with_its_problems(shared: Asked) -> None:
    document = shared("nobody", "GET", "/openapi.json").json()
    operations = [one for path in document["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]
    assert len(ids) == len(set(ids))
    for one in operations:
        assert {"405", "413", "429"} <= set(one["responses"])
        assert one["description"]
    assert document["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    page = shared("nobody", "GET", "/docs").text
    assert all(path in page for path in document["paths"])


def told(api: Asked, who: str, last: str | None = None) -> LiveEvents:
    role = Role.OPERATOR if who == "root" else Role.USER
    return LiveEvents(api.services.access, Principal(role, UserId(who)), last)


def test_what_happens_is_told_to_those_it_concerns_in_its_order(api: Asked) -> None:
    listening = {who: told(api, who) for who in ("alice", "bob", "carol", "root")}
    session = api.session()
    api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1})
    api.work()
    fresh = {
        who: [one for one in each.fresh() if one.name != "connector.state"] for who, each in listening.items()
    }
    heard = {who: [one for one in each if one.name != "notification"] for who, each in fresh.items()}
    noticed = {
        who: [(one.document["kind"], one.document["sessionId"]) for one in each if one.name == "notification"]
        for who, each in fresh.items()
    }
    booked = ("booked", session)
    assert noticed == {"alice": [("proposed", session), booked], "bob": [booked], "carol": [], "root": []}
    names = ["session.proposed", "session.accepted", "session.booked"]
    assert {who: [one.name for one in each] for who, each in heard.items()} == {
        "alice": names,
        "bob": names,
        "carol": [],
        "root": names,
    }
    first = heard["bob"][0]
    assert first.document["sessionId"] == session
    again = told(api, "bob", str(first.id))
    assert [one.id for one in again.fresh()] == [one.id for one in fresh["bob"][1:]]
    mine = next(one for one in fresh["bob"] if one.name == "notification")
    kept = api("bob", "GET", "/v1/notifications").json()["items"]
    assert mine.document["notification"] in [one["id"] for one in kept]
    assert not told(api, "bob", "999999").fresh()
    assert not told(api, "bob", "nonsense").fresh()
    api.world.clock.at += 2 * HOUR
    assert not told(api, "bob", str(first.id)).fresh()


def test_the_stream_writes_events_and_ends_with_the_daemon(api: Asked) -> None:
    events = told(api, "alice")
    session = api.session()

    async def read() -> list[str]:
        lines = []
        async for line in stream_lines(api.doors, events):
            lines.append(line)
            if "session.proposed" in line:
                api.doors.ending.set()
        return lines

    written = "".join(asyncio.run(read()))
    assert "event: session.proposed\n" in written
    assert f'"sessionId": "{session}"' in written
    assert "id: " in written
