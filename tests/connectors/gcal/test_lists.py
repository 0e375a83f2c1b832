"""Google's `recurrence` lists, made at random: what they remove is removed, whatever they are written in."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.gcal.translate import Reader, interpret
from connectors.owner import OwnerAddresses
from engine.ids import InstallId
from engine.time.span import Span
from tests.connectors.gcal.world import kept

INSTALL = InstallId("install-1")
READER = Reader(INSTALL, OwnerAddresses(["me@example.com"]))
WINDOW = Span(1_790_812_800, 1_795_996_800)
"""October and November 2026."""
NAMES = {
    "America/Los_Angeles": "America/Los_Angeles",
    "Pacific Standard Time": "America/Los_Angeles",
    '"(UTC+09:00) Osaka, Sapporo, Tokyo"': "Asia/Tokyo",
    "Europe/Berlin": "Europe/Berlin",
}


def busy(start: dict[str, str], end: dict[str, str], *lines: str) -> tuple[list[int], int]:
    master: dict[str, Any] = {"id": "m", "start": start, "end": end, "recurrence": list(lines)}
    read = interpret([kept("m", [master], INSTALL)], WINDOW, "UTC", READER)
    return [one.span.start for one in read.occurrences], len(read.quarantined)


def timed(random: Random) -> None:
    zone = ZoneInfo(random.choice(["America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin"]))
    first = datetime(2026, 10, 3 + random.randrange(9), random.randrange(5, 20), tzinfo=zone)
    week = [first + timedelta(weeks=turn) for turn in range(3)]
    name = random.choice(list(NAMES))
    there = week[1].astimezone(ZoneInfo(NAMES[name]))
    removal = random.choice(
        [
            f"EXDATE;TZID={name}:{there:%Y%m%dT%H%M%S}",
            f"EXDATE:{week[1]:%Y%m%dT%H%M%S}",
            f"EXDATE:{week[1].astimezone(ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}",
            f"EXDATE;VALUE=DATE:{week[1]:%Y%m%d}",
        ]
    )
    rule = random.choice(["RRULE:FREQ=WEEKLY;COUNT=3", f"RRULE:FREQ=WEEKLY;UNTIL={week[2]:%Y%m%d}"])
    lines = [rule, removal, *random.sample(["EXDATE:garbage"], random.randrange(2))]
    start = {"dateTime": first.isoformat(), "timeZone": zone.key}
    end = {"dateTime": (first + timedelta(hours=1)).isoformat(), "timeZone": zone.key}
    found, told = busy(start, end, *lines)
    assert found == [int(week[0].timestamp()), int(week[2].timestamp())], lines
    assert told == len(lines) - 2


def whole_days(random: Random) -> None:
    day = datetime(2026, 10, 1 + random.randrange(10), tzinfo=ZoneInfo("UTC"))
    gone = day + timedelta(weeks=1)
    removal = random.choice(
        [f"EXDATE;VALUE=DATE:{gone:%Y%m%d}", f"EXDATE:{gone:%Y%m%d}T000000Z"]
        + [f"EXDATE;TZID={name}:{gone:%Y%m%d}T{random.randrange(24):02d}0000" for name in NAMES]
    )
    finer = random.choice(["", "BYHOUR=9;", "BYHOUR=9;BYMINUTE=30;", "BYSECOND=5;"])
    start, end = {"date": f"{day:%Y-%m-%d}"}, {"date": f"{day + timedelta(days=1):%Y-%m-%d}"}
    found, told = busy(start, end, f"RRULE:FREQ=WEEKLY;{finer}COUNT=3", removal)
    assert found == [int(day.timestamp()), int((day + timedelta(weeks=2)).timestamp())], removal
    assert told == 0


@pytest.mark.parametrize("kind", [timed, whole_days])
def test_what_a_list_removes_is_removed(kind: Any) -> None:
    for seed in range(50):
        kind(Random(f"{seed}"))


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("kind", [timed, whole_days])
def test_what_500_lists_remove_is_removed(kind: Any) -> None:
    for seed in range(500):
        kind(Random(f"{seed}"))


def test_an_endless_series_east_of_utc_goes_on() -> None:
    start = {"dateTime": "2026-10-12T09:00:00+02:00", "timeZone": "Europe/Berlin"}
    end = {"dateTime": "2026-10-12T10:00:00+02:00", "timeZone": "Europe/Berlin"}
    found, told = busy(start, end, "RRULE:FREQ=WEEKLY;INTERVAL=4;UNTIL=99991231T235959Z")
    assert (len(found), told) == (2, 0)
