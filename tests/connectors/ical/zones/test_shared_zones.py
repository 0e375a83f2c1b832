"""Zones are kept once, however many events name them: nothing grows, or slows down, by being cut."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.ical.reading.interpret import LOST_ZONE, interpret
from connectors.ical.text.objects import ALONE, split, together
from engine.errors import InputError
from tests.connectors.ical.reading.busy_times import busy, calendar, event, window
from tests.work import work_of

OCTOBER = window("2026-10-05T00:00:00Z", "2026-10-19T00:00:00Z")
NAMES = ("Cave", "Attic, upstairs", "tzone://Microsoft/Custom", "Büro", "A:B;C", "Cave/Deep")


def zone(name: str, offset: str = "+0300", padding: int = 0) -> str:
    part = f"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\n"
    more = "".join(f"X-PADDING:{n:060d}\r\n" for n in range(padding))
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{more}{part}END:STANDARD\r\nEND:VTIMEZONE\r\n"


def meeting(uid: str, name: str, *more: str) -> str:
    return event(f"UID:{uid}", f"DTSTART;TZID={name}:20261012T100000", "DURATION:PT1H", *more)


def crowd(count: int, zones: str, name: str = "Cave") -> bytes:
    return calendar(zones, *(meeting(f"u{n}", name) for n in range(count)))


class LookedAt(bytes):
    """A body that counts the bytes of it that were looked at, however its parts are cut from it."""

    seen: list[int]

    def __new__(cls, text: bytes, seen: list[int] | None = None) -> "LookedAt":
        made = super().__new__(cls, text)
        made.seen = [] if seen is None else seen
        return made

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if isinstance(part, int):
            return part
        self.seen.append(len(part))
        return LookedAt(part, self.seen)

    def find(self, what: Any, start: Any = 0, end: Any = None) -> int:
        end = len(self) if end is None else end
        found = super().find(what, start, end)
        self.seen.append((end if found < 0 else found) - start)
        return found

    def count(self, what: Any, *place: Any) -> int:
        self.seen.append(len(self))
        return super().count(what, *place)

    def upper(self) -> "LookedAt":
        self.seen.append(len(self))
        return LookedAt(super().upper(), self.seen)


SWELLING = {
    "one large zone, many events": crowd(9000, zone("Cave", padding=3000)),
    "a thousand zones, many events": crowd(4000, "".join(zone(f"Cave{n}") for n in range(1000)), "Cave7"),
    "every event names every zone": calendar(
        *(zone(f"Z{n}") for n in range(150)),
        *(
            event(f"UID:u{n}", "DTSTART:20261012T100000Z", *(f"X-A;TZID=Z{m}:1" for m in range(150)))
            for n in range(150)
        ),
    ),
    "one name a thousand times": calendar(
        zone("Cave", padding=3000), *(meeting(f"u{n}", "Cave", *["X-A;TZID=Cave:1"] * 20) for n in range(500))
    ),
    "one zone said a thousand times": crowd(1000, zone("Cave") * 1000),
    "a long header and many events": calendar(
        *(meeting(f"u{n}", "Cave") for n in range(5000)), header="X-WR-TIMEZONE:" + "x" * 200_000 + "\r\n"
    ),
    "the header again and again": calendar(
        *(meeting(f"u{n}", "Cave") for n in range(5000)), header="X-WR-TIMEZONE:Europe/Berlin\r\n" * 9000
    ),
    "a calendar for every event": b"".join(crowd(1, zone("Cave")) for n in range(2000)),
    "a name that goes on": crowd(10, zone("Cave"), "Cave" + ":;," * 30_000),
    "an endless UID": calendar(
        *(event("UID:" + "x" * 500_000 + str(n), "DTSTART:20261012T100000Z") for n in range(4))
    ),
}


@pytest.mark.parametrize("name", sorted(SWELLING))
def test_nothing_grows_by_being_cut(name: str) -> None:
    body = SWELLING[name]
    found = split(body)
    held = sum(len(one.raw) + len(one.uid) + len(one.href) for one in found)
    assert held < 4.5 * len(body) + 200 * len(found)
    only = together(body)
    assert only is not None
    assert len(only.raw) < 1.1 * len(body) + 1000


def test_what_would_grow_all_the_same_is_refused() -> None:
    names = ["a", "a:b", "a:b:c", "a:b:c:d"]
    zones = "".join(zone(name, offset) for name in names for offset in ("+0100", "+0200"))
    body = calendar(zones, *(event(f"UID:{n}", "X;TZID=a:b:c:d") for n in range(20_000)))
    with pytest.raises(InputError, match="grows beyond the limit"):
        split(body)


@pytest.mark.parametrize("zones", [lambda n: zone("Cave", padding=n // 8), lambda n: zone("Cave") * (n // 8)])
@pytest.mark.parametrize("reading", [split, together])
@pytest.mark.parametrize("odd", ["", "x-odd:1\r\n"])
def test_four_times_as_many_zones_and_events_are_four_times_the_work(
    zones: Any, reading: Callable[[bytes], object], odd: str
) -> None:
    small, large = (LookedAt(crowd(count, odd + zones(count))) for count in (500, 2000))
    once, all_of_it = work_of(lambda: reading(small)), work_of(lambda: reading(large))
    assert all_of_it.calls < 5 * once.calls
    assert sum(small.seen) > len(small)
    assert sum(large.seen) < 5 * sum(small.seen)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("quoted", ["", '"'])
def test_an_event_is_read_by_its_files_own_zone_however_that_is_named(name: str, quoted: str) -> None:
    body = calendar(zone("Other", "+0900"), zone(name), meeting("a", f"{quoted}{name}{quoted}"))
    whole = together(body)
    assert whole is not None
    readings = [interpret(found, OCTOBER, "UTC") for found in (split(body), [whole])]
    assert readings[0] == readings[1]
    if quoted or not set(name) & set(":;,"):
        assert busy(readings[0], OCTOBER) == [["2026-10-12T07:00:00Z", "2026-10-12T08:00:00Z"]]


def test_a_fold_within_the_name_of_a_zone_is_no_hindrance() -> None:
    folded = meeting("a", "Cave").replace("TZID=Cave", "TZI\r\n D=Ca\r\n ve")
    read = interpret(split(calendar(zone("Cave"), folded)), OCTOBER, "UTC")
    assert busy(read, OCTOBER) == [["2026-10-12T07:00:00Z", "2026-10-12T08:00:00Z"]]


def test_only_the_zones_that_are_named_are_kept_and_each_once() -> None:
    found = split(calendar(zone("Cave"), zone("Unused"), *(meeting(f"u{n}", "Cave") for n in range(5))))
    assert [one.shared for one in found] == [True, *[False] * 5]
    assert not any(b"VTIMEZONE" in one.raw for one in found if not one.shared)


def test_an_event_changes_when_its_zone_does_and_not_when_another_one_does() -> None:
    def hashes(cave: str, other: str) -> dict[str, str]:
        events = (meeting("a", "Cave"), meeting("b", "Other"), meeting("c", "Europe/Berlin"))
        found = split(calendar(zone("Cave", cave), zone("Other", other), *events))
        return {one.uid: one.content_hash for one in found if not one.shared}

    before, after = hashes("+0300", "+0400"), hashes("+0300", "+0500")
    assert [uid for uid in before if before[uid] != after[uid]] == ["b"]


def test_an_event_whose_zone_was_lost_is_set_aside_and_never_misread() -> None:
    found = split(calendar(zone("Cave"), meeting("a", "Cave"), meeting("b", "Europe/Berlin")))
    read = interpret([one for one in found if not one.shared], OCTOBER, "UTC")
    assert [(one.uid, one.reason) for one in read.quarantined] == [("a", LOST_ZONE)]
    assert [one.uid for one in read.occurrences] == ["b"]


def test_a_feed_cannot_name_a_zone_of_its_own_making() -> None:
    forged = event("UID:a", "X-GATHERLY-ZONE:" + "0" * 32, "DTSTART:20261012T100000Z", "DURATION:PT1H")
    disguised = event("UID: shared:" + "0" * 32, "DTSTART:20261013T100000Z", "DURATION:PT1H")
    found = split(calendar(forged, disguised))
    assert not any(one.shared for one in found)
    assert found[0].raw.startswith(ALONE)
