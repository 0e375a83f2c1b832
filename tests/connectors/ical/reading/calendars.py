"""Generated calendars: every usual shape, and many unusual ones, that all readings have to agree on."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.connectors.ical.reading.busy_times import event

ZONE_TEXT = (
    "BEGIN:VTIMEZONE\r\nTZID:Custom/HQ\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0430\r\nTZOFFSETTO:+0330\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0330\r\nTZOFFSETTO:+0430\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)
BEGINNING = datetime(2026, 9, 1)  # noqa: DTZ001 - a wall time
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Custom/HQ", "W. Europe Standard Time", "UTC", ""]
)
STARTS = st.builds(
    lambda days, minutes: BEGINNING + timedelta(days=days, minutes=15 * minutes),
    st.integers(-400, 90),
    st.integers(0, 95),
)
STATUS = st.sampled_from(["", "STATUS:TENTATIVE", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "TRANSP:OPAQUE"])


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    return st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=3, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


def weekdays(nth: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(lambda number, day: f"{number}{day}", nth, st.sampled_from(DAYS))
    return st.lists(one, min_size=1, max_size=3, unique=True).map(",".join)


PLAIN = weekdays(st.just(""))
NUMBERED = weekdays(st.sampled_from(["1", "2", "-1"]))
MONTHS = numbers(1, 12)
PARTS = {
    "YEARLY": [
        ("BYMONTH", MONTHS),
        ("BYMONTHDAY", numbers(-31, 31)),
        ("BYDAY", NUMBERED),
        ("BYYEARDAY", numbers(-366, 366)),
    ],
    "MONTHLY": [("BYMONTH", MONTHS), ("BYMONTHDAY", numbers(-31, 31)), ("BYDAY", NUMBERED), ("BYDAY", PLAIN)],
    "WEEKLY": [("BYMONTH", MONTHS), ("BYDAY", PLAIN), ("WKST", st.sampled_from(DAYS))],
    "DAILY": [("BYMONTH", MONTHS), ("BYDAY", PLAIN), ("BYHOUR", numbers(1, 23))],
}


@st.composite
def rules(draw: st.DrawFn, start: datetime, *, all_day: bool, zoned: bool) -> str:
    frequency = draw(st.sampled_from(sorted(PARTS)))
    parts = {"FREQ": frequency}
    if draw(st.booleans()):
        parts["INTERVAL"] = str(draw(st.integers(1, 4)))
    for name, values in draw(
        st.lists(st.sampled_from(PARTS[frequency]), max_size=2, unique_by=lambda part: part[0])
    ):
        if not (all_day and name == "BYHOUR"):
            parts[name] = draw(values)
    end = draw(st.sampled_from(["never", "count", "until"]))
    if end == "count":
        parts["COUNT"] = str(draw(st.integers(1, 40)))
    elif end == "until":
        until = start + timedelta(days=draw(st.integers(0, 500)), minutes=draw(st.integers(0, 600)))
        form = "%Y%m%d" if all_day else "%Y%m%dT%H%M%SZ" if zoned else "%Y%m%dT%H%M%S"
        parts["UNTIL"] = until.strftime(form)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def stamp(name: str, at: datetime, zone: str, *, all_day: bool = False) -> str:
    if all_day:
        return f"{name};VALUE=DATE:{at:%Y%m%d}"
    if zone == "UTC":
        return f"{name}:{at:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={zone}:{at:%Y%m%dT%H%M%S}" if zone else f"{name}:{at:%Y%m%dT%H%M%S}"


@st.composite
def series(draw: st.DrawFn, uid: str) -> list[str]:
    """A master, perhaps with a rule, EXDATEs, RDATEs, and overrides moved, cancelled or in another zone."""
    start, zone, all_day = draw(STARTS), draw(ZONES), draw(st.booleans())
    if all_day:
        start = start.replace(hour=0, minute=0)
    length = (
        timedelta(days=draw(st.integers(1, 3)))
        if all_day
        else timedelta(minutes=draw(st.integers(0, 40)) * 15)
    )
    lines = [f"UID:{uid}", stamp("DTSTART", start, zone, all_day=all_day), f"SUMMARY:{uid}", draw(STATUS)]
    if draw(st.booleans()):
        lines.append(stamp("DTEND", start + length, zone, all_day=all_day))
    elif not all_day:
        lines.append(f"DURATION:PT{int(length.total_seconds())}S")
    if draw(st.integers(0, 3)) == 0:
        return [event(*filter(None, lines))]
    lines.append("RRULE:" + draw(rules(start, all_day=all_day, zoned=bool(zone))))
    days = draw(st.lists(st.integers(0, 60), max_size=3, unique=True))
    for number in days[:1]:
        lines.append(stamp("EXDATE", start + timedelta(days=number), zone, all_day=all_day))
    for number in days[1:2]:
        lines.append(
            stamp(
                "RDATE", start + timedelta(days=number, minutes=0 if all_day else 30), zone, all_day=all_day
            )
        )
    events = [event(*filter(None, lines))]
    for number in draw(st.lists(st.integers(0, 60), max_size=2, unique=True)):
        events.append(draw(override(uid, start + timedelta(days=number), zone, all_day=all_day)))
    return draw(st.permutations(events))


@st.composite
def override(draw: st.DrawFn, uid: str, replaced: datetime, zone: str, *, all_day: bool) -> str:
    moved = replaced + timedelta(
        days=draw(st.integers(-40, 40)), minutes=0 if all_day else 15 * draw(st.integers(0, 9))
    )
    own_zone = draw(st.sampled_from([zone, "UTC"]))
    end = moved + (timedelta(days=1) if all_day else timedelta(minutes=45))
    lines = [
        f"UID:{uid}",
        stamp("RECURRENCE-ID", replaced, zone, all_day=all_day),
        stamp("DTSTART", moved, own_zone, all_day=all_day),
        stamp("DTEND", end, own_zone, all_day=all_day),
        f"SUMMARY:{uid} moved",
        draw(STATUS),
    ]
    if draw(st.booleans()):
        lines.append(f"SEQUENCE:{draw(st.integers(0, 2))}")
    return event(*filter(None, lines))


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    count = draw(st.integers(1, 4))
    events = [text for number in range(count) for text in draw(series(f"uid-{number}"))]
    header = draw(st.sampled_from(["", "X-WR-TIMEZONE:Asia/Tokyo\r\n"]))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{header}{ZONE_TEXT}{''.join(events)}END:VCALENDAR\r\n".encode()
