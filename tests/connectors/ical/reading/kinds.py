"""Calendars of each kind that people reported, made at random, with what they take known by construction.

A generator takes a seeded `Random` and gives a `Case`. What a calendar takes is worked out from plain numbers
here, never by the product's own code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from tests.connectors.ical.reading.busy_times import DATA

ME = "me@example.com"
MONDAY = datetime(2026, 10, 12)  # noqa: DTZ001 - a wall time
UTC = ZoneInfo("UTC")
WINDOWS = [line.split("\t") for line in (DATA / "windows_zones.tsv").read_text().splitlines()[1:]]


@dataclass(frozen=True, slots=True)
class Reported:
    """A calendar's bytes, the spans it takes (as instants), and whether something has to be told of it."""

    body: bytes
    busy: Sequence[tuple[datetime, datetime]]
    told: bool | None = False


Generator: TypeAlias = Callable[[Random], Reported]


def utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def wall(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"


def a_start(random: Random) -> datetime:
    return MONDAY + timedelta(days=random.randrange(20), minutes=15 * random.randrange(20, 80))


def in_zone(start: datetime, hours: int, zone: str) -> tuple[datetime, datetime]:
    """Give an event's instants by the standard library's own zones; none of these meets a clock's change."""
    first = start.replace(tzinfo=ZoneInfo(zone))
    return first.astimezone(UTC), (start + timedelta(hours=hours)).replace(tzinfo=first.tzinfo).astimezone(
        UTC
    )


def vevent(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def lines_of(*components: Sequence[str]) -> list[str]:
    inside = [line for component in components for line in component]
    return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *inside, "END:VCALENDAR"]


def written(*components: Sequence[str], end: str = "\r\n") -> bytes:
    return "".join(line + end for line in lines_of(*components)).encode()


def some_events(random: Random) -> tuple[list[str], list[tuple[datetime, datetime]]]:
    lines: list[str] = []
    busy = []
    for number in range(random.randrange(1, 5)):
        start, hours = a_start(random), random.randrange(1, 4)
        zone = random.choice(["", "Europe/Berlin", "America/New_York"])
        ends = start + timedelta(hours=hours)
        told = [_time("DTSTART", start, zone), _time("DTEND", ends, zone), f"UID:e{number}@x"]
        told += random.sample(["SUMMARY:Tea", "DTSTAMP:20260901T000000Z", "LOCATION:Room", "SEQUENCE:1"], 2)
        random.shuffle(told)
        lines += vevent(*told)
        busy.append(in_zone(start, hours, zone or "UTC"))
    return lines, busy


def _time(name: str, at: datetime, zone: str) -> str:
    return f"{name};TZID={zone}:{wall(at)}" if zone else f"{name}:{utc(at)}"


def line_ends(random: Random) -> Reported:
    """CR, LF, CRLF and mixtures, blank lines and a byte order mark."""
    events, busy = some_events(random)
    ends = random.sample(["\r", "\n", "\r\n", "\r\r\n", "\n\r", "\r\n\r\n"], random.randrange(1, 4))
    text = "".join(line + random.choice(ends) for line in lines_of(events))
    return Reported((b"\xef\xbb\xbf" if random.random() < 0.3 else b"") + text.encode(), busy)


def names_in_any_case(random: Random) -> Reported:
    """Names of properties, parameters and components in any case, or broken by folds."""
    events, busy = some_events(random)
    text = ""
    for line in lines_of(events):
        name, colon, value = line.partition(":")
        key, semicolon, zone = name.partition("TZID=")
        key, mark = _any_case(random, key), _any_case(random, "TZID=")
        if name in ("BEGIN", "END"):
            value = _any_case(random, value)
        whole = key + (mark if semicolon else "") + zone + colon + value
        at = random.randrange(1, len(whole))
        text += (f"{whole[:at]}\r\n {whole[at:]}" if random.random() < 0.4 else whole) + "\r\n"
    return Reported(text.encode(), busy)


def _any_case(random: Random, text: str) -> str:
    return "".join(random.choice((one.lower(), one.upper())) for one in text)


def blanks(random: Random) -> Reported:
    """Blanks after a name, a colon or a line, and about parameters; control characters anywhere."""
    events, busy = some_events(random)
    text = ""
    for line in lines_of(events):
        if line.startswith(("BEGIN", "END")):
            line = line.replace(":", random.choice([":", ": ", " :", " : ", ":\t"]))
        elif line.startswith(("DTSTART", "DTEND")):
            line = line.replace(";TZID=", random.choice([";TZID=", "; TZID=", ";TZID =", " ; TZID= "]))
            line = random.choice(["", "\x00", "\x07"]) + line
        text += line + random.choice(["", "", " ", "  \t"]) + "\r\n"
    return Reported(text.encode(), busy)


def indentation(random: Random) -> Reported:
    """Blanks before some lines, before every line, or as a program that nests indents them."""
    events, busy = some_events(random)
    how = random.choice(["some", "all", "nested", "events"])
    depth, text = 0, ""
    for line in lines_of(events):
        depth -= line.startswith("END:")
        indent = {
            "some": "  " if random.random() < 0.4 and line != "BEGIN:VCALENDAR" and _counts(line) else "",
            "all": "    ",
            "nested": "  " * depth,
            "events": "\t" if line in ("BEGIN:VEVENT", "END:VEVENT") else "",
        }[how]
        text += f"{indent}{line}\r\n"
        depth += line.startswith("BEGIN:")
    return Reported(text.encode(), busy)


def _counts(line: str) -> bool:
    return line.startswith(("BEGIN", "END", "DTSTART", "DTEND", "UID"))


def glued(random: Random) -> Reported:
    """Components between which the line end was lost."""
    events, busy = some_events(random)
    text = "\r\n".join(lines_of(events)) + "\r\n"
    for part in ("END:VEVENT\r\nBEGIN:VEVENT", "END:VEVENT\r\nEND:VCALENDAR"):
        if random.random() < 0.7:
            text = text.replace(part, part.replace("\r\n", ""))
    return Reported(text.encode(), busy)


def undefined_zones(random: Random) -> Reported:
    """Windows' names, what Outlook and others show for them, numbers, prefixes, offsets alone."""
    start = a_start(random)
    windows, shown, winter, summer = random.choice(WINDOWS)
    forms = [
        windows,
        windows.lower(),
        f"{windows} {random.randrange(1, 9)}",
        shown,
        shown.replace("UTC", "GMT"),
    ]
    if random.random() < 0.3:
        minutes = 15 * random.randrange(-48, 57)
        name = _offset_name(random, minutes)
        first = start - timedelta(minutes=minutes)
        first = first.replace(tzinfo=UTC)
    else:
        name = random.choice(forms)
        start = random.choice([datetime(2026, 1, 20, 9, 30), datetime(2026, 7, 20, 9, 30)])  # noqa: DTZ001
        offset = winter if start.month == 1 else summer
        first = datetime.strptime(f"{start:%Y%m%d%H%M}{offset}", "%Y%m%d%H%M%z").astimezone(UTC)
    name = f'"{name}"'
    event = vevent("UID:a", f"DTSTART;TZID={name}:{wall(start)}", "DURATION:PT1H")
    return Reported(written(event), [(first, first + timedelta(hours=1))])


def _offset_name(random: Random, minutes: int) -> str:
    sign, (hours, rest) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    clock = random.choice([f"{hours:02d}:{rest:02d}", f"{hours:02d}{rest:02d}"])
    if not rest and random.random() < 0.3:
        clock = f"{hours}"
    return random.choice(["GMT{}", "UTC{}", "(GMT {})", "(UTC{})", "GMT {}"]).format(sign + clock)


def defined_zones(random: Random) -> Reported:
    """VTIMEZONEs of two rules, with what programs do to them: finer rules, impossible pasts, spellings."""
    start = a_start(random)
    standard = 15 * random.randrange(-44, 44)
    summer = standard + 60
    defined, named = random.choice(
        [
            ("HQ", "HQ"),
            (r"Head office\, annex", '"Head office, annex"'),
            (r"Annex\; old", '"Annex; old"'),
            ("Head office", '"head office"'),
            ("/vendor/HQ", "/vendor/HQ"),
            ("Custom Time Zone", "Custom Time Zone 1"),
            ("Custom Time Zone 1", "Custom Time Zone"),
            ("Europe/Berlin", "Europe/Berlin"),
        ]
    )
    finer = random.choice(["", ";BYHOUR=2", ";BYHOUR=2;BYMINUTE=0", ";BYHOUR=2;BYMINUTE=0;BYSECOND=0"])
    past = [
        "BEGIN:STANDARD",
        "DTSTART:18831118T120358",
        "TZOFFSETFROM:-9956:02",
        "TZOFFSETTO:-9900",
        "END:STANDARD",
    ]
    zone = ["BEGIN:VTIMEZONE", f"TZID:{defined}", *(past if random.random() < 0.4 else [])]
    for kind, month, before, after in (("STANDARD", 11, summer, standard), ("DAYLIGHT", 3, standard, summer)):
        rule = f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={'1SU' if month == 11 else '2SU'}{finer}"
        day = "19701101" if month == 11 else "19700308"
        part = [
            f"DTSTART:{day}T020000",
            f"TZOFFSETFROM:{_plain(before)}",
            f"TZOFFSETTO:{_plain(after)}",
            rule,
        ]
        zone += [f"BEGIN:{kind}", *part, f"END:{kind}"]
    zone.append("END:VTIMEZONE")
    event = vevent("UID:a", f"DTSTART;TZID={named}:{wall(start)}", "DURATION:PT1H")
    parts = [zone, event] if random.random() < 0.7 else [event, zone]
    offset = summer if start < datetime(2026, 11, 1, 2) else standard  # noqa: DTZ001 - wall times
    first = (start - timedelta(minutes=offset)).replace(tzinfo=UTC)
    return Reported(written(*parts), [(first, first + timedelta(hours=1))])


def _plain(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"


def ended_zones(random: Random) -> Reported:
    """VTIMEZONEs that end (TZUNTIL) before the event: a zone that the world knows goes on by itself."""
    start, zone = a_start(random), random.choice(["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
    tells = random.choice([("TZID", zone), ("X-LIC-LOCATION", zone), ("TZID-ALIAS-OF", zone)])
    name = zone if tells[0] == "TZID" else "Office"
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}", *([] if tells[0] == "TZID" else [":".join(tells)])]
    lines += ["TZUNTIL:20250101T000000Z", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
    lines += ["TZOFFSETFROM:+1100", "TZOFFSETTO:+1100", "END:STANDARD", "END:VTIMEZONE"]
    event = vevent("UID:a", f"DTSTART;TZID={name}:{wall(start)}", "DURATION:PT1H")
    return Reported(written(lines, event), [in_zone(start, 1, zone)])


def endless_series(random: Random) -> Reported:
    """UNTIL at the end of the calendar, in zones on both sides of UTC."""
    start, zone = (
        a_start(random),
        random.choice(["Europe/Berlin", "Pacific/Auckland", "America/New_York", "UTC"]),
    )
    until = random.choice(["99991231T235959Z", "99991231", "99991231T235959", "99991231T000000Z"])
    weeks = random.randrange(1, 4)
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL={weeks};UNTIL={until}"
    event = vevent("UID:a", f"DTSTART;TZID={zone}:{wall(start)}", "DURATION:PT1H", rule)
    starts = [start + timedelta(weeks=weeks * turn) for turn in range(12)]
    return Reported(written(event), [in_zone(one, 1, zone) for one in starts])


def whole_days(random: Random) -> Reported:
    """Series of whole days with hours, and removals written as times in whatever zone."""
    day = MONDAY + timedelta(days=random.randrange(10))
    finer = random.choice(["BYHOUR=9;", "BYHOUR=9;BYMINUTE=0;", "BYHOUR=8,9,10;", "BYSECOND=0;", ""])
    gone = day + timedelta(weeks=1)
    removal = random.choice(
        [
            f"EXDATE;VALUE=DATE:{gone:%Y%m%d}",
            f"EXDATE:{gone:%Y%m%d}T000000Z",
            f"EXDATE:{gone:%Y%m%d}T090000",
            f"EXDATE;TZID=America/New_York:{gone:%Y%m%d}T000000",
            f"EXDATE;TZID=Pacific Standard Time:{gone:%Y%m%d}T233000",
        ]
    )
    rule = f"RRULE:FREQ=WEEKLY;{finer}COUNT=3"
    event = vevent("UID:a", f"DTSTART;VALUE=DATE:{day:%Y%m%d}", rule, removal)
    kept = [day, day + timedelta(weeks=2)]
    return Reported(written(event), [in_zone(one, 24, "UTC") for one in kept])


def local_beside_zoned(random: Random) -> Reported:
    """DTEND, EXDATE, RDATE and RECURRENCE-ID without a zone beside a DTSTART that has one."""
    start = a_start(random)
    names = {
        "America/New_York": "America/New_York",
        "Eastern Standard Time": "America/New_York",
        "Asia/Tokyo": "Asia/Tokyo",
    }
    name = random.choice(list(names))
    week = [start + timedelta(weeks=turn) for turn in range(3)]
    end = random.choice([f"DTEND:{wall(start + timedelta(hours=1))}", "DURATION:PT1H"])
    master = ["UID:a", f"DTSTART;TZID={name}:{wall(start)}", end, "RRULE:FREQ=WEEKLY;COUNT=3"]
    how = random.choice(["exdate", "override", "rdate", "exdate window"])
    busy = [in_zone(one, 1, names[name]) for one in week]
    more: list[str] = []
    if how == "override":
        moved = week[1] + timedelta(hours=3)
        lines = [f"RECURRENCE-ID:{wall(week[1])}", f"DTSTART;TZID={name}:{wall(moved)}", "DURATION:PT1H"]
        more = vevent("UID:a", *lines)
        busy[1] = in_zone(moved, 1, names[name])
    elif how == "rdate":
        extra = start + timedelta(days=2)
        master.append(f"RDATE:{wall(extra)}")
        busy.append(in_zone(extra, 1, names[name]))
    else:
        zone = ";TZID=Eastern Standard Time" if how == "exdate window" and names[name] != "Asia/Tokyo" else ""
        master.append(f"EXDATE{zone}:{wall(week[1])}")
        busy.pop(1)
    return Reported(written(vevent(*master), more), busy)


def unreadable_removals(random: Random) -> Reported:
    """One EXDATE or RDATE is no time: it removes or adds nothing, is told, and the others count."""
    start = a_start(random)
    junk = random.choice(["202610%= x %>T110000", "soon", "20261399", "2026-W42", "{{date}}", "20261012T25"])
    week = [start + timedelta(weeks=turn) for turn in range(3)]
    name = random.choice(["EXDATE", "RDATE"])
    broken = random.choice([f"{name}:{junk}", f"{name};TZID=UTC:{junk}"])
    good = f"EXDATE:{utc(week[1])}"
    lines = [broken, good] if random.random() < 0.5 else [good, broken]
    event = vevent("UID:a", f"DTSTART:{utc(start)}", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", *lines)
    return Reported(written(event), [in_zone(one, 1, "UTC") for one in (week[0], week[2])], told=True)


def several_calendars(random: Random) -> Reported:
    """A series in one VCALENDAR, its overrides or its cancellation in another of the same file."""
    start = a_start(random)
    week = [start + timedelta(weeks=turn) for turn in range(3)]
    master = vevent(
        "UID:a", f"DTSTART:{utc(start)}", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "SEQUENCE:1"
    )
    busy = [in_zone(one, 1, "UTC") for one in week]
    moved = week[1] + timedelta(hours=4)
    one = [f"RECURRENCE-ID:{utc(week[1])}", f"DTSTART:{utc(moved)}", "DURATION:PT1H"]
    how = random.choice(["moved", "cancelled", "canceled", "method", "whole"])
    method: list[str] = []
    told: bool | None = False
    if how == "moved":
        other = vevent("UID:a", *one)
        busy[1] = in_zone(moved, 1, "UTC")
    elif how == "whole":
        other = vevent(
            "UID:a", f"DTSTART:{utc(start)}", "DURATION:PT1H", random.choice(["SEQUENCE:1", "SEQUENCE:2"])
        )
        method, busy, told = [_any_case(random, "METHOD:CANCEL")], [], True
    else:
        status = {"cancelled": ["STATUS:CANCELLED"], "canceled": ["STATUS:CANCELED"], "method": []}[how]
        method = ["METHOD:CANCEL"] if how == "method" else []
        other = vevent("UID:a", *one, *status)
        busy.pop(1)
    parts = [written(master), written(method, other)]
    random.shuffle(parts)
    return Reported(b"".join(parts), busy, told)


def losing_versions(random: Random) -> Reported:
    """Versions of one event with other SEQUENCEs: the newest counts, each other one is told."""
    numbers = random.sample(range(9), random.randrange(2, 4))
    starts = {number: a_start(random) for number in numbers}
    events = [
        vevent("UID:a", f"SEQUENCE:{one}", f"DTSTART:{utc(starts[one])}", "DURATION:PT1H") for one in numbers
    ]
    return Reported(written(*events), [in_zone(starts[max(numbers)], 1, "UTC")], told=True)


def declined(random: Random) -> Reported:
    """What the owner said no to, by whatever names them; what somebody else said no to counts."""
    start = a_start(random)
    mine = random.choice([ME, ME.upper(), "alias@example.org", "Alias@Example.Org"])
    who = random.choice([mine, "other@example.com"])
    value = random.choice(["mailto:{}", "MAILTO:{}", "Mailto: {}", "{}"]).format(who)
    if random.random() < 0.4:
        email = random.choice([f"EMAIL={who}", f'EMAIL="{who}"', f"email={who}"])
        principal = random.choice(["urn:uuid:0f2c1a1e", "/123/principal/", "invalid:nomail", "urn:x-uid:7"])
        line = f"ATTENDEE;CN=A;PARTSTAT=DECLINED;{email}:{principal}"
    else:
        line = f"ATTENDEE;PARTSTAT={random.choice(['DECLINED', 'declined'])};CN=A:{value}"
    event = vevent(
        "UID:a", f"DTSTART:{utc(start)}", "DURATION:PT1H", line, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:z@x"
    )
    return Reported(written(event), [] if who == mine else [in_zone(start, 1, "UTC")])


def travel(random: Random) -> Reported:
    """The way to an event takes time before each of its instances."""
    start, minutes = a_start(random), 5 * random.randrange(1, 30)
    times = random.randrange(1, 4)
    length = random.choice([f"PT{minutes}M", f"PT{minutes * 60}S"])
    way = random.choice(["X-APPLE-TRAVEL-DURATION;VALUE=DURATION:", "X-APPLE-TRAVEL-DURATION:"]) + length
    event = vevent("UID:a", f"DTSTART:{utc(start)}", "DURATION:PT1H", f"RRULE:FREQ=WEEKLY;COUNT={times}", way)
    busy = []
    for turn in range(times):
        first, last = in_zone(start + timedelta(weeks=turn), 1, "UTC")
        busy.append((first - timedelta(minutes=minutes), last))
    return Reported(written(event), busy)


KINDS: Mapping[str, Generator] = {
    generator.__name__: generator
    for generator in (
        line_ends,
        names_in_any_case,
        blanks,
        indentation,
        glued,
        undefined_zones,
        defined_zones,
        ended_zones,
        endless_series,
        whole_days,
        local_beside_zoned,
        unreadable_removals,
        several_calendars,
        losing_versions,
        declined,
        travel,
    )
}
