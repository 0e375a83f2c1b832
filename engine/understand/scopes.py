"""How far a `not`, a `preferably` or an `instead of` reaches: which days and times it is said of."""

import re
from dataclasses import replace

from engine.understand.items import Days, Item, Time
from engine.understand.tokens import Line, Phrase, rule

_MARK = r"«[DYKWBPA]\d+»"
_ITEMS = (
    f"{_MARK}(?:(?: (?:and|or|nor)| , (?:and|or|nor|not|no))?(?: (?:not|no|on|in|the|at|any"
    f"|either|of))* {_MARK})*"
)
_HERE = (
    "(?: (?:on|in|the|any|at|during|for|available|free|possible|all|of|either|work|works"
    "|working|working well))*"
)
_CANNOT = (
    "(?:can|could|will|do|does|did|would|am|are|is) not(?: really"
    "| actually)?(?: be)?(?: able to)?(?: (?:do|make|make it|come|meet|attend|work|have time"
    "|be there|here|possible))?"
)
_AWAY = (
    "(?:away|out|off|busy|travelling|traveling|unavailable|not available|not free|not around"
    "|booked|booked up|fully booked|booked solid|packed"
    "|tied up|swamped|slammed|on holiday|on holidays|on vacation|on leave|on a plane"
    "|out of office|out of the office|out of town|in hospital|in meetings|sick)(?: all day"
    "| all morning)?"
)
_NOT = (
    rule(
        "(?:but |just |please |only )?(?:not|no|never|neither|nor|except|except for|avoid"
        "|avoiding|excluding|excl|other than|apart from|besides|skip|skipping|nothing"
        "|no meetings?"
        "|any ?(?:day|time|date|thing|where)?,? (?:but|except)(?: for)?|anything but"
        f"|anytime but|anytime except|but|save){_HERE} (?P<i>{_ITEMS})"
    ),
    rule(rf"{_CANNOT}{_HERE} (?P<i>{_ITEMS})"),
    rule(rf"{_AWAY}{_HERE} (?P<i>{_ITEMS})"),
    rule(
        f"(?:the )?(?P<i>{_ITEMS}) (?:(?:is|are|will be|looks?|would be|seems?|gets?) )?(?:all "
        "|also |both |really |too |already |completely |fully |pretty |quite |so |very "
        "|always )*"
        "(?:bad|full|out|packed|impossible|no good|no go|not good|not great|not ideal"
        "|not possible|not an option|not on|busy|early|late|taken|blocked|hard|difficult|off"
        "|off limits|tricky|terrible|tough|booked|awful|crazy|hectic|a problem|a no go)"
        r"(?= *$| [,.;!?]| for| and| but| so| because| as| with| to)"
    ),
    rule(
        f"(?:the )?(?P<i>{_ITEMS}) (?:(?:really|just|also|both) )?(?:(?:do|does|will|would|can"
        "|is|are) not|never|no longer) (?:really )?(?:work|works|suit|suits|fit|fits|do|good"
        "|possible|happen|an option|be possible|going to work|convenient)"
    ),
)
_EXCLUDED = rule(rf"(?:do not (?:schedule|book|plan|put|set)(?: \w+)?{_HERE}) (?P<i>{_ITEMS})")
_SOFT_LEAD = (
    "(?:preferably|ideally|if possible|if you can|if at all possible|hopefully"
    "|(?:would )?(?:much |really )?(?:prefer|prefers|preferred|rather)|preferring"
    "|preference(?: is)?(?: for)?|favou?r|favou?rs|best|best would be|best is"
    "|the best (?:time|day) (?:is|would be))(?! than)"
)
_SOFT = (
    rule(rf"{_SOFT_LEAD} ?:?(?: (?!«[DYKWBPA])[^\s,.;!?]+){{0,6}}? (?P<i>{_ITEMS})"),
    rule(
        f"(?P<i>{_ITEMS}) (?:,? ?(?:(?:would|will|might|could) be (?:the )?(?:best|nice|great"
        "|ideal|better|preferable|preferred|perfect|good|lovely|easiest|awesome|fantastic"
        "|wonderful|most convenient)"
        r"|(?:is|are|works?|suits?|fits?) (?:\w+ )?(?:best|ideal|better|preferred|preferable"
        "|easiest)|preferred|for preference|by preference|would work best|would suit (?:me "
        "|us )?best))(?= *$| [,.;!?]| for| but| and| with| to| if| though)"
    ),
    rule(
        f"(?P<i>{_ITEMS})(?: ,)? (?:if possible|ideally|preferably|if you can|if at all possible"
        "|if that works|if that is possible|if it works|if we can|please if possible)(?= *$"
        "| [,.;!?]| with| for)"
    ),
)
_OLD = (
    rule(f"(?:instead of|rather than|in place of|not)(?: (?:on|in|the|at))* (?P<i>{_ITEMS}) (?:but|, but) "),
    rule(rf"(?:instead of|rather than|in place of|in lieu of)(?: (?:on|in|the|at))* (?P<i>{_ITEMS})"),
)
_MOVED_FROM = (
    rule(
        f"(?:from|off|out of)(?: (?:on|the|our))* (?P<i>{_ITEMS})(?= (?:to|into|until|on to|onto|over to) «)"
    ),
    rule(rf"(?P<i>{_MARK}) 's"),
    rule(
        f"(?:the|our|that|this|my) (?P<i>{_ITEMS}) (?:meeting|call|slot|session|sync|appointment"
        "|one|lunch|dinner|coffee|review|chat|event|booking)"
    ),
)
_TOO_MUCH = rule(rf"(?:not|no|never|avoid|except)(?:{_HERE}) «[DYKWB]\d+»(?: (?:in|at|the|on))* «[AP]\d+»")


def read_scopes(line: Line[Item], *, moving: bool) -> None:
    """Say of each day and time whether it is excluded, only liked, or the old one."""
    _each(line, _EXCLUDED, negated=True)
    for pattern in _OLD:
        _each(line, pattern, old=True)
    if moving:
        for pattern in _MOVED_FROM:
            _each(line, pattern, old=True)
    for pattern in _NOT:
        _each(line, pattern, negated=True)
    for pattern in _SOFT:
        _each(line, pattern, soft=True)


def _each(
    line: Line[Item],
    pattern: Phrase,
    *,
    negated: bool = False,
    soft: bool = False,
    old: bool = False,
) -> None:
    for found in pattern.compiled.finditer(line.joined):
        marks = re.findall(_MARK, found["i"])
        several = {mark[1] in "PA" for mark in marks} == {True, False}
        for mark in marks:
            item = line.item(mark)
            if not isinstance(item, Days | Time) or item.old:
                continue
            trouble = item.problem
            if negated and several:
                trouble = trouble or "times that are excluded on some days only"
            if (soft and item.negated) or (negated and item.soft):
                trouble = trouble or "what is rather not wanted"
            line.items[int(mark[2:-1])] = replace(
                item,
                negated=item.negated or negated,
                soft=item.soft or soft,
                old=old,
                problem=trouble,
            )
