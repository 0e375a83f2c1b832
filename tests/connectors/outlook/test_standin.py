"""The stand-in refuses what Microsoft's documents forbid, and names the page: 500 wrong requests."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from connectors.outlook.marks import EXPAND, MARKED, having
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, Outlook
from tests.standins.outlook.owner import Owner
from tests.standins.outlook.wire import Request, Response

ALICE = "alice@example.com"
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'
TIMES = {
    "start": {"dateTime": "2026-10-20T10:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-10-20T11:00:00", "timeZone": "UTC"},
}
SCHEDULE = {
    "schedules": [ALICE],
    "startTime": {"dateTime": "2026-10-20T00:00:00", "timeZone": "UTC"},
    "endTime": {"dateTime": "2026-10-21T00:00:00", "timeZone": "UTC"},
}
DELTA = {"startDateTime": "2026-10-01T00:00:00Z", "endDateTime": "2026-11-01T00:00:00Z"}
Chance = random.Random


class Asking:
    """Somebody who asks without a socket."""

    def __init__(self) -> None:
        self.outlook = Outlook(kindness=Kindness(prompt_lists=True))
        self.owner = Owner(self.outlook, self.outlook.account(ALICE))
        self.event = str(self.owner.put("2026-10-20T10:00:00", "2026-10-20T11:00:00")["id"])
        _, self.token = Login(self.outlook.state).grant(CLIENT.id, ALICE, ("Calendars.ReadWrite",))

    def other(self, chance: Chance) -> str:
        """Make somebody else's mailbox."""
        address = f"{word(chance)}@example.com"
        self.outlook.account(address)
        return address

    def __call__(
        self,
        verb: str,
        path: str,
        query: Any = None,
        body: Any = None,
        **headers: str,
    ) -> tuple[Response, str | None]:
        sent = {"authorization": f"Bearer {self.token}", "prefer": PREFER, **headers}
        if body is not None:
            sent.setdefault("content-type", "application/json")
        target = f"/v1.0{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.outlook.respond(Request(verb, target, sent, data, "http://standin"))
        return answer, self.outlook.log[-1].page


@pytest.fixture
def asking() -> Asking:
    return Asking()


def word(chance: Chance) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=8))


def at(when: object, zone: object = "UTC") -> dict[str, object]:
    return {"dateTime": when, "timeZone": zone}


Wrong = tuple[str, Callable[[Asking, Chance], tuple[Response, str | None]]]
ODD_TIMES = ("", "yesterday", "2026-13-01T00:00:00", "2026-10-20T25:00:00", None, 7)
ODD_ZONES = ("", "Mars Standard Time", None, 3, "Europe/Nowhere")
READ_ONLY = (
    "id",
    "iCalUId",
    "changeKey",
    "createdDateTime",
    "organizer",
    "type",
    "responseStatus",
    "webLink",
)
BACKWARDS = {"start": TIMES["end"], "end": TIMES["start"]}
PROPERTIES, INTERVAL = "singleValueExtendedProperties", "availabilityViewInterval"
UNKNOWN_OPTIONS = ("$select", "$expand", "$filter", "$orderby", "$search")
D, E, S = "/me/calendar/calendarView/delta", "/me/calendar/events", "/me/calendar/getSchedule"
SUBSCRIPTION: dict[str, Any] = {
    "changeType": "updated",
    "notificationUrl": "http://127.0.0.1:9/push",
    "resource": "me/events",
    "expirationDateTime": "2026-10-15T00:00:00Z",
}
WRONG: tuple[Wrong, ...] = (
    ("api/event-delta.md", lambda ask, r: ask("GET", D, {**DELTA, r.choice(UNKNOWN_OPTIONS): word(r)})),
    ("api/event-delta.md", lambda ask, r: ask("GET", D, {r.choice(tuple(DELTA)): "2026-10-01T00:00:00Z"})),
    ("api/event-delta.md", lambda ask, r: ask("GET", D, {**DELTA, "startDateTime": word(r)})),
    ("api/event-delta.md", lambda ask, r: ask("GET", D, {**DELTA, "endDateTime": "2026-09-01T00:00:00Z"})),
    ("api/event-delta.md", lambda ask, r: ask("GET", D, {**DELTA, word(r): "x"})),
    ("concepts/delta-query-overview.md", lambda ask, r: ask("GET", D, {"$deltatoken": word(r)})),
    ("concepts/delta-query-overview.md", lambda ask, r: ask("GET", D, {"$skiptoken": word(r)})),
    ("concepts/delta-query-overview.md", lambda ask, r: ask("GET", D, {"$deltatoken": "d", **DELTA})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={**TIMES, word(r): word(r)})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={**TIMES, r.choice(READ_ONLY): word(r)})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={r.choice(("start", "end")): TIMES["start"]})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={**TIMES, "showAs": word(r)})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={**TIMES, "subject": r.randint(0, 9)})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body={**TIMES, "isAllDay": True})),
    ("resources/event.md", lambda ask, r: ask("POST", E, body=[word(r)])),
    (
        "resources/event.md",
        lambda ask, r: ask(
            "POST", E, body={"start": TIMES["end"], "end": TIMES["start"], "subject": word(r)}
        ),
    ),
    (
        "resources/datetimetimezone.md",
        lambda ask, r: ask(
            "POST", E, body={**TIMES, "start": {"dateTime": r.choice(ODD_TIMES), "timeZone": "UTC"}}
        ),
    ),
    (
        "resources/datetimetimezone.md",
        lambda ask, r: ask(
            "POST", E, body={**TIMES, "end": {**TIMES["end"], "timeZone": r.choice(ODD_ZONES)}}
        ),
    ),
    (
        "resources/datetimetimezone.md",
        lambda ask, r: ask("GET", E, prefer=f'IdType="ImmutableId", outlook.timezone="{word(r)}"'),
    ),
    ("concepts/outlook-immutable-id.md", lambda ask, r: ask("GET", E, prefer=f'IdType="{word(r)}"')),
    (
        "resources/extended-properties-overview.md",
        lambda ask, r: ask("POST", E, body={**TIMES, PROPERTIES: [{"id": word(r), "value": "1"}]}),
    ),
    (
        "resources/extended-properties-overview.md",
        lambda ask, r: ask(
            "POST",
            E,
            body={**TIMES, "singleValueExtendedProperties": [{"id": MARKED, "value": r.randint(0, 9)}]},
        ),
    ),
    (
        "resources/extended-properties-overview.md",
        lambda ask, r: ask("GET", E, {"$filter": having(word(r), word(r))}),
    ),
    (
        "resources/extended-properties-overview.md",
        lambda ask, r: ask("GET", E, {"$filter": f"subject eq '{word(r)}'"}),
    ),
    (
        "resources/extended-properties-overview.md",
        lambda ask, r: ask("GET", E, {"$expand": EXPAND.replace("id eq", word(r))}),
    ),
    (
        "resources/patternedrecurrence.md",
        lambda ask, r: ask("POST", E, body={**TIMES, "recurrence": {word(r): 1}}),
    ),
    ("api/event-update.md", lambda ask, r: ask("PATCH", f"{E}/{ask.event}", body={word(r): 1})),
    ("api/event-update.md", lambda ask, r: ask("PATCH", f"{E}/{word(r)}", body={"subject": "x"})),
    ("resources/event.md", lambda ask, r: ask("PATCH", f"{E}/{ask.event}", body={"transactionId": word(r)})),
    (
        "concepts/errors.md",
        lambda ask, r: ask("PATCH", f"{E}/{ask.event}", body={"subject": "x"}, **{"if-match": word(r)}),
    ),
    ("concepts/errors.md", lambda ask, r: ask("DELETE", f"{E}/{ask.event}", **{"if-match": word(r)})),
    ("api/event-get.md", lambda ask, r: ask("GET", f"{E}/{word(r)}")),
    ("api/event-delete.md", lambda ask, r: ask("DELETE", f"{E}/{word(r)}")),
    ("api/calendar-get.md", lambda ask, r: ask("GET", f"/me/calendars/{word(r)}/events")),
    ("api/calendar-list-events.md", lambda ask, r: ask("GET", E, {word(r): "1"})),
    ("concepts/query-parameters.md", lambda ask, r: ask("GET", E, {"$top": str(r.randint(1001, 9999))})),
    ("concepts/query-parameters.md", lambda ask, r: ask("GET", E, {"$top": word(r)})),
    ("api/event-list-instances.md", lambda ask, r: ask("GET", f"{E}/{ask.event}/instances", DELTA)),
    ("api/event-list-instances.md", lambda ask, r: ask("GET", f"{E}/{ask.event}/instances", {"$top": "5"})),
    (
        "api/calendar-getschedule.md",
        lambda ask, r: ask("POST", S, body={**SCHEDULE, "schedules": [word(r)] * r.randint(21, 40)}),
    ),
    ("api/calendar-getschedule.md", lambda ask, r: ask("POST", S, body={**SCHEDULE, "schedules": word(r)})),
    ("api/calendar-getschedule.md", lambda ask, r: ask("POST", S, body={**SCHEDULE, word(r): 1})),
    (
        "api/calendar-getschedule.md",
        lambda ask, r: ask(
            "POST", S, body={**SCHEDULE, "availabilityViewInterval": r.choice((0, 4, 1441, "x"))}
        ),
    ),
    (
        "api/calendar-getschedule.md",
        lambda ask, r: ask(
            "POST", S, body={**SCHEDULE, "endTime": {"dateTime": "2027-10-21T00:00:00", "timeZone": "UTC"}}
        ),
    ),
    ("concepts/use-the-api.md", lambda ask, r: ask("GET", f"/{word(r)}")),
    ("concepts/use-the-api.md", lambda ask, r: ask("GET", f"/me/{word(r)}")),
    ("concepts/use-the-api.md", lambda ask, r: ask("PUT", f"{E}/{ask.event}", body=TIMES)),
    ("concepts/use-the-api.md", lambda ask, r: ask("POST", E, body=TIMES, **{"content-type": "text/plain"})),
    ("concepts/errors.md", lambda ask, r: ask("GET", E, authorization=f"Bearer {word(r)}")),
    ("concepts/errors.md", lambda ask, r: ask("GET", E, authorization=word(r))),
    ("concepts/permissions-reference.md", lambda ask, r: ask("GET", f"/users/{ask.other(r)}/events")),
    (
        "api/subscription-post-subscriptions.md",
        lambda ask, r: ask("POST", "/subscriptions", body={**SUBSCRIPTION, word(r): "x"}),
    ),
    (
        "api/subscription-post-subscriptions.md",
        lambda ask, r: ask("POST", "/subscriptions", body={**SUBSCRIPTION, "changeType": word(r)}),
    ),
    (
        "api/subscription-post-subscriptions.md",
        lambda ask, r: ask("POST", "/subscriptions", body={**SUBSCRIPTION, "resource": word(r)}),
    ),
    (
        "api/subscription-post-subscriptions.md",
        lambda ask, r: ask("POST", "/subscriptions", body={**SUBSCRIPTION, "clientState": word(r) * 17}),
    ),
    (
        "resources/subscription.md",
        lambda ask, r: ask(
            "POST", "/subscriptions", body={**SUBSCRIPTION, "expirationDateTime": "2027-01-01T00:00:00Z"}
        ),
    ),
    ("concepts/webhooks.md", lambda ask, r: ask("POST", "/subscriptions", body=SUBSCRIPTION)),
    ("api/subscription-get.md", lambda ask, r: ask("DELETE", f"/subscriptions/{word(r)}")),
)


def test_five_hundred_wrong_requests_are_refused_for_the_documented_reason(asking: Asking) -> None:
    chance = random.Random(24)
    asked = 0
    while asked < 500:
        for page, ask in WRONG:
            before = dict(asking.owner.stored.events)
            answer, named = ask(asking, chance)
            asked += 1
            assert 400 <= answer.status < 500, (page, asking.outlook.log[-1])
            assert named == page, asking.outlook.log[-1]
            assert json.loads(answer.body)["error"]["code"]
            assert asking.owner.stored.events == before


def test_what_is_right_is_answered(asking: Asking) -> None:
    right = (
        ("GET", "/me/calendars", None, None),
        ("GET", D, DELTA, None),
        ("GET", E, {"$filter": having(MARKED, "1"), "$expand": EXPAND}, None),
        ("GET", f"{E}/{asking.event}", {"$expand": EXPAND}, None),
        ("POST", E, None, TIMES),
        ("PATCH", f"{E}/{asking.event}", None, {"subject": "x"}),
        ("POST", S, None, SCHEDULE),
        ("DELETE", f"{E}/{asking.event}", None, None),
    )
    for verb, path, query, body in right:
        answer, _ = asking(verb, path, query, body)
        assert 200 <= answer.status < 300, (verb, path, answer.body)


def test_a_request_that_does_not_prefer_immutable_ids_is_kept_as_a_violation(asking: Asking) -> None:
    asking("GET", E, prefer='outlook.timezone="UTC"')
    assert len(asking.outlook.violations) == 1
