"""A calendar as people accumulate them: years of single events, some series, some moved instances.

About 920 bytes an event, 17 % masters with rules, 10 % overrides, five VTIMEZONEs, most of it in the past.
"""

import random
from datetime import datetime, timedelta

from engine.time.instant import parse_instant
from engine.time.span import Span

WINDOW = Span(parse_instant("2026-10-10T00:00:00Z"), parse_instant("2026-11-09T00:00:00Z"))
NOW = datetime(2026, 10, 20)  # noqa: DTZ001 - a wall time
ZONES = {
    "Europe/Berlin": ("+0100", "+0200", "3", "-1SU", "10", "-1SU"),
    "America/New_York": ("-0500", "-0400", "3", "2SU", "11", "1SU"),
    "Europe/London": ("+0000", "+0100", "3", "-1SU", "10", "-1SU"),
    "America/Los_Angeles": ("-0800", "-0700", "3", "2SU", "11", "1SU"),
    "Asia/Tokyo": ("+0900", "+0900", "1", "1SU", "1", "1SU"),
}
RULES = (
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=DAILY;COUNT=30",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=YEARLY",
    "FREQ=WEEKLY;UNTIL={until}",
    "FREQ=DAILY;UNTIL={until}",
)
WORDS = (
    "agenda",
    "review",
    "budget",
    "café",
    "plan",
    "notes",
    "draft",
    "room",
    "quarter",
    "Zürich",
    "school",
)


def make_calendar(events: int, seed: int = 7) -> bytes:
    """Write a calendar of so many VEVENTs."""
    chance = random.Random(seed)
    parts = ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n", *map(_zone, ZONES)]
    written = 0
    while written < events:
        group = _group(chance, written)
        parts += group
        written += len(group)
    return ("".join(parts) + "END:VCALENDAR\r\n").encode()


def _zone(name: str) -> str:
    winter, summer, spring, spring_day, autumn, autumn_day = ZONES[name]
    return (
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n"
        f"BEGIN:DAYLIGHT\r\nDTSTART:19700308T020000\r\nTZOFFSETFROM:{winter}\r\nTZOFFSETTO:{summer}\r\n"
        f"RRULE:FREQ=YEARLY;BYMONTH={spring};BYDAY={spring_day}\r\nEND:DAYLIGHT\r\n"
        f"BEGIN:STANDARD\r\nDTSTART:19701101T030000\r\nTZOFFSETFROM:{summer}\r\nTZOFFSETTO:{winter}\r\n"
        f"RRULE:FREQ=YEARLY;BYMONTH={autumn};BYDAY={autumn_day}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )


def _group(chance: random.Random, number: int) -> list[str]:
    zone = chance.choice(list(ZONES))
    start = NOW - timedelta(days=int(chance.triangular(-90, 1500, 60)), minutes=15 * chance.randrange(96))
    uid = f"{number:06d}-{chance.getrandbits(64):016x}@bench.example"
    if chance.random() > 0.19:
        return [_event(chance, uid, zone, start, "")]
    until = (start + timedelta(days=chance.randrange(30, 900))).strftime("%Y%m%dT000000Z")
    rule = chance.choice(RULES).format(until=until)
    extra = f"RRULE:{rule}\r\n"
    if chance.random() < 0.3:
        extra += f"EXDATE;TZID={zone}:{start + timedelta(days=7):%Y%m%dT%H%M%S}\r\n"
    group = [_event(chance, uid, zone, start, extra)]
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        replaced = start + timedelta(days=7 * chance.randrange(1, 12))
        moved = replaced + timedelta(hours=chance.choice((1, 2, 24)))
        group.append(
            _event(chance, uid, zone, moved, f"RECURRENCE-ID;TZID={zone}:{replaced:%Y%m%dT%H%M%S}\r\n")
        )
    return group


def _event(chance: random.Random, uid: str, zone: str, start: datetime, extra: str) -> str:
    end = start + timedelta(minutes=chance.choice((15, 30, 45, 60, 90, 120)))
    times = f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\r\nDTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}\r\n"
    if chance.random() < 0.08 and "RECURRENCE" not in extra and "EXDATE" not in extra:
        times = (
            f"DTSTART;VALUE=DATE:{start:%Y%m%d}\r\nDTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}\r\n"
        )
        extra = extra.replace("T000000Z", "")
    text = " ".join(chance.choices(WORDS, k=40))
    people = "".join(
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=P\r\n"
        f" erson {n}:mailto:p{n}@example.com\r\n"
        for n in range(chance.randrange(4))
    )
    return (
        f"BEGIN:VEVENT\r\n{times}{extra}DTSTAMP:20261009T080000Z\r\nUID:{uid}\r\n"
        f"CREATED:20250101T000000Z\r\nDESCRIPTION:{_folded(text)}\r\nLAST-MODIFIED:20260901T000000Z\r\n"
        f"LOCATION:Room {chance.randrange(90)}\r\n{people}SEQUENCE:0\r\nSTATUS:CONFIRMED\r\n"
        f"SUMMARY:{' '.join(chance.choices(WORDS, k=3))}\r\nTRANSP:OPAQUE\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    )


def _folded(text: str) -> str:
    return "\r\n ".join(text[at : at + 60] for at in range(0, len(text), 60))
