"""Every entity can be made, read, changed and removed at each door, or it is said why not."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from daemon.command_table import every_command
from daemon.http.application import PAGES, described_routes
from daemon.terminal.lazy import LazyCommand
from engine.model.app_document import Collection
from engine.understand.reading import Intent

VERBS = ("create", "read", "update", "delete")
DOORS = ("http", "command")
WITH_USER = "Only: it ends with its person, whom `erase` forgets."
FILED = "Only: the operator's files say it, and every change of them is read anew."
OURS = "Only: gatherly writes it itself, of what has happened."
KEPT = "Only: what was done cannot be undone; it ends by its keeping."
PROGRAMS = "Only: it is entered over HTTP; what is derived of it is seen by commands."
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
    "Contact": {
        "http": {
            "create": "POST /v1/contacts",
            "read": "GET /v1/contacts/{id}",
            "update": "PATCH /v1/contacts/{id}",
            "delete": "DELETE /v1/contacts/{id}",
        },
        "command": {
            "create": "contact add",
            "read": "contact show",
            "update": "contact edit",
            "delete": "contact forget",
        },
    },
    "Interaction": {
        "http": {
            "create": "POST /v1/interactions",
            "read": "GET /v1/interactions/{id}",
            "update": "PATCH /v1/interactions/{id}",
            "delete": "DELETE /v1/interactions/{id}",
        },
        "command": {
            "create": "contact log",
            "read": "contact timeline",
            "update": PROGRAMS,
            "delete": PROGRAMS,
        },
    },
    "Interest": {
        "http": {
            "create": "POST /v1/interests",
            "read": "GET /v1/interests/{id}",
            "update": "PATCH /v1/interests/{id}",
            "delete": "DELETE /v1/interests/{id}",
        },
        "command": {"create": PROGRAMS, "read": "export", "update": PROGRAMS, "delete": PROGRAMS},
    },
    "Relationship": {
        "http": {
            "create": "POST /v1/relationships",
            "read": "GET /v1/relationships/{id}",
            "update": "PATCH /v1/relationships/{id}",
            "delete": "DELETE /v1/relationships/{id}",
        },
        "command": {"create": PROGRAMS, "read": "contact graph", "update": PROGRAMS, "delete": PROGRAMS},
    },
    "Memory": {
        "http": {
            "create": "POST /v1/memories",
            "read": "GET /v1/memories/{id}",
            "update": "PATCH /v1/memories/{id}",
            "delete": "DELETE /v1/memories/{id}",
        },
        "command": {"create": PROGRAMS, "read": "contact brief", "update": PROGRAMS, "delete": PROGRAMS},
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


NO_PAGE = "Only: pages show and ask what a person decides; programs and operators have the API and commands."
NOT_SAID = "Only: messages are about one session at a time, and about when."
NOT_SHARED = "Only: apps share F0's three collections, users, eventSessions and messages."
SHOWN = "Only: a session's page and message say it; there is nothing of it to keep."
PEOPLE_ARE_LASTING = "Only: a user is erased by themselves or an operator, never by a document that is gone."
MORE_DOORS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "User": {
        "page": (FILED, "GET /people/{id}", "POST /people/{id}/hours", "POST /people/{id}/erase"),
        "document": ("users", "users", "users", PEOPLE_ARE_LASTING),
    },
    "EventSession": {
        "page": (
            "POST /new",
            "GET /sessions/{id}",
            "POST /sessions/{id}/reschedule",
            "POST /sessions/{id}/cancel",
        ),
        "document": ("eventSessions", "eventSessions", "eventSessions", "eventSessions"),
        "message": ("request", SHOWN, "refine", "cancel"),
    },
    "Message": {
        "page": ("POST /sessions/{id}/messages", "GET /sessions/{id}", KEPT, KEPT),
        "document": ("messages", "messages", KEPT, KEPT),
        "message": ("request", SHOWN, KEPT, KEPT),
    },
    "Contact": {"page": (NO_PAGE, "GET /people/contacts/{id}", NO_PAGE, NO_PAGE)},
    "Interaction": {"page": (NO_PAGE, "GET /people/contacts/{id}", NO_PAGE, NO_PAGE)},
    "Interest": {"page": (NO_PAGE, "GET /people/contacts/{id}/briefing", NO_PAGE, NO_PAGE)},
    "Relationship": {"page": (NO_PAGE, "GET /people", NO_PAGE, NO_PAGE)},
    "Memory": {"page": (NO_PAGE, "GET /people/contacts/{id}/briefing", NO_PAGE, NO_PAGE)},
    "Notification": {"page": (OURS, "GET /", "POST /people/{id}/notices", KEPT)},
    "AvailabilityBlock": {"page": (OURS, "GET /week", OURS, OURS)},
    "PreferenceProfile": {"page": (OURS, "GET /people/{id}", OURS, "POST /people/{id}/forget")},
    "Integration": {
        "page": (FILED, "GET /people/{id}", "POST /connectors/{name}/connect", FILED),
        "document": (FILED, "users", FILED, FILED),
    },
    "Calendar": {"page": (NO_PAGE, "GET /family", NO_PAGE, NO_PAGE)},
    "Event": {"page": (NO_PAGE, "GET /family", "POST /conflicts/{id}/resolve", NO_PAGE)},
    "Resource": {"page": (NO_PAGE, "GET /family", NO_PAGE, NO_PAGE)},
    "Reservation": {"page": (NO_PAGE, "GET /family", "POST /conflicts/{id}/resolve", NO_PAGE)},
    "Constraint": {"page": (NO_PAGE, "GET /week", NO_PAGE, NO_PAGE)},
    "Conflict": {
        "page": (OURS, "GET /family", "POST /conflicts/{id}/resolve", "POST /conflicts/{id}/ignore")
    },
    "SyncJob": {"page": ("POST /connectors/{name}/sync", "GET /", OURS, KEPT)},
    "AuditLog": {"page": (OURS, "GET /sessions/{id}", KEPT, KEPT)},
    "AnalyticsEvent": {"page": (OURS, "GET /insight", KEPT, KEPT)},
}
"""What people reach by pages, apps by documents, and whoever writes a message; in the order of `VERBS`.

A door that an entity does not name is closed to all four, for one reason.
"""
CLOSED = {"document": NOT_SHARED, "message": NOT_SAID}


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    paths = described_routes().openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    pages = {
        f"{method} {route.path}"
        for module in PAGES
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    said, shared = {one.value for one in Intent}, {one.value for one in Collection}
    return {
        "http": routes,
        "command": set(_commands()),
        "page": pages,
        "message": said,
        "document": shared,
    }


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


def test_each_verb_of_every_other_door_is_there_or_says_why_not(known: dict[str, set[str]]) -> None:
    assert set(MORE_DOORS) == set(ENTITIES)
    wrong = [
        (entity, door, verb, told)
        for entity, doors in MORE_DOORS.items()
        for door in ("page", "document", "message")
        for verb, told in zip(VERBS, doors.get(door, (CLOSED.get(door, ""),) * len(VERBS)), strict=True)
        if told not in known[door] and not told.startswith("Only: ")
    ]
    assert wrong == []


def test_every_act_of_a_page_belongs_to_an_entity(known: dict[str, set[str]]) -> None:
    reached = {told for doors in MORE_DOORS.values() for told in doors["page"]}
    of_sessions = {"/".join(one.split("/")[:3]) for one in reached}
    acts = {one for one in known["page"] if one.startswith("POST ") and one.count("/") > 1}
    besides = {"POST /new/preview", "POST /sign-in/{secret}", "POST /insight/checks"}
    assert not {one for one in acts - besides if "/".join(one.split("/")[:3]) not in of_sessions}


def test_every_route_that_names_one_thing_belongs_to_an_entity(known: dict[str, set[str]]) -> None:
    named = {
        told.partition(" ")[2].split("/{")[0] for one in ENTITIES.values() for told in one["http"].values()
    }
    loose = {route for route in known["http"] if "/v1/" in route and "/{" in route}
    assert [route for route in sorted(loose) if route.partition(" ")[2].split("/{")[0] not in named] == []
