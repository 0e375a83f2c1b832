"""Every route, asked by everybody: who may what, and nobody learns more."""

from collections.abc import Iterator

from starlette.routing import Route

from daemon.http.application import PAGES, ROUTERS, described_routes
from daemon.http.rates import Rates
from tests.daemon.http.asking import Asked
from tests.daemon.http.test_family import FAMILY_MATRIX
from tests.daemon.relations.acquainted import PEOPLE_ROUTES
from tests.worlds.folder_world import FolderWorld

WHO = ("nobody", "carol", "bob", "alice", "root")
"""Without a token, a stranger, an attendee, the host, an operator."""
FREE, OPERATORS = (200,) * 5, (401, 403, 403, 403, 200)
OWN = (401, 404, 404, 200, 200)
"""Alice's own: others are told that there is no such thing."""
SEEN, HOSTS = (401, 404, 200, 200, 200), (401, 404, 403, 200, 200)
MATRIX = {
    "GET /healthz": FREE,
    "GET /readyz": FREE,
    "GET /metrics": OPERATORS,
    "GET /v1/connectors/{name}/jobs": OPERATORS,
    "GET /docs": FREE,
    "GET /openapi.json": FREE,
    "GET /r/{token}": (410,) * 5,
    "GET /feed/{token}.ics": (404,) * 5,
    "POST /r/{token}": (410,) * 5,
    "GET /i/{token}": (410,) * 5,
    "POST /i/{token}": (410,) * 5,
    "POST /push/{channel}": (404,) * 5,
    "POST /v1/token": (401,) * 5,
    "GET /v1/me": (401, 200, 200, 200, 200),
    "GET /v1/users": OPERATORS,
    "POST /v1/users": (401, 403, 403, 403, 201),
    "DELETE /v1/users/{id}": (401, 404, 404, 204, 404),
    "GET /v1/users/{id}": OWN,
    "PATCH /v1/users/{id}": OWN,
    "GET /v1/users/{id}/availability": SEEN,
    "GET /v1/users/{id}/why": SEEN,
    "GET /v1/sessions": (401, 200, 200, 200, 200),
    "POST /v1/sessions": (401, 201, 201, 201, 201),
    "GET /v1/sessions/{id}": SEEN,
    "PATCH /v1/sessions/{id}": HOSTS,
    "POST /v1/sessions/{id}/accept": SEEN,
    "POST /v1/sessions/{id}/decline": SEEN,
    "POST /v1/sessions/{id}/reject": HOSTS,
    "POST /v1/sessions/{id}/reschedule": HOSTS,
    "POST /v1/sessions/{id}/cancel": HOSTS,
    "POST /v1/sessions/{id}/relax": (401, 404, 403, 422, 422),
    "GET /v1/sessions/{id}/history": SEEN,
    "GET /v1/sessions/{id}/why": SEEN,
    "POST /v1/sessions/{id}/release": (401, 404, 403, 403, 422),
    "GET /v1/sessions/{id}/messages": SEEN,
    "POST /v1/sessions/{id}/messages": (401, 404, 201, 201, 201),
    "GET /v1/notifications": (401, 200, 200, 200, 200),
    "PATCH /v1/notifications/{id}": (401, 404, 404, 404, 404),
    "GET /v1/status": OPERATORS,
    "GET /v1/connectors": OPERATORS,
    "POST /v1/connectors/{name}/sync": (401, 403, 403, 403, 202),
    "GET /v1/audit": OPERATORS,
    "POST /v1/find": (401, 404, 200, 200, 200),
    "GET /v1/analytics": (401, 200, 200, 200, 200),
}
STREAMS = {"GET /v1/stream"}
"""Answers that do not end; see `test_stream`."""
BODIES = {
    "POST /v1/token": {"refreshToken": "none"},
    "POST /v1/sessions": {"title": "Mine", "duration": 30},
    "PATCH /v1/sessions/{id}": {"title": "Other"},
    "POST /v1/sessions/{id}/accept": {"slot": 1},
    "POST /v1/sessions/{id}/relax": {"change": "window"},
    "POST /v1/users": {"email": "eve@example.com"},
    "POST /v1/sessions/{id}/messages": {"content": "Hello"},
    "PATCH /v1/notifications/{id}": {"status": "read"},
    "PATCH /v1/users/{id}": {"digest": "daily"},
    "POST /v1/find": {"session": {"hostUserId": "alice", "duration": 30}},
}
SPAN = "from=2026-11-16T08:00:00Z&to=2026-11-17T08:00:00Z"
QUERIES = {"/availability": SPAN, "/why": "at=2026-11-16T15:00:00Z&start=2026-11-16T15:00:00Z"}


def routes() -> Iterator[str]:
    application = described_routes()
    for path, operations in application.openapi()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in operations)
    plain = [*application.routes, *(one for each in ROUTERS for one in each.router.routes)]
    hidden = {one.path for one in plain if isinstance(one, Route) and not one.include_in_schema}
    hidden -= {one.path for each in PAGES for one in each.router.routes if isinstance(one, Route)}
    yield from (f"GET {path}" for path in hidden)


def test_every_route_is_in_the_matrix() -> None:
    assert set(routes()) == {*MATRIX, *STREAMS, *FAMILY_MATRIX, *PEOPLE_ROUTES}


def test_each_is_answered_what_they_may(api: Asked) -> None:
    api.doors.by_address = Rates(api.world.clock, 10_000)
    acting = [
        (route, who)
        for route, statuses in MATRIX.items()
        for who, status in zip(WHO, statuses, strict=True)
        if "/sessions/{id}" in route and not route.startswith("GET") and status < 300
    ]
    seen = api.session()
    own = api.one_each(acting)
    answers = {
        route: tuple(answer(api, route, who, own.get((route, who), seen)) for who in WHO)
        for route in sorted(MATRIX, key=lambda route: route.startswith("DELETE"))
    }
    assert answers == MATRIX


def answer(api: Asked, route: str, who: str, session: str) -> int:
    method, path = route.split()
    name = "alice-folder" if "{name}" in path else "none" if "notifications" in path else session
    name = "alice" if "/users/" in path else name
    shown = path.format(id=name, name=name, token="none", channel="none")
    query = next((query for end, query in QUERIES.items() if path.endswith(end)), "")
    return api(who, method, f"{shown}?{query}", BODIES.get(route)).status_code


CANARY = "Heron of Alice"


def test_titles_are_their_owners_alone(world: FolderWorld, api: Asked) -> None:
    world.busy("alice", ("2026-11-16T15:00:00Z", "2026-11-16T16:00:00Z"))
    file = next(world.folder("alice").glob("*.ics"))
    file.write_text(file.read_text().replace("Taken", CANARY), newline="")
    api.session()
    for path in (f"availability?{SPAN}", "why?at=2026-11-16T15:05:00Z"):
        assert CANARY in api("alice", "GET", f"/v1/users/alice/{path}").text
        for who in ("bob", "root", "carol", "nobody"):
            assert CANARY not in api(who, "GET", f"/v1/users/alice/{path}").text
