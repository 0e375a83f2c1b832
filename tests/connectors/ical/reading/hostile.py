"""Hostile feeds made by a grammar: broken lines, odd values, huge numbers, pieces of real calendars."""

import json
import random
from collections.abc import Callable, Sequence
from functools import lru_cache

from tests.connectors.ical.reading.bombs import BOMBS
from tests.connectors.ical.reading.busy_times import DATA

NAMES = (
    "DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE RECURRENCE-ID STATUS TRANSP SEQUENCE UID SUMMARY "
    "TZID BEGIN END"
)
ZONES = (
    "Europe/Berlin ../../etc/passwd /etc/passwd Customized\\ Zone tzone://Microsoft/Custom W.\\ Europe "
    "(UTC+99:99)\\ X Zone"
)
ODD = [
    "",
    "\x00",
    "\r",
    "\n",
    "\u2028",
    "\ufeff",
    '"',
    ":",
    ";",
    "=",
    ",",
    "%00",
    "é" * 40,
    "A" * 5000,
    "\ud83d".encode("utf-8", "ignore").decode(),
]
FREQUENCIES = "YEARLY MONTHLY WEEKLY DAILY HOURLY MINUTELY SECONDLY NEVER"
PARTS = "BYMONTH BYMONTHDAY BYYEARDAY BYWEEKNO BYHOUR BYMINUTE BYSECOND BYSETPOS INTERVAL COUNT"


@lru_cache(maxsize=1)
def samples() -> Sequence[bytes]:
    """Real shapes, broken ones and bombs of moderate size, to be mutilated."""
    cases = [
        json.loads(line)["ics"].encode() for line in (DATA / "busy_cases.jsonl").read_text().splitlines()
    ]
    broken = [path.read_bytes() for path in sorted((DATA / "broken").glob("*.ics"))]
    small = [text.encode() for text in BOMBS.values() if len(text) < 20_000]
    return [*cases[::5], *broken, *small]


def feed(seed: int) -> bytes:
    """Give the feed of a number: always the same."""
    chance = random.Random(seed)
    if chance.random() < 0.4:
        return mutilated(chance, chance.choice(samples()))
    parts = "".join(_component(chance, 0) for _ in range(chance.randrange(1, 6)))
    body = f"BEGIN:VCALENDAR\r\n{_line(chance)}{parts}END:VCALENDAR\r\n".encode("utf-8", "surrogatepass")
    return mutilated(chance, body) if chance.random() < 0.3 else body


def mutilated(chance: random.Random, body: bytes) -> bytes:
    """Cut, swap, repeat and overwrite."""
    for _ in range(chance.randrange(1, 6)):
        body = chance.choice(MUTATIONS)(chance, body)
    return body


def _spot(chance: random.Random, body: bytes) -> tuple[int, int]:
    start = chance.randrange(len(body) + 1)
    return start, min(len(body), start + chance.randrange(200))


def _drop(chance: random.Random, body: bytes) -> bytes:
    start, end = _spot(chance, body)
    return body[:start] + body[end:]


def _repeat(chance: random.Random, body: bytes) -> bytes:
    start, end = _spot(chance, body)
    return body[:end] + body[start:end] * chance.randrange(1, 20) + body[end:]


def _overwrite(chance: random.Random, body: bytes) -> bytes:
    start, _end = _spot(chance, body)
    return body[:start] + chance.choice(ODD).encode("utf-8", "surrogatepass") + body[start + 1 :]


def _renumber(chance: random.Random, body: bytes) -> bytes:
    digits = [at for at, one in enumerate(body) if 48 <= one <= 57]
    for at in chance.sample(digits, min(len(digits), 8)):
        body = body[:at] + str(chance.randrange(10)).encode() + body[at + 1 :]
    return body


def _swap_lines(chance: random.Random, body: bytes) -> bytes:
    lines = body.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _case(chance: random.Random, body: bytes) -> bytes:
    start, end = _spot(chance, body)
    return body[:start] + body[start:end].swapcase() + body[end:]


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _drop, _repeat, _overwrite, _renumber, _swap_lines, _case,
)  # fmt: skip


def _component(chance: random.Random, depth: int) -> str:
    name = chance.choice(["VEVENT"] * 6 + ["VTIMEZONE", "STANDARD", "VALARM", "VTODO", "X-\x01"])
    lines = "".join(_line(chance) for _ in range(chance.randrange(1, 9)))
    inner = _component(chance, depth + 1) if depth < 4 and chance.random() < 0.2 else ""
    end = "" if chance.random() < 0.05 else f"END:{name}\r\n"
    return f"BEGIN:{name}\r\nUID:{chance.randrange(4)}\r\n{lines}{inner}{end}"


def _line(chance: random.Random) -> str:
    name = chance.choice(NAMES.split())
    params = chance.choice(
        ["", "", ";VALUE=DATE", ";VALUE=PERIOD", f";TZID={chance.choice(ZONES.split())}", ';X="', ";"]
    )
    value = _value(chance, name)
    fold = "\r\n " if chance.random() < 0.1 else ""
    return f"{name}{params}:{value[:8]}{fold}{value[8:]}\r\n"


def _value(chance: random.Random, name: str) -> str:
    if chance.random() < 0.15:
        return chance.choice(ODD)
    if name in ("RRULE", "EXRULE"):
        return _rule(chance)
    if name == "DURATION":
        return chance.choice(["PT1H", "P1D", "-PT1H", "P1DT", "PT99999999H", "P999999W", "P", "PT0S"])
    if name in ("STATUS", "TRANSP"):
        return chance.choice(["CANCELLED", "TRANSPARENT", "TENTATIVE", "cancelled"])
    if name in ("BEGIN", "END"):
        return chance.choice(["VEVENT", "VCALENDAR", "VALARM", "VTIMEZONE"])
    return ",".join(_stamp(chance) for _ in range(chance.choice([1, 1, 1, 3])))


def _stamp(chance: random.Random) -> str:
    year = chance.choice([2026, 2026, 2026, 1, 1601, 1970, 9999, 0])
    date = f"{year:04d}{chance.randrange(14):02d}{chance.randrange(33):02d}"
    time = f"T{chance.randrange(26):02d}{chance.randrange(62):02d}{chance.randrange(62):02d}"
    return date + chance.choice(["", time, time + "Z", time + "/PT1H", time + "Z/20261301T000000Z"])


def _rule(chance: random.Random) -> str:
    parts = [f"FREQ={chance.choice(FREQUENCIES.split())}"]
    for name in chance.sample(PARTS.split(), chance.randrange(4)):
        parts.append(
            f"{name}={','.join(str(chance.randrange(-400, 400)) for _ in range(chance.randrange(1, 4)))}"
        )
    if chance.random() < 0.4:
        parts.append(
            f"BYDAY={chance.choice(['MO', '1MO', '-5SU', '54FR', 'XX', 'MO,1WE', 'SU,MO,TU,WE,TH,FR,SA'])}"
        )
    if chance.random() < 0.3:
        parts.append(f"UNTIL={_stamp(chance)}")
    return ";".join(parts)
