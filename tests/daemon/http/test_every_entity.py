"""Every entity can be made, read, changed and removed at each door, or it is said why not."""

from collections.abc import Iterator

import pytest

from daemon.command_table import every_command
from daemon.http.application import described_routes
from daemon.terminal.lazy import LazyCommand

VERBS = ("create", "read", "update", "delete")
DOORS = ("http", "command")
WITH_USER = "Only: it ends with its person, whom `erase` forgets."
FILED = "Only: the operator's files say it, and every change of them is read anew."
OURS = "Only: gatherly writes it itself, of what has happened."
KEPT = "Only: what was done cannot be undone; it ends by its keeping."
TERMINAL = "Only: it is a program's business; a person does it on a page or by a session's verbs."
ENTITIES: dict[str, dict[str, dict[str, str]]] = {
    "User": {
        "http": {
            "create": "POST /v1/users",
            "read": "GET /v1/users/{id}",
            "update": "PATCH /v1/users/{id}",
            "delete": "DELETE /v1/users/{id}",
        },
        "command": {"create": "init", "read": "export", "update": FILED, "delete": "erase"},
    },
    "EventSession": {
        "http": {
            "create": "POST /v1/sessions",
            "read": "GET /v1/sessions/{id}",
            "update": "PATCH /v1/sessions/{id}",
            "delete": "POST /v1/sessions/{id}/cancel",
        },
        "command": {
            "create": "session create",
            "read": "session show",
            "update": "session edit",
            "delete": "session cancel",
        },
    },
    "Message": {
        "http": {
            "create": "POST /v1/sessions/{id}/messages",
            "read": "GET /v1/sessions/{id}/messages",
            "update": KEPT,
            "delete": KEPT,
        },
        "command": {"create": "say", "read": "session show", "update": KEPT, "delete": KEPT},
    },
    "Notification": {
        "http": {
            "create": OURS,
            "read": "GET /v1/notifications",
            "update": "PATCH /v1/notifications/{id}",
            "delete": KEPT,
        },
        "command": {"create": OURS, "read": "export", "update": TERMINAL, "delete": KEPT},
    },
    "AvailabilityBlock": {
        "http": {
            "create": OURS,
            "read": "GET /v1/users/{id}/availability",
            "update": OURS,
            "delete": OURS,
        },
        "command": {"create": "sync", "read": "busy", "update": "sync", "delete": "purge"},
    },
    "PreferenceProfile": {
        "http": {"create": OURS, "read": TERMINAL, "update": OURS, "delete": WITH_USER},
        "command": {"create": OURS, "read": "profile", "update": OURS, "delete": "profile"},
    },
    "Integration": {
        "http": {"create": FILED, "read": "GET /v1/connectors", "update": FILED, "delete": FILED},
        "command": {"create": "connect", "read": "status", "update": "connect", "delete": "purge"},
    },
    "Calendar": {
        "http": {
            "create": "POST /v1/calendars",
            "read": "GET /v1/calendars/{id}",
            "update": "PATCH /v1/calendars/{id}",
            "delete": "DELETE /v1/calendars/{id}",
        },
        "command": {"create": FILED, "read": "calendars", "update": FILED, "delete": FILED},
    },
    "Event": {
        "http": {
            "create": "POST /v1/events",
            "read": "GET /v1/events/{id}",
            "update": "PATCH /v1/events/{id}",
            "delete": "DELETE /v1/events/{id}",
        },
        "command": {
            "create": "event add",
            "read": "event show",
            "update": "event edit",
            "delete": "event cancel",
        },
    },
    "Resource": {
        "http": {
            "create": "POST /v1/resources",
            "read": "GET /v1/resources/{id}",
            "update": "PATCH /v1/resources/{id}",
            "delete": "DELETE /v1/resources/{id}",
        },
        "command": {
            "create": "resource add",
            "read": "resource list",
            "update": "resource edit",
            "delete": "resource retire",
        },
    },
    "Reservation": {
        "http": {
            "create": "POST /v1/reservations",
            "read": "GET /v1/reservations/{id}",
            "update": "PATCH /v1/reservations/{id}",
            "delete": "DELETE /v1/reservations/{id}",
        },
        "command": {
            "create": "resource reserve",
            "read": "resource free",
            "update": TERMINAL,
            "delete": "resource release",
        },
    },
    "Constraint": {
        "http": {
            "create": "POST /v1/rules",
            "read": "GET /v1/rules/{id}",
            "update": "PATCH /v1/rules/{id}",
            "delete": "DELETE /v1/rules/{id}",
        },
        "command": {
            "create": "rule add",
            "read": "rule list",
            "update": TERMINAL,
            "delete": "rule off",
        },
    },
    "Conflict": {
        "http": {
            "create": OURS,
            "read": "GET /v1/conflicts/{id}",
            "update": "PATCH /v1/conflicts/{id}",
            "delete": "DELETE /v1/conflicts/{id}",
        },
        "command": {
            "create": OURS,
            "read": "conflict list",
            "update": "conflict resolve",
            "delete": "conflict ignore",
        },
    },
    "SyncJob": {
        "http": {
            "create": "POST /v1/connectors/{name}/sync",
            "read": "GET /v1/connectors/{name}/jobs",
            "update": OURS,
            "delete": KEPT,
        },
        "command": {"create": "sync", "read": "status", "update": OURS, "delete": KEPT},
    },
    "AuditLog": {
        "http": {"create": OURS, "read": "GET /v1/audit", "update": KEPT, "delete": KEPT},
        "command": {"create": OURS, "read": "log", "update": KEPT, "delete": KEPT},
    },
    "AnalyticsEvent": {
        "http": {"create": OURS, "read": "GET /v1/analytics", "update": KEPT, "delete": KEPT},
        "command": {"create": OURS, "read": "export", "update": KEPT, "delete": WITH_USER},
    },
}


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    paths = described_routes().openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    return {"http": routes, "command": set(_commands())}


def _commands() -> Iterator[str]:
    for one in every_command():
        if isinstance(one, LazyCommand):
            yield str(one.name)
        else:
            yield from (f"{one.name} {name}" for name in one.commands)


def test_each_verb_is_there_or_says_why_not(known: dict[str, set[str]]) -> None:
    wrong = [
        (entity, door, verb, ENTITIES[entity][door].get(verb))
        for entity in ENTITIES
        for door in DOORS
        for verb in VERBS
        if (told := ENTITIES[entity][door].get(verb, "")) not in known[door] and not told.startswith("Only: ")
    ]
    assert wrong == []


def test_every_route_that_names_one_thing_belongs_to_an_entity(known: dict[str, set[str]]) -> None:
    named = {
        told.partition(" ")[2].split("/{")[0] for one in ENTITIES.values() for told in one["http"].values()
    }
    loose = {route for route in known["http"] if "/v1/" in route and "/{" in route}
    assert [route for route in sorted(loose) if route.partition(" ")[2].split("/{")[0] not in named] == []
