"""The phrases for times of the day, zones, and what counts from a booked time, in the order of reading."""

import re
from collections.abc import Callable
from dataclasses import replace

from engine.understand.items import Item, Zone
from engine.understand.times import (
    Found,
    read_after,
    read_any_range,
    read_at,
    read_before,
    read_clock,
    read_continental,
    read_days_on,
    read_dotted,
    read_end,
    read_hour,
    read_iana_word,
    read_in_half,
    read_ish,
    read_local,
    read_longer_any,
    read_military,
    read_military_any,
    read_noon,
    read_number,
    read_oclock,
    read_only_at,
    read_part,
    read_parts,
    read_same,
    read_soft,
    read_spoken,
    read_time,
    read_zone,
)
from engine.understand.tokens import Line, Phrase, rule
from engine.understand.words import AMBIGUOUS_ZONES, CITIES, PARTS, ZONES

_HALF = r"(?P<half>am|pm)"
_MEALS = "lunch|dinner|breakfast"
_PARTS = "|".join(
    sorted((part for part in PARTS if part not in ("lunch", "dinner", "breakfast")), key=len, reverse=True)
)
_UNIT = (
    r"(?! ?(?:min|hour|day|days|week|weeks|month|months|people|persons|of us|times|%|/|\+|x"
    "|and a half))"
)
_DAYS = r"«[DYKWB]\d+»"
_H = r"(?:«A\d+»|\d{1,2}(?!\d))"
_CITY = "|".join(sorted(CITIES, key=len, reverse=True))
_ABBREVIATION = "|".join(sorted((*ZONES, *AMBIGUOUS_ZONES), key=len, reverse=True))
Rule = tuple[Phrase, Callable[[re.Match[str], Line[Item]], Found]]
_AT = (
    "(?:at|around|about|by|before|after|until|till|from|between|past|than|is|approximately"
    "|approx|towards|circa|say|not|@)"
)

CLOCKS: tuple[Rule, ...] = (
    (rule(rf"(?P<t>\d{{1,2}}:\d\d)(?: ?{_HALF})?"), read_clock),
    (
        rule(rf"(?P<t>\d{{1,2}}\.\d\d) {_HALF}|(?<=at )(?P<t2>\d{{1,2}}\.\d\d)"),
        read_dotted,
    ),
    (rule(rf"(?P<t>\d{{1,2}}) {_HALF}"), read_hour),
    (rule(rf"(?P<t>\d{{1,2}}) oclock(?: {_HALF})?(?: sharp)?"), read_oclock),
    (
        rule(
            r"(?<=at )(?P<t>(?:[01]\d|2[0-3])[0-5]\d)(?: ?(?:hour))?|(?P<t2>(?:[01]\d"
            r"|2[0-3])[0-5]\d) hour"
        ),
        read_military_any,
    ),
    (rule(r"(?<=\d» )(?P<t>(?:0[5-9]|1\d|2[0-3])[0-5]\d)"), read_military),
    (rule(r"(?<=at )(?P<t>\d{1,2}) hour(?: (?P<m>[0-5]\d))?"), read_continental),
    (rule(r"(?<=at )(?P<t>one|1[0-2]|[1-9]) (?P<m>15|30|45)"), read_continental),
    (rule("(?:12 )?(?:noon|midnight)"), read_noon),
    (
        rule(
            rf"(?:(?P<m>half|(?:a )?quarter|\d{{1,2}} min|20|25) (?P<w>past|after|to|before|til|of)"
            f"|(?P<m2>5|10) past) (?P<t>1[0-2]|[1-9])(?: oclock)?(?: ?{_HALF})?"
        ),
        read_spoken,
    ),
    (
        rule(rf"half (?P<t>1[0-2]|[1-9])(?= |$){_UNIT}(?! (?:of|an))"),
        lambda found, line: read_at(int(found["t"]), 30, None, found[0]),
    ),
)
"""Times that look like one wherever they stand."""

RULES: tuple[Rule, ...] = (
    (rule(rf"(?:in the )?(?P<p>{_PARTS})s?(?: hours)?(?: in the morning)?"), read_part),
    (rule(r"(?:over|during|at|for) (?P<p>lunch|lunchtime|dinner|breakfast)(?= *$| [,.;!?]| «)"), read_part),
    (
        rule(
            r"(?:in |on |at )?(?:the |an? )?(?P<one>«P\d+») (?:or|and|to|or in|and in|or the"
            r"|/) (?:the )?(?P<other>«P\d+»)"
        ),
        read_parts,
    ),
    (
        rule(
            "(?:anywhere |any time |anytime |sometime )?(?:between|from"
            f"|within) (?P<one>{_H}) (?:and|to|till|until|through"
            f"|-) (?P<other>{_H}){_UNIT}(?: {_HALF})?"
            rf"|(?P<one2>{_H})(?: to| -| till| until| through) (?P<other2>{_H}){_UNIT}"
        ),
        read_any_range,
    ),
    (rule(r"(?:at )?(?P<t>\d{1,2}) ?-? ish|(?P<t2>«A\d+») ?-? ish"), read_ish),
    (rule(rf"(?P<t>\d{{1,2}})(?= (?:in the |at |{_DAYS} (?:in the )?)?«P\d+»){_UNIT}"), read_number),
    (rule(rf"(?<=at )(?P<t>\d{{1,2}}){_UNIT}"), read_number),
    (
        rule(
            "(?:(?<=around )|(?<=about )|(?<=approximately )|(?<=towards )|(?<=say )"
            rf"|(?<=@ ))(?P<t>\d{{1,2}}){_UNIT}"
        ),
        read_number,
    ),
    (
        rule(
            "(?:(?<=by )|(?<=before )|(?<=after )|(?<=until )|(?<=till )|(?<=from )|(?<=past )"
            "|(?<=than )|(?<=is )|(?<=starting )|(?<=earliest )|(?<=latest )|(?<=to ))"
            rf"(?P<t>\d{{1,2}}){_UNIT}"
        ),
        read_number,
    ),
    (
        rule(
            rf"(?P<t>\d{{1,2}})(?= (?:or later|or after|or earlier|or before|onwards?|and later"
            "|at the (?:earliest|latest)|it is|works|is (?:fine|good|okay|great|perfect|best)|would"
            f"|suits|sounds|please)){_UNIT}"
        ),
        read_number,
    ),
    (
        rule(
            rf"(?<=\d» )(?:, )?(?P<t>\d{{1,2}}){_UNIT}(?= *$| [,.;!?)]| «| with| please| for| it"
            "| works| is| then)"
        ),
        read_number,
    ),
    (
        rule(
            "(?:^|(?<=[,.;:!?»] )|(?<=do )|(?<=with )|(?<=us )|(?<=say )|(?<=yes )|(?<=to )"
            "|(?<=okay )|(?<=please ))"
            rf"(?P<t>\d{{1,2}})(?= (?:on )?{_DAYS}){_UNIT}"
        ),
        read_number,
    ),
    (
        rule(
            "(?:(?<=do )|(?<=make it )|(?<=take )|(?<=with )|(?<=prefer )"
            rf"|(?<=book ))(?P<t>\d{{1,2}}){_UNIT}(?= *$| [,.;!?]| on| «| please| then| instead)"
        ),
        read_number,
    ),
    (
        rule(r"(?P<t>1[0-2]|[1-9])(?= *(?:[.!?]|please|then|it is)* *$)(?<![^\s]\d)"),
        lambda found, line: read_number(found, line) if found.start() == 0 else None,
    ),
    # a half of the day that a part of it says
    (
        rule(r"(?P<p>«P\d+») (?:at |around |about |, )?(?P<a>«A\d+»)(?! (?:or later|onwards?))"),
        read_in_half,
    ),
    (rule(r"(?P<a>«A\d+») (?:, )?(?:in |on |at )?(?:the )?(?P<p>«P\d+»)"), read_in_half),
    # what limits
    (
        rule(
            r"(?:not|no|nothing|never|none|no \w+)(?: any time| anything| at all)? (?:before"
            rf"|earlier than|sooner than|until|till) (?P<t>{_H}|«P\d+»|{_MEALS})"
        ),
        read_after,
    ),
    (
        rule(
            r"(?:not|no|nothing|never|none|no \w+)(?: any time| anything| at all)? (?:after"
            rf"|later than|past|beyond) (?P<t>{_H}|«P\d+»|{_MEALS})"
        ),
        read_before,
    ),
    (
        rule(
            r"(?P<t>«A\d+») (?:or later|or after|onwards?|and later|and after|or thereafter"
            "|at the earliest|on(?! [«a-z]))"
        ),
        read_after,
    ),
    (
        rule(
            r"(?:from|starting(?: from)?|start) (?P<t>«A\d+») (?:on|onwards?|or later)"
            r"|from (?P<t2>«A\d+»)"
        ),
        read_after,
    ),
    (
        rule(
            "(?:the )?earliest(?: (?:start|time))?(?: (?:that )?(?:i|we) (?:can|could)(?: (?:do"
            r"|make|start|manage))?)?(?: is| would be)? (?P<t>«A\d+»)"
        ),
        read_after,
    ),
    (
        rule(
            "(?:the )?latest(?: (?:end|time))?(?: (?:that )?(?:i|we) (?:can|could)(?: (?:do|make"
            r"|stay|end))?)?(?: is| would be)? (?P<t>«A\d+»)"
        ),
        read_before,
    ),
    (
        rule(
            "(?:after|any time after|anytime after|later than|past|not earlier than"
            rf"|beyond) (?P<t>«[AP]\d+»|{_MEALS})"
        ),
        read_after,
    ),
    (
        rule(
            "(?:(?:done|over|finished|finishing|finish|ending|ends?|out|wrapped up|back|through"
            "|complete|completed) )?(?:by|before|until|till|no later than|earlier than|up to"
            rf"|prior to) (?P<t>«[AP]\d+»|{_MEALS})(?: at the latest)?"
        ),
        read_before,
    ),
    (rule(r"(?P<t>«A\d+») (?:or earlier|or before|at the latest|latest|and earlier)"), read_before),
    # what is only about so
    (
        rule(
            "(?:at )?(?:around|about|approximately|towards|circa|roughly|say around"
            r"|or so) (?P<t>«A\d+»)"
        ),
        read_soft,
    ),
    (rule(r"(?P<t>«A\d+») or so"), read_soft),
    (
        rule(r"(?:around|about|roughly) (?P<p>«P\d+»)"),
        lambda found, line: ("P", replace(read_time(line, found["p"]), soft=True)),
    ),
    (rule(r"(?:at|@|starting at|starting) (?P<a>«A\d+»)"), read_only_at),
)

ZONE_RULES: tuple[Rule, ...] = (
    (Phrase(r"(?<!\S)«Z[^»]+»(?: time)?(?!\S)"), read_iana_word),
    (rule(rf"\(? ?(?P<z>{_CITY}) (?:time|local time|tz)(?: \))?"), read_zone),
    (rule(rf"(?<=[\d»m] )(?:\( )?(?P<z>{_ABBREVIATION})(?: time)?(?: \))?"), read_zone),
    (rule(r"(?:my|our) (?:local )?time"), read_local),
    (rule(r"local time|(?:his|her|their|your) time(?! zone)"), lambda found, line: ("Z", Zone(name=None))),
)

SHIFTS: tuple[Rule, ...] = (
    (
        rule(
            "(?:move|push|shift|put|bring|pull|start|delay|postpone|make|slide"
            r"|bump)(?: (?!«)\S+){0,4}? (?:back|forward|up|ahead|out"
            r"|on)(?: by)? (?P<l>«L\d+»)(?: (?:later|earlier))?"
            r"|(?:by )?(?P<l2>«L\d+») (?:later|earlier|sooner|back|forward|ahead)(?: than (?:planned"
            "|that|now|before))?"
            r"|(?:delay|postpone|delayed|postponed|move|push|shift)(?: (?!«)\S+){0,4}? by (?P<l3>«L\d+»)"
        ),
        read_longer_any,
    ),
    (
        rule(
            "(?:the |a |one )?(?:day|week) (?:after(?! «|wards)|before(?! «)|later|earlier)"
            "|(?:the )?(?:next|following|previous) day"
        ),
        read_days_on,
    ),
    (
        rule(
            r"(?:by )?(?:\d{1,2}|a|one|a couple of|a few) (?:days?|weeks?) (?:later|earlier|sooner)"
            r"|(?:back|forward|ahead)(?: by)? (?:\d{1,2}|a|one|a couple of|a few) (?:days?|weeks?)"
            r"|by (?:\d{1,2}|a|one) (?:days?|weeks?)"
        ),
        read_days_on,
    ),
    (
        rule(
            "(?:at |on |in )?(?:the )?same (?:time|hour|day)(?: of (?:the )?day)?"
            "|later (?:on )?(?:that|the same) day|later (?:the )?same day"
        ),
        read_same,
    ),
)


def move_from() -> tuple[Rule, ...]:
    """Give the rules for `from 3 to 4` and `until 4` where something moves: that is the new time."""
    return (
        (
            rule(rf"from (?P<one>{_H}) to (?P<t>{_H}){_UNIT}"),
            lambda found, line: ("A", read_end(line, found["t"])),
        ),
        (
            rule(rf"(?:until|till) (?P<t>{_H}){_UNIT}"),
            lambda found, line: ("A", read_end(line, found["t"])),
        ),
    )
