"""People who met: a world whose calendars tell who knows whom, and what is known of them over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon.app.principal import Principal, Role
from daemon.app.relations.desk import Desk
from engine.ids import UserId
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.worlds.folder_world import FolderWorld

KINDS = ("interactions", "interests", "relationships", "memories")
PEOPLE_ROUTES = {
    *(f"{verb} /v1/{kind}" for kind in ("contacts", *KINDS) for verb in ("GET", "POST")),
    *(f"{verb} /v1/{kind}/{{id}}" for kind in ("contacts", *KINDS) for verb in ("GET", "PATCH", "DELETE")),
    "POST /v1/contacts/{id}/merge",
    "POST /v1/contacts/{id}/unmerge",
    "GET /v1/contacts/{id}/briefing",
    "GET /v1/search",
}
ON = f'{SETTINGS}[relations]\nenabled = true\nembedder = "none"\n'
AT = parse_instant(NOW)


BODIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contacts": ({"fullName": "Http X", "email": "http@x.example"}, {"company": "Altus"}),
    "interactions": (
        {"interactionType": "call", "interactionDate": NOW, "direction": "outbound"},
        {"subject": "Again"},
    ),
    "interests": (
        {"interestCategory": "sports", "interestTopic": "curling", "confidenceScore": 0.4},
        {"confidenceScore": 0.6},
    ),
    "relationships": ({"relationshipType": "colleague"}, {"relationshipType": "friend"}),
    "memories": ({"memoryType": "insight", "content": "Allergic to peanuts"}, {"title": "Diet"}),
}


def meeting(
    world: FolderWorld, who: str, uid: str, days: int, title: str, *guests: str, more: str = ""
) -> None:
    """Put a meeting of so many days ago into a folder; guests are addresses, or whole lines."""
    start = AT - days * DAY + 3 * HOUR
    basic = [format_instant(at).replace("-", "").replace(":", "") for at in (start, start + HOUR)]
    lines = [
        one if one.startswith("ATTENDEE") else f"ATTENDEE;CN={one.split('@')[0].title()} X:mailto:{one}"
        for one in guests
    ]
    text = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "BEGIN:VEVENT", f"UID:{uid}"),
        *("DTSTAMP:20250101T000000Z", f"DTSTART:{basic[0]}", f"DTEND:{basic[1]}", f"SUMMARY:{title}"),
        *filter(None, more.split("\n")),
        *(f"ORGANIZER:mailto:{who}@example.com", *lines, "END:VEVENT", "END:VCALENDAR", ""),
    ]
    (world.folder(who) / f"{uid}.ics").write_text("\r\n".join(text), newline="")


def lay(world: FolderWorld) -> None:
    for days in (7, 14, 21):
        meeting(world, "alice", f"zoe-{days}", days, "Football match", "zoe@x.example")
        meeting(world, "alice", f"bob-{days}", days + 1, "Sync", "bob@example.com")
        meeting(world, "bob", f"bob-{days}", days + 1, "Sync", "bob@example.com", "alice@example.com")
    for days in (30, 31):
        meeting(
            world,
            "alice",
            f"three-{days}",
            days,
            "Orchard",
            "xenia@x.example",
            "yann@x.example",
            "zora@x.example",
        )
    meeting(world, "alice", "two", 33, "Orchard", "xenia@x.example", "yann@x.example")
    meeting(world, "alice", "once", 3, "Hello", "once@x.example")
    no = "ATTENDEE;PARTSTAT=DECLINED:mailto:no@x.example"
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room@x.example"
    for days in (40, 41):
        meeting(
            world, "alice", f"mixed-{days}", days, "Mixed", "anchor@x.example", no, room, "noreply@x.example"
        )
        meeting(world, "alice", f"off-{days}", days, "Off", "off@x.example", more="STATUS:CANCELLED")
        meeting(world, "alice", f"free-{days}", days, "Free", "free@x.example", more="TRANSP:TRANSPARENT")
        meeting(world, "alice", f"later-{days}", -days, "Later", "later@x.example")
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"
    meeting(world, "alice", "series", 60, "Choir", "serial@x.example", more=rule)


@contextmanager
def laid(folder: Path) -> Iterator[Asked]:
    """Give a world whose meetings were read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        world = FolderWorld(folder, PEOPLE, NOW, ON)
        lay(world)
        with served(world) as asked:
            asked.work()
            yield asked


def known(api: Asked, who: str = "alice") -> dict[str, Mapping[str, Any]]:
    """Give somebody's contacts, by the part of the address before the @."""
    listed = api(who, "GET", "/v1/contacts?limit=100").json()["items"]
    return {(one["email"] or one["fullName"]).partition("@")[0]: one for one in listed}


def desk(api: Asked, who: str = "alice") -> Desk:
    return Desk.of(api.services.access, Principal(Role.USER, UserId(who)))
