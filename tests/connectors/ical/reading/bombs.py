"""Small calendars that cost others their day: rules, lists and shapes that blow up when they are followed."""

from tests.connectors.ical.reading.busy_times import calendar, event

GOOD = event("UID:good", "DTSTART:20261012T080000Z", "DTEND:20261012T090000Z")


def ruled(rule: str, start: str = "19700101T000000Z", duration: str = "PT1S", *more: str) -> str:
    return event("UID:bomb", f"DTSTART:{start}", f"DURATION:{duration}", f"RRULE:{rule}", *more)


def _many(name: str, count: int) -> str:
    """List so many minutes, a day at a time: this is made whenever tests are collected."""
    minutes = [f"{minute // 60:02d}{minute % 60:02d}00Z" for minute in range(1440)]
    days = [f"2026{1 + day // 28:02d}{1 + day % 28:02d}T" for day in range(-(-count // 1440))]
    stamps = ",".join(day + f",{day}".join(minutes) for day in days)
    return f"{name}:{stamps[: count * len('20260101T000000Z,') - 1]}"


ALL_MINUTES = ",".join(map(str, range(60)))
ALL_HOURS = ",".join(map(str, range(24)))
MIDNIGHT = "DTSTART:20260101T000000Z"
NESTED = "BEGIN:X-A\r\n" * 40_000

BOMBS: dict[str, str] = {
    "secondly": ruled("FREQ=SECONDLY", duration="PT0S"),
    "secondly since 1970, three seconds apart": ruled("FREQ=SECONDLY;INTERVAL=3"),
    "minutely, a thousand million": ruled("FREQ=MINUTELY;COUNT=1000000000"),
    "interval zero": ruled("FREQ=DAILY;INTERVAL=0"),
    "exrule": ruled("FREQ=MINUTELY", "19700101T000000Z", "PT1S", "EXRULE:FREQ=MINUTELY"),
    "30 February by the second": ruled("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "30 February by the year": ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "31 June, each day": ruled("FREQ=DAILY;BYMONTH=6;BYMONTHDAY=31"),
    "53rd Monday of a month": ruled("FREQ=MONTHLY;BYDAY=53MO"),
    "hourly for a hundred years": ruled("FREQ=HOURLY", "19260101T000000Z", "P36500D"),
    "daily from year 1": ruled("FREQ=DAILY", "00010101T000000Z"),
    "yearly to year 9999": ruled("FREQ=YEARLY;UNTIL=99991231T235959Z", "99981231T235959Z"),
    "every second of every minute of every hour": ruled(
        f"FREQ=DAILY;BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES};BYSECOND={ALL_MINUTES}"
    ),
    "set position of nothing": ruled("FREQ=YEARLY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=2;BYSETPOS=366"),
    "count beyond numbers": ruled("FREQ=DAILY;COUNT=99999999999999999999"),
    "interval beyond numbers": ruled("FREQ=SECONDLY;INTERVAL=999999999"),
    "duration beyond the calendar": event("UID:bomb", "DTSTART:20261001T000000Z", "DURATION:P999999W"),
    "secondly with every part": ruled("FREQ=SECONDLY;BYSECOND=59;BYMINUTE=59;BYHOUR=23;BYMONTHDAY=31"),
    "minutely, narrowed to nothing": ruled("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=1"),
    "200,000 RDATEs": event("UID:bomb", MIDNIGHT, _many("RDATE", 200_000)),
    "200,000 EXDATEs": ruled(
        "FREQ=MINUTELY;UNTIL=20270101T000000Z", "20260101T000000Z", "PT1S", _many("EXDATE", 200_000)
    ),
    "a thousand rules": event("UID:bomb", MIDNIGHT, *(f"RRULE:FREQ=DAILY;COUNT={n + 1}" for n in range(999))),
    "components without an end": f"BEGIN:VEVENT\r\n{NESTED}UID:bomb\r\n{MIDNIGHT}\r\nEND:VEVENT\r\n",
    "one line of 5 MB": event("UID:bomb", MIDNIGHT, "SUMMARY:" + "x" * 5_000_000),
    "a parameter of colons": event("UID:bomb", "DTSTART;TZID=" + ":00000000" * 50_000),
    "a parameter of quotes": event("UID:bomb", "DTSTART;TZID=" + '"' * 100_001 + ":20260101T000000Z"),
    "this and future, a thousand times": ruled("FREQ=DAILY", "20200101T000000Z")
    + "".join(
        event(
            "UID:bomb",
            f"RECURRENCE-ID;RANGE=THISANDFUTURE:{20200101 + n // 28 % 12 * 100 + n % 28}T{n // 336:02d}0000Z",
            "DTSTART:20261001T000000Z",
        )
        for n in range(1000)
    ),
}  # fmt: skip


def bomb(name: str) -> bytes:
    return calendar(BOMBS[name], GOOD)


def crowd(count: int) -> bytes:
    """Many bombs in one calendar, each of a UID of its own."""
    return calendar(
        *(
            BOMBS["this and future, a thousand times"].replace("UID:bomb", f"UID:bomb{n}")
            for n in range(count)
        ),
        GOOD,
    )
