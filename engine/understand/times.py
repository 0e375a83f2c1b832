"""The rules for times of the day, and for zones that they are named in."""

import re
from collections.abc import Callable
from dataclasses import replace

from engine.errors import InputError
from engine.time.local_time import zone_info
from engine.understand.items import Item, Length, Shift, Time, Zone
from engine.understand.tokens import Line
from engine.understand.words import AMBIGUOUS_ZONES, CITIES, DAY_END, NOON, PARTS, ZONES

Found = tuple[str, Item] | None


def read_clock(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `14:30` and `2:30 pm`."""
    hour, minute = (int(part) for part in re.split("[:.]", found["t"]))
    return read_at(
        hour,
        minute,
        found.groupdict().get("half"),
        found[0],
        bare=hour <= 12 and not found["t"].startswith("0"),
    )


def read_hour(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `2 pm`."""
    return read_at(int(found["t"]), 0, found["half"], found[0])


def read_at(hour: int, minute: int, half: str | None, words: str, *, bare: bool = True) -> tuple[str, Item]:
    """Make a time of an hour and its minutes; an hour that may be of either half of the day is bare."""
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return "A", Time(at=0, problem=f"{words} is no time of the day")
    if half:
        return "A", Time(at=(hour % 12 + (12 if half == "pm" else 0)) * 60 + minute)
    if bare and 1 <= hour <= 12:
        return "A", Time(at=((hour + 12) if hour < 8 else hour) * 60 + minute, bare=True)
    return "A", Time(at=hour * 60 + minute)


def read_oclock(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `10 o'clock`."""
    return read_at(int(found["t"]), 0, found["half"], found[0])


def read_military(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `1600` and `0930`."""
    return read_at(int(found["t"][:2]), int(found["t"][2:]), None, found[0], bare=False)


def read_continental(found: re.Match[str], line: Line[Item]) -> Found:
    """`at 16h`, `at 16h30`."""
    hour = 1 if found["t"] == "one" else int(found["t"])
    return read_at(hour, int(found["m"] or 0), None, found[0])


def read_noon(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `noon`."""
    if found[0].endswith("midnight"):
        return "A", Time(at=0, problem="midnight belongs to two days")
    return "A", Time(at=NOON)


def read_spoken(found: re.Match[str], line: Line[Item]) -> Found:
    """`half past two`, `quarter to four`, `ten past nine`."""
    words = (found["m"] or found["m2"]).removesuffix(" min").removeprefix("a ")
    minutes = {"half": 30, "quarter": 15}.get(words)
    minutes = int(words) if minutes is None else minutes
    hour = int(found["t"])
    if (found["w"] or "past") in ("to", "before", "til", "of"):
        hour, minutes = (hour - 1) or 12, 60 - minutes
    return read_at(hour, minutes, found["half"], found[0]) if minutes < 60 else None


def read_number(found: re.Match[str], line: Line[Item]) -> Found:
    """Read an hour that stands alone."""
    hour = int(found["t"])
    if hour > 24:
        return "A", Time(at=0, problem=f"{hour} is no time of the day")
    return read_at(hour, 0, None, found["t"])


def read_part(found: re.Match[str], line: Line[Item]) -> Found:
    """Read a part of the day."""
    start, end = PARTS[found["p"]]
    return "P", Time(start=start, end=end, part=True)


def read_parts(found: re.Match[str], line: Line[Item]) -> Found:
    """`morning or early afternoon`: one range, if they touch."""
    one, other = read_time(line, found["one"]), read_time(line, found["other"])
    low, high = sorted((one, other), key=lambda each: each.start)
    if not (one.part and other.part):
        return None
    if low.end < high.start:
        return "P", Time(problem="two parts of the day with a gap between them")
    return "P", Time(start=low.start, end=max(low.end, high.end), part=True)


def read_in_half(found: re.Match[str], line: Line[Item]) -> Found:
    """`8 in the evening`, `tomorrow morning at 7`: the part says which half of the day is meant."""
    at, part = read_time(line, found["a"]), read_time(line, found["p"])
    if at.at is None or not part.part or at.problem:
        return None
    return "A", settled(at, part)


def settled(at: Time, part: Time) -> Time:
    """Give a start its half of the day by a part of it; one of the other half is a contradiction."""
    if at.at is None:
        return at
    options = [at.at % 720, at.at % 720 + 720] if at.bare else [at.at]
    low = min(part.start, NOON if part.start >= NOON else 0)
    if 660 <= part.start < NOON:
        low = part.start
    high = NOON if part.end <= NOON else DAY_END
    fits = [each for each in options if part.start <= each < part.end] or [
        each for each in options if low <= each < high
    ]
    if not fits:
        return replace(at, problem="the time is not in that part of the day")
    return replace(at, at=fits[0], bare=False)


def read_end(line: Line[Item], words: str) -> Time:
    """Give the time that a mark or an hour is."""
    if words.startswith("«"):
        return read_time(line, words)
    made = read_at(int(words), 0, None, words)[1]
    return made if isinstance(made, Time) else Time()


def between(one: Time, other: Time) -> Time:
    """Make a range of its ends; a bare hour is what the other end makes it."""
    trouble = one.problem or other.problem
    if trouble or one.at is None or other.at is None:
        return Time(problem=trouble or "this is no range of times")
    starts, ends = _choices(one), _choices(other)
    if one.bare and other.bare:
        starts = [one.at]
    fitting = [(end - start, start, end) for start in starts for end in ends if end > start]
    if not fitting:
        return Time(problem="the range ends before it begins")
    _, start, end = min(fitting)
    return Time(start=start, end=end)


def _choices(time: Time) -> list[int]:
    if time.at is None:
        return []
    if not time.bare:
        return [time.at]
    return [time.at % 720, time.at % 720 + 720]


def read_after(found: re.Match[str], line: Line[Item]) -> Found:
    """Read what begins at or after a time."""
    return _bound(found, line, lambda time: Time(start=time.at or 0, bound=True), after=True)


def read_before(found: re.Match[str], line: Line[Item]) -> Found:
    """Read what ends by a time."""
    return _bound(found, line, lambda time: Time(end=time.at or 0, bound=True), after=False)


def _bound(found: re.Match[str], line: Line[Item], make: Callable[[Time], Time], *, after: bool) -> Found:
    words = next(value for key, value in found.groupdict().items() if key.startswith("t") and value)
    if words in PARTS:
        start, end = PARTS[words]
        return "P", Time(start=end, bound=True) if after else Time(end=start, bound=True)
    time = read_end(line, words) if re.match(r"«A|\d", words) else read_time(line, words)
    if time.at is None and time.part:
        return "P", Time(start=time.end, bound=True) if after else Time(end=time.start, bound=True)
    if time.at is None:
        return None
    made = make(time)
    return "P", replace(made, problem=time.problem, bare=time.bare, at=None)


def read_time(line: Line[Item], mark: str) -> Time:
    """Give the time behind a mark."""
    item = line.item(mark)
    return item if isinstance(item, Time) else Time()


def read_soft(found: re.Match[str], line: Line[Item]) -> Found:
    """Read a time that is only about so."""
    time = read_end(line, found["t"])
    return "A", replace(time, soft=True)


def read_only_at(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `at` before a time."""
    return "A", read_time(line, found["a"])


def read_zone(found: re.Match[str], line: Line[Item]) -> Found:
    """Read the name of a zone."""
    word = found["z"]
    if word in AMBIGUOUS_ZONES:
        return "Z", Zone(name=None)
    return "Z", Zone(name=CITIES.get(word) or ZONES.get(word))


def read_local(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `my time`."""
    return "Z", Zone(name="")


def read_days_on(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `a week later` and `the day before`."""
    words = found[0]
    number = re.search(r"\d+|couple|few", words)
    count = 1 if number is None else {"couple": 2, "few": 3}.get(number[0]) or int(number[0])
    count *= 7 if "week" in words else 1
    if count > 366:
        return None
    same = re.search(r"later|earlier|back|forward|ahead|by ", words) is not None
    return "S", Shift(
        same_time=same,
        days=-count if re.search("before|earlier|previous|sooner|forward|up", words) else count,
    )


def read_same(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `same time` and `later that day`."""
    words = found[0]
    return "S", Shift(
        same_time="time" in words or "hour" in words, same_day="day" in words, later="later" in words
    )


def read_dotted(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `9.30 am`."""
    words = found["t"] or found["t2"]
    hour, minute = words.split(".")
    return read_at(int(hour), int(minute), found["half"], found[0])


def read_military_any(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `at 1600` and `1600 hours`."""
    words = found["t"] or found["t2"]
    return read_at(int(words[:2]), int(words[2:]), None, found[0], bare=False)


def read_any_range(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `from 2 to 4`, `9-11`."""
    one, other = found["one"] or found["one2"], found["other"] or found["other2"]
    return "P", between(read_end(line, one), read_end(line, other))


def read_ish(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `3-ish`."""
    return "A", replace(read_end(line, found["t"] or found["t2"]), soft=True)


def read_iana_word(found: re.Match[str], line: Line[Item]) -> Found:
    """Read an IANA zone's name."""
    name = found[0].removesuffix(" time")[2:-1]
    try:
        zone_info(name)
    except InputError:
        return None
    return "Z", Zone(name=name)


def read_longer_any(found: re.Match[str], line: Line[Item]) -> Found:
    """Read `an hour later`, `push it back 30 minutes`."""
    length = line.item(found["l"] or found["l2"] or found["l3"])
    if not isinstance(length, Length):
        return None
    earlier = re.search(r"(?<!\S)(?:earlier|sooner|forward|up|ahead)(?!\S)", found[0]) is not None
    return "S", Shift(minutes=-length.minutes if earlier else length.minutes)
