"""The phrases for days, in the order in which they are read."""

import re
from collections.abc import Callable
from functools import partial

from engine.understand import dates, limits, weekdays, weeks
from engine.understand.days import DayReader, Found
from engine.understand.items import Item
from engine.understand.tokens import Line, Phrase, rule
from engine.understand.words import MONTHS, WEEKDAY_PLURALS, WEEKDAYS

_WD = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_WDS = "|".join(sorted(WEEKDAY_PLURALS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_TO = r"(?:to|through|thru|until|till|-|- ?to)"
DAY_MARK = r"«[DYKWB]\d+»"
_COUNT = r"(?:a couple of|a couple|couple of|couple|a few|few|an?|one|\d{1,3})"
_PART = (
    "(?P<part>early(?: on)?(?: in)?|mid(?:dle)?(?: of| in)?|late(?: in)?|later(?: in)?"
    "|(?:at |towards )?the end of"
    "|end of|(?:at |in )?the (?:beginning|start|middle) of|(?:beginning|start) of"
    "|first half of|second half of)"
)
_SEP = r"(?:, or|, and|,|or|and|/|nor)"
_M = DAY_MARK
RULES: tuple[tuple[Phrase, Callable[[DayReader, re.Match[str], Line[Item]], Found]], ...] = (
    (rule(r"(\d{4}-\d\d-\d\d)"), dates.read_iso),
    (rule(r"(\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.(?:\d{4})?)"), dates.read_numeric),
    (
        rule(
            rf"(?:the )?(?P<n>{_NTH}|\d{{1,2}})(?: of)?(?P<range> ?(?:-|to|through"
            rf"|until) )(?:the )?(?P<n2>{_NTH}|\d{{1,2}})"
            rf" (?:of )?(?P<m>{_MONTH})(?: ?,? (?P<y>20\d\d))?"
        ),
        dates.read_named,
    ),
    (
        rule(
            f"(?:the )?(?P<n>{_NTH})(?:,? (?:or|and) |, )(?:the )?(?P<n2>{_NTH})(?:,? (?:or"
            f"|and) (?:the )?(?P<n3>{_NTH}))?"
            rf" (?:of )?(?P<m>{_MONTH})(?: ?,? (?P<y>20\d\d))?"
        ),
        dates.read_named,
    ),
    (
        rule(
            rf"(?P<m>{_MONTH}) (?:the )?(?P<n>{_NTH}|\d{{1,2}})(?P<range> (?:-|to|through"
            rf"|until) )(?:the )?(?P<n2>{_NTH}|\d{{1,2}})"
            r"(?! ?(?:am|pm|oclock|:))(?:,? (?P<y>20\d\d))?"
        ),
        dates.read_named,
    ),
    (
        rule(
            rf"(?P<m>{_MONTH}) (?:the )?(?P<n>{_NTH}|\d{{1,2}})(?:,? (?:or|and) |, )(?:the )?(?P<n2>{_NTH})"
            rf"(?:,? (?:or|and) (?:the )?(?P<n3>{_NTH}))?(?:,? (?P<y>20\d\d))?"
        ),
        dates.read_named,
    ),
    (
        rule(rf"(?:the )?(?P<n>{_NTH}|\d{{1,2}}) (?:of )?(?P<m>{_MONTH})(?:(?: ,)? (?P<y>20\d\d))?"),
        dates.read_named,
    ),
    (
        rule(
            rf"(?P<m>{_MONTH}) (?:the )?(?P<n>{_NTH}|\d{{1,2}}(?! (?:am|pm"
            r"|oclock)))(?:(?: ,)? (?P<y>20\d\d))?"
        ),
        dates.read_named,
    ),
    (
        rule(rf"(?:the )?(?P<n>{_NTH})(?P<range> (?:-|to|through|until) )(?:the )?(?P<n2>{_NTH})"),
        dates.read_nth,
    ),
    (rule(rf"(?:the )?(?P<n>{_NTH})(?:(?: ,)? (?:or|and) | , )(?:the )?(?P<n2>{_NTH})"), dates.read_nth),
    (rule(rf"(?:the |on )?(?P<n>{_NTH})(?: of (?:the|this) month)?"), dates.read_nth),
    (
        rule(rf"(?:(?P<n>{_COUNT}) weeks? (?:on|from|after) )(?:(?P<d>{_WD})|today|tomorrow)"),
        weekdays.read_week_from,
    ),
    (rule(rf"(?:on )?(?P<d>{_WD}) week"), weekdays.read_week_from),
    (rule("today week|a week today|tomorrow week|a week tomorrow"), weekdays.read_week_from),
    (rule("(?:the )?day after tomorrow"), dates.read_tomorrow),
    (rule("tomorrow"), dates.read_tomorrow),
    (
        rule("today|(?:this|the same)(?= (?:early |late )?(?:morning|afternoon|evening|lunchtime)(?!s))"),
        dates.read_today,
    ),
    (rule("yesterday|the other day"), dates.read_yesterday),
    (
        rule(rf"in (?P<n>{_COUNT}) days?(?: time)?|(?P<n2>{_COUNT}) days? from (?:now|today)"),
        dates.read_in_days,
    ),
    (
        rule(rf"(?:from )?(?P<one>{_WD})(?:s)? {_TO} (?P<other>{_WD})s?"),
        weekdays.read_range,
    ),
    (
        rule(
            "(?:on )?(?:(?P<how>this coming|this upcoming|coming|upcoming|this|next|last|past"
            f"|previous|every|any|a|the) )?(?P<d>{_WD})"
            r""
        ),
        weekdays.read_weekday,
    ),
    (rule(rf"(?:on )?(?:all |any )?(?P<d>{_WDS})"), weekdays.read_plural),
    (
        rule(
            "(?:on )?(?:any |all |a |the )?(?:weekdays?|workdays?|work days?|working days?"
            "|business days?|(?:during|in) the week(?! (?:of|starting|beginning|after)))"
        ),
        weekdays.read_workdays,
    ),
    (
        rule("(?:on )?(?:any |all |the )?weekends|(?:at|on|over|during) (?:the )?weekends|any weekend"),
        weekdays.read_weekends,
    ),
    (
        rule("(?:on |over |at )?(?:the |this )?(?P<which>this|next|last|coming)? ?weekend"),
        weeks.read_weekend,
    ),
    (rule(rf"(?:in )?the week (?:of|starting|beginning)(?: on)? (?P<d>{_M})"), weeks.read_week_of),
    (rule("(?:in |during )?the week after next"), weeks.read_week),
    (rule("(?:in |during )?the (?:week after(?: that)?|following week)"), weeks.read_week_after),
    (rule(rf"in (?P<n>{_COUNT}) weeks?(?: time)?(?! or)|in a fortnight"), weeks.read_week),
    (rule(rf"(?P<n>{_COUNT}) weeks? (?:from now|out)"), weeks.read_week),
    (rule(rf"(?:in )?{_PART} (?:the )?(?:next|this|the|following|coming)? ?week"), weeks.read_week),
    (
        rule(
            "(?:in |during |sometime |some time |on )?(?:the )?(?P<part>)(?:next|this|following"
            "|coming|last|past) week"
        ),
        weeks.read_week,
    ),
    (rule("(?:in )?(?P<part>later) (?:this|in the) week"), weeks.read_week),
    (
        rule(rf"(?:in |at )?{_PART} (?:the )?(?P<m>this month|next month|last month|following month)"),
        weeks.read_month,
    ),
    (
        rule(
            "(?:in |during |sometime |some time )?(?:the )?(?P<part>)(?P<m>this month|next month"
            "|last month|following month|past month)"
        ),
        weeks.read_month,
    ),
    (rule(rf"(?:in |at )?{_PART} (?:the )?(?P<m>month|{_MONTH})(?:,? (?P<y>20\d\d))?"), weeks.read_month),
    (rule(rf"(?:in|during) (?P<part>)(?P<m>{_MONTH})(?: (?P<y>20\d\d))?"), weeks.read_month),
    (
        rule(
            "(?:sometime |some time |any time |anytime )?(?:within|in|over|during|for) the (?:next"
            f"|coming) (?:(?P<n>{_COUNT}) )?(?P<u>days?|weeks?|months?|fortnight)"
        ),
        weeks.read_next_days,
    ),
    (rule(rf"within (?P<n>{_COUNT}) (?P<u>days?|weeks?|months?|fortnight)"), weeks.read_next_days),
    # what marks make together
    (
        rule(r"(?P<one>«Y\d+») (?:, |\( )?(?:on |the )?(?P<other>«D\d+»)(?: \))?"),
        weekdays.read_checked_weekday,
    ),
    (rule(r"(?P<one>«D\d+») (?:, |\( )?(?P<other>«Y\d+»)(?: \))?"), weekdays.read_checked_weekday),
    (
        rule(
            r"«[YK]\d+»(?: , (?:on )?«[YK]\d+»)*(?: ,)? (?:or|and|/|nor|-)(?: on| also)? «[YK]\d+»"
            r"|«[YK]\d+»(?: , (?:on )?«[YK]\d+»){2,}"
            r"|«[YK]\d+» «[YK]\d+»"
        ),
        weekdays.read_weekday_list,
    ),
    (rule(r"(?P<one>«Y\d+») (?:, )?(?:of |in |during )?(?P<other>«W\d+»)"), weekdays.read_in_week),
    (
        rule(rf"(?P<one>«W\d+») (?:, )?(?:on |- )?(?P<other>«Y\d+»)(?! (?:{_SEP} )«[YK])"),
        weekdays.read_in_week,
    ),
    (
        rule(rf"(?:between|from) (?P<one>{_M}) (?:and|to|through|until|till|-) (?P<other>{_M})"),
        limits.read_span,
    ),
    (rule(r"(?P<one>«D\d+») (?:to|through|until|till|-) (?P<other>«D\d+»)"), limits.read_span),
    (
        rule(
            "(?:away|out|(?<=am )off|(?<=is )off|(?<=are )off|(?<=be )off|busy|travelling|traveling"
            "|unavailable|not available|not free"
            "|not around|booked|packed|tied up|swamped|holiday|vacation|leave"
            "|hospital|conference|sick|abroad|town|office|gone"
            f"|back)(?: (?!«)[a-z]+){{0,3}}? (?:until|till|through|to) (?P<d>{_M})"
        ),
        limits.bound_after,
    ),
    (
        rule(rf"(?:not|no|nothing|never) (?:any )?(?:before|earlier than|sooner than) (?P<d>{_M})"),
        limits.bound_from,
    ),
    (rule(rf"(?:not|no|nothing|never) (?:any )?(?:after|later than|past) (?P<d>{_M})"), limits.bound_by),
    (
        rule(
            f"(?:by|until|till|up to|on or before|due) (?:the end of |end of )?(?P<d>{_M})(?: latest"
            f"| at the latest)?|(?:the end of |end of )?(?P<d2>{_M}) (?:or earlier|or before"
            "|at the latest|latest)"
        ),
        limits.bound_by,
    ),
    (
        rule(rf"(?:before|earlier than|sooner than|ahead of|prior to) (?:the end of )?(?P<d>{_M})"),
        limits.bound_before,
    ),
    (rule(rf"(?:after|later than|past|following) (?P<d>{_M})"), limits.bound_after),
    (
        rule(
            f"(?P<d>{_M}) (?:or later|or after|onwards?|or thereafter|and after|and later"
            "|at the earliest)|(?:from|starting|starting from|beginning|as of|on or after"
            f"|since) (?P<d2>{_M})(?: on| onwards?| or later)?"
        ),
        limits.bound_from,
    ),
)


def read_days(line: Line[Item], reader: DayReader) -> None:
    """Mark all days of a line."""
    for at, word in enumerate(line.words[:-3]):
        rest = [each.form for each in line.words[at + 1 : at + 4]]
        if word.form == "before" and rest == ["the", "end", "of"]:
            line.words = [*line.words[:at], word._replace(form="by"), *line.words[at + 1 :]]
    for pattern, read in RULES:
        line.replace(pattern, partial(read, reader))
