"""The rules for times of the day, and for zones that they are named in."""

import re
from collections.abc import Callable
from dataclasses import replace

from engine.errors import InputError
from engine.time.local_time import zone_info
from engine.understand.items import Item, Length, Shift, Time, Zone
from engine.understand.tokens import Line, rule
from engine.understand.words import AMBIGUOUS_ZONES, CITIES, DAY_END, NOON, PARTS, ZONES

Found = tuple[str, Item] | None
_H = r"(?:«A\d+»|\d{1,2}(?!\d))"
_DAYS = r"«[DYKWB]\d+»"
_UNIT = r"(?! ?(?:min|hour|day|days|week|weeks|month|months|people|persons|of us|times|%|/|\+|x|and a half))"
_PARTS = "|".join(sorted((part for part in PARTS if part not in ("lunch", "dinner", "breakfast")), key=len, reverse=True))
_MEALS = "lunch|dinner|breakfast"
_HALF = r"(?P<half>am|pm)"
_HALVES = {"morning": False, "breakfast": False, "afternoon": True, "evening": True, "night": True, "dinner": True}


def _clock(found: re.Match[str], line: Line[Item]) -> Found:
    hour, minute = (int(part) for part in re.split("[:.]", found["t"]))
    return _at(hour, minute, found.groupdict().get("half"), found[0], bare=hour <= 12 and not found["t"].startswith("0"))


def _hour(found: re.Match[str], line: Line[Item]) -> Found:
    return _at(int(found["t"]), 0, found["half"], found[0])


def _at(hour: int, minute: int, half: str | None, words: str, *, bare: bool = True) -> Found:
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return "A", Time(at=0, problem=f"{words} is no time of the day")
    if half:
        return "A", Time(at=(hour % 12 + (12 if half == "pm" else 0)) * 60 + minute)
    if bare and 1 <= hour <= 12:
        return "A", Time(at=((hour + 12) if hour < 8 else hour) * 60 + minute, bare=True)
    return "A", Time(at=hour * 60 + minute)


def _oclock(found: re.Match[str], line: Line[Item]) -> Found:
    return _at(int(found["t"]), 0, found["half"], found[0])


def _military(found: re.Match[str], line: Line[Item]) -> Found:
    return _at(int(found["t"][:2]), int(found["t"][2:]), None, found[0], bare=False)


def _continental(found: re.Match[str], line: Line[Item]) -> Found:
    """`at 16h`, `at 16h30`."""
    hour = 1 if found["t"] == "one" else int(found["t"])
    return _at(hour, int(found["m"] or 0), None, found[0])


def _noon(found: re.Match[str], line: Line[Item]) -> Found:
    if found[0].endswith("midnight"):
        return "A", Time(at=0, problem="midnight belongs to two days")
    return "A", Time(at=NOON)


def _spoken(found: re.Match[str], line: Line[Item]) -> Found:
    """`half past two`, `quarter to four`, `ten past nine`."""
    words = (found["m"] or found["m2"]).removesuffix(" min").removeprefix("a ")
    minutes = {"half": 30, "quarter": 15}.get(words)
    minutes = int(words) if minutes is None else minutes
    hour = int(found["t"])
    if (found["w"] or "past") in ("to", "before", "til", "of"):
        hour, minutes = (hour - 1) or 12, 60 - minutes
    return _at(hour, minutes, found["half"], found[0]) if minutes < 60 else None


def _number(found: re.Match[str], line: Line[Item]) -> Found:
    hour = int(found["t"])
    if hour > 24:
        return "A", Time(at=0, problem=f"{hour} is no time of the day")
    return _at(hour, 0, None, found["t"])


def _part(found: re.Match[str], line: Line[Item]) -> Found:
    start, end = PARTS[found["p"]]
    return "P", Time(start=start, end=end, part=True)


def _parts(found: re.Match[str], line: Line[Item]) -> Found:
    """`morning or early afternoon`: one range, if they touch."""
    one, other = _time(line, found["one"]), _time(line, found["other"])
    low, high = sorted((one, other), key=lambda each: each.start)
    if not (one.part and other.part):
        return None
    if low.end < high.start:
        return "P", Time(problem="two parts of the day with a gap between them")
    return "P", Time(start=low.start, end=max(low.end, high.end), part=True)


def _in_half(found: re.Match[str], line: Line[Item]) -> Found:
    """`8 in the evening`, `tomorrow morning at 7`: the part says which half of the day is meant."""
    at, part = _time(line, found["a"]), _time(line, found["p"])
    if at.at is None or not part.part or at.problem:
        return None
    return "A", settled(at, part)


def settled(at: Time, part: Time) -> Time:
    """Give a start its half of the day by a part of it; one that lies in the other half is a contradiction."""
    if at.at is None:
        return at
    options = [at.at % 720, at.at % 720 + 720] if at.bare else [at.at]
    low = min(part.start, NOON if part.start >= NOON else 0)
    if 660 <= part.start < NOON:
        low = part.start
    high = NOON if part.end <= NOON else DAY_END
    fits = [each for each in options if part.start <= each < part.end] or [each for each in options if low <= each < high]
    if not fits:
        return replace(at, problem="the time is not in that part of the day")
    return replace(at, at=fits[0], bare=False)


def _range(found: re.Match[str], line: Line[Item]) -> Found:
    one, other = _end(line, found["one"]), _end(line, found["other"])
    half = found.groupdict().get("half")
    if half and other.bare and other.at is not None:
        other = replace(other, at=other.at % 720 + (720 if half == "pm" else 0), bare=False)
    return "P", between(one, other)


def _end(line: Line[Item], words: str) -> Time:
    if words.startswith("«"):
        return _time(line, words)
    made = _at(int(words), 0, None, words)
    return made[1] if made is not None and isinstance(made[1], Time) else Time()


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
        return [time.at or (DAY_END if time.at == 0 else 0)] if time.at else [0]
    return [time.at % 720, time.at % 720 + 720]


def _after(found: re.Match[str], line: Line[Item]) -> Found:
    return _bound(found, line, lambda time: Time(start=time.at or 0, bound=True), after=True)


def _before(found: re.Match[str], line: Line[Item]) -> Found:
    return _bound(found, line, lambda time: Time(end=time.at or 0, bound=True), after=False)


def _bound(found: re.Match[str], line: Line[Item], make: Callable[[Time], Time], *, after: bool) -> Found:
    words = next(value for key, value in found.groupdict().items() if key.startswith("t") and value)
    if words in PARTS:
        start, end = PARTS[words]
        return "P", Time(start=end, bound=True) if after else Time(end=start, bound=True)
    time = _end(line, words) if re.match(r"«A|\d", words) else _time(line, words)
    if time.at is None and time.part:
        return "P", Time(start=time.end, bound=True) if after else Time(end=time.start, bound=True)
    if time.at is None:
        return None
    made = make(time)
    return "P", replace(made, problem=time.problem, bare=time.bare, at=None)


def _time(line: Line[Item], mark: str) -> Time:
    item = line.item(mark)
    return item if isinstance(item, Time) else Time()


def _soft(found: re.Match[str], line: Line[Item]) -> Found:
    time = _end(line, found["t"])
    return "A", replace(time, soft=True)


def _only_at(found: re.Match[str], line: Line[Item]) -> Found:
    return "A", _time(line, found["a"])


def _zone(found: re.Match[str], line: Line[Item]) -> Found:
    word = found["z"]
    if word in AMBIGUOUS_ZONES:
        return "Z", Zone(name=None)
    return "Z", Zone(name=CITIES.get(word) or ZONES.get(word))


def _iana(found: re.Match[str], line: Line[Item]) -> Found:
    name = found[0][2:-1]
    try:
        zone_info(name)
    except InputError:
        return None
    return "Z", Zone(name=name)


def _local(found: re.Match[str], line: Line[Item]) -> Found:
    return "Z", Zone(name="")


def _longer(found: re.Match[str], line: Line[Item]) -> Found:
    """`push it back an hour`, `half an hour earlier`."""
    length = line.item(found["l"])
    if not isinstance(length, Length):
        return None
    earlier = re.search(r"earlier|sooner|forward|up\b|ahead", found[0]) is not None
    return "S", Shift(minutes=-length.minutes if earlier else length.minutes)


def _days_on(found: re.Match[str], line: Line[Item]) -> Found:
    words = found[0]
    number = re.search(r"\d+|couple|few", words)
    count = 1 if number is None else {"couple": 2, "few": 3}.get(number[0]) or int(number[0])
    count *= 7 if "week" in words else 1
    if count > 366:
        return None
    return "S", Shift(days=-count if re.search("before|earlier|previous|sooner|forward|up", words) else count)


def _same(found: re.Match[str], line: Line[Item]) -> Found:
    words = found[0]
    return "S", Shift(same_time="time" in words or "hour" in words, same_day="day" in words, later="later" in words)


_CITY = "|".join(sorted(CITIES, key=len, reverse=True))
_ABBREVIATION = "|".join(sorted((*ZONES, *AMBIGUOUS_ZONES), key=len, reverse=True))
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Line[Item]], Found]]
_AT = r"(?:at|around|about|by|before|after|until|till|from|between|past|than|is|approximately|approx|towards|circa|say|not|@)"

CLOCKS: tuple[Rule, ...] = (
    (rule(rf"(?P<t>\d{{1,2}}:\d\d)(?: ?{_HALF})?"), _clock),
    (rule(rf"(?P<t>\d{{1,2}}\.\d\d) {_HALF}|(?<=at )(?P<t2>\d{{1,2}}\.\d\d)"), lambda found, line: _dotted(found)),
    (rule(rf"(?P<t>\d{{1,2}}) {_HALF}"), _hour),
    (rule(rf"(?P<t>\d{{1,2}}) oclock(?: {_HALF})?(?: sharp)?"), _oclock),
    (rule(r"(?<=at )(?P<t>(?:[01]\d|2[0-3])[0-5]\d)(?: ?(?:hour))?|(?P<t2>(?:[01]\d|2[0-3])[0-5]\d) hour"), lambda found, line: _military_any(found)),
    (rule(rf"(?<=\d» )(?P<t>(?:0[5-9]|1\d|2[0-3])[0-5]\d)"), _military),
    (rule(r"(?<=at )(?P<t>\d{1,2}) hour(?: (?P<m>[0-5]\d))?"), _continental),
    (rule(r"(?<=at )(?P<t>one|1[0-2]|[1-9]) (?P<m>15|30|45)"), _continental),
    (rule("(?:12 )?(?:noon|midnight)"), _noon),
    (
        rule(rf"(?:(?P<m>half|(?:a )?quarter|\d{{1,2}} min|20|25) (?P<w>past|after|to|before|til|of)|(?P<m2>5|10) past) (?P<t>1[0-2]|[1-9])(?: oclock)?(?: ?{_HALF})?"),
        _spoken,
    ),
    (rule(rf"half (?P<t>1[0-2]|[1-9])(?= |$){_UNIT}(?! (?:of|an))"), lambda found, line: _at(int(found["t"]), 30, None, found[0])),
)
"""Times that look like one wherever they stand."""

RULES: tuple[Rule, ...] = (
    (rule(rf"(?:in the )?(?P<p>{_PARTS})s?(?: hours)?(?: in the morning)?"), _part),
    (rule(rf"(?:over|during|at|for) (?P<p>lunch|lunchtime|dinner|breakfast)(?= *$| [,.;!?]| «)"), _part),
    (rule(r"(?:in |on |at )?(?:the |an? )?(?P<one>«P\d+») (?:or|and|to|or in|and in|or the|/) (?:the )?(?P<other>«P\d+»)"), _parts),
    (
        rule(
            rf"(?:anywhere |any time |anytime |sometime )?(?:between|from|within) (?P<one>{_H}) (?:and|to|till|until|through|-) (?P<other>{_H}){_UNIT}(?: {_HALF})?"
            rf"|(?P<one2>{_H})(?: to| -| till| until| through) (?P<other2>{_H}){_UNIT}"
        ),
        lambda found, line: _any_range(found, line),
    ),
    (rule(rf"(?:at )?(?P<t>\d{{1,2}}) ?-? ish|(?P<t2>«A\d+») ?-? ish"), lambda found, line: _ish(found, line)),
    (rule(rf"(?P<t>\d{{1,2}})(?= (?:in the |at |{_DAYS} (?:in the )?)?«P\d+»){_UNIT}"), _number),
    (rule(rf"(?<=at )(?P<t>\d{{1,2}}){_UNIT}"), _number),
    (rule(rf"(?:(?<=around )|(?<=about )|(?<=approximately )|(?<=towards )|(?<=say )|(?<=@ ))(?P<t>\d{{1,2}}){_UNIT}"), _number),
    (
        rule(
            rf"(?:(?<=by )|(?<=before )|(?<=after )|(?<=until )|(?<=till )|(?<=from )|(?<=past )|(?<=than )|(?<=is )|(?<=starting )|(?<=earliest )|(?<=latest )|(?<=to ))"
            rf"(?P<t>\d{{1,2}}){_UNIT}"
        ),
        _number,
    ),
    (rule(rf"(?P<t>\d{{1,2}})(?= (?:or later|or after|or earlier|or before|onwards?|and later|at the (?:earliest|latest)|it is|works|is (?:fine|good|okay|great|perfect|best)|would|suits|sounds|please)){_UNIT}"), _number),
    (rule(rf"(?<=\d» )(?:, )?(?P<t>\d{{1,2}}){_UNIT}(?= *$| [,.;!?)]| «| with| please| for| it| works| is| then)"), _number),
    (
        rule(
            rf"(?:^|(?<=[,.;:!?»] )|(?<=do )|(?<=with )|(?<=us )|(?<=say )|(?<=yes )|(?<=to )|(?<=okay )|(?<=please ))"
            rf"(?P<t>\d{{1,2}})(?= (?:on )?{_DAYS}){_UNIT}"
        ),
        _number,
    ),
    (rule(rf"(?:(?<=do )|(?<=make it )|(?<=take )|(?<=with )|(?<=prefer )|(?<=book ))(?P<t>\d{{1,2}}){_UNIT}(?= *$| [,.;!?]| on| «| please| then| instead)"), _number),
    (rule(r"(?P<t>1[0-2]|[1-9])(?= *(?:[.!?]|please|then|it is)* *$)(?<![^\s]\d)"), lambda found, line: _number(found, line) if found.start() == 0 else None),
    # a half of the day that a part of it says
    (rule(r"(?P<p>«P\d+») (?:at |around |about |, )?(?P<a>«A\d+»)(?! (?:or later|onwards?))"), lambda found, line: _joined(found, line)),
    (rule(r"(?P<a>«A\d+») (?:, )?(?:in |on |at )?(?:the )?(?P<p>«P\d+»)"), _in_half),
    # what limits
    (rule(rf"(?:not|no|nothing|never|none|no \w+)(?: any time| anything| at all)? (?:before|earlier than|sooner than|until|till) (?P<t>{_H}|«P\d+»|{_MEALS})"), _after),
    (rule(rf"(?:not|no|nothing|never|none|no \w+)(?: any time| anything| at all)? (?:after|later than|past|beyond) (?P<t>{_H}|«P\d+»|{_MEALS})"), _before),
    (rule(rf"(?P<t>«A\d+») (?:or later|or after|onwards?|and later|and after|or thereafter|at the earliest|on(?! [«a-z]))"), _after),
    (rule(rf"(?:from|starting(?: from)?|start) (?P<t>«A\d+») (?:on|onwards?|or later)|from (?P<t2>«A\d+»)"), _after),
    (rule(rf"(?:the )?earliest(?: (?:start|time))?(?: (?:that )?(?:i|we) (?:can|could)(?: (?:do|make|start|manage))?)?(?: is| would be)? (?P<t>«A\d+»)"), _after),
    (rule(rf"(?:the )?latest(?: (?:end|time))?(?: (?:that )?(?:i|we) (?:can|could)(?: (?:do|make|stay|end))?)?(?: is| would be)? (?P<t>«A\d+»)"), _before),
    (rule(rf"(?:after|any time after|anytime after|later than|past|not earlier than|beyond) (?P<t>«[AP]\d+»|{_MEALS})"), _after),
    (
        rule(
            rf"(?:(?:done|over|finished|finishing|finish|ending|ends?|out|wrapped up|back|through|complete|completed) )?(?:by|before|until|till|no later than|earlier than|up to|prior to) (?P<t>«[AP]\d+»|{_MEALS})(?: at the latest)?"
        ),
        _before,
    ),
    (rule(r"(?P<t>«A\d+») (?:or earlier|or before|at the latest|latest|and earlier)"), _before),
    # what is only about so
    (rule(r"(?:at )?(?:around|about|approximately|towards|circa|roughly|say around|or so) (?P<t>«A\d+»)"), _soft),
    (rule(r"(?P<t>«A\d+») or so"), _soft),
    (rule(r"(?:around|about|roughly) (?P<p>«P\d+»)"), lambda found, line: ("P", replace(_time(line, found["p"]), soft=True))),
    (rule(r"(?:at|@|starting at|starting) (?P<a>«A\d+»)"), _only_at),
)

ZONE_RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<!\S)«Z[^»]+»(?: time)?(?!\S)"), lambda found, line: _iana_word(found)),
    (rule(rf"\(? ?(?P<z>{_CITY}) (?:time|local time|tz)(?: \))?"), _zone),
    (rule(rf"(?<=[\d»m] )(?:\( )?(?P<z>{_ABBREVIATION})(?: time)?(?: \))?"), _zone),
    (rule(r"(?:my|our) (?:local )?time"), _local),
    (rule(r"local time|(?:his|her|their|your) time(?! zone)"), lambda found, line: ("Z", Zone(name=None))),
)

SHIFTS: tuple[Rule, ...] = (
    (
        rule(
            r"(?:move|push|shift|put|bring|pull|start|delay|postpone|make|slide|bump)(?: (?!«)\S+){0,4}? (?:back|forward|up|ahead|out|on)(?: by)? (?P<l>«L\d+»)(?: (?:later|earlier))?"
            r"|(?:by )?(?P<l2>«L\d+») (?:later|earlier|sooner|back|forward|ahead)(?: than (?:planned|that|now|before))?"
            r"|(?:delay|postpone|delayed|postponed|move|push|shift)(?: (?!«)\S+){0,4}? by (?P<l3>«L\d+»)"
        ),
        lambda found, line: _longer_any(found, line),
    ),
    (rule(r"(?:the |a |one )?(?:day|week) (?:after(?! «|wards)|before(?! «)|later|earlier)|(?:the )?(?:next|following|previous) day"), _days_on),
    (rule(r"(?:by )?(?:\d{1,2}|a|one|a couple of|a few) (?:days?|weeks?) (?:later|earlier|sooner)|(?:back|forward|ahead)(?: by)? (?:\d{1,2}|a|one|a couple of|a few) (?:days?|weeks?)|by (?:\d{1,2}|a|one) (?:days?|weeks?)"), _days_on),
    (rule(r"(?:at |on |in )?(?:the )?same (?:time|hour|day)(?: of (?:the )?day)?|later (?:on )?(?:that|the same) day|later (?:the )?same day"), _same),
)


def _dotted(found: re.Match[str]) -> Found:
    words = found["t"] or found["t2"]
    hour, minute = words.split(".")
    return _at(int(hour), int(minute), found["half"], found[0])


def _military_any(found: re.Match[str]) -> Found:
    words = found["t"] or found["t2"]
    return _at(int(words[:2]), int(words[2:]), None, found[0], bare=False)


def _any_range(found: re.Match[str], line: Line[Item]) -> Found:
    one, other = found["one"] or found["one2"], found["other"] or found["other2"]
    return "P", between(_end(line, one), _end(line, other))


def _ish(found: re.Match[str], line: Line[Item]) -> Found:
    return "A", replace(_end(line, found["t"] or found["t2"]), soft=True)


def _joined(found: re.Match[str], line: Line[Item]) -> Found:
    return _in_half(found, line)


def _iana_word(found: re.Match[str]) -> Found:
    name = found[0].removesuffix(" time")[2:-1]
    try:
        zone_info(name)
    except InputError:
        return None
    return "Z", Zone(name=name)


def _longer_any(found: re.Match[str], line: Line[Item]) -> Found:
    length = line.item(found["l"] or found["l2"] or found["l3"])
    if not isinstance(length, Length):
        return None
    earlier = re.search(r"(?<!\S)(?:earlier|sooner|forward|up|ahead)(?!\S)", found[0]) is not None
    return "S", Shift(minutes=-length.minutes if earlier else length.minutes)


def move_from() -> tuple[Rule, ...]:
    """Give the rule for `from 3 to 4` where something moves: the second is the new time."""
    return ((rule(rf"from (?P<one>{_H}) to (?P<t>{_H}){_UNIT}"), lambda found, line: ("A", _end(line, found["t"]))),)
