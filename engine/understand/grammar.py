"""A message read: cut into words, marked by the rules, put together, and judged in the session's light."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import pairwise

from engine.model.session import SessionStatus, TimeRange
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant
from engine.understand import cues
from engine.understand.day_phrases import read_days
from engine.understand.days import DayReader
from engine.understand.facts import gather
from engine.understand.intents import intent_of
from engine.understand.items import Days, Item, Time
from engine.understand.lengths import read_lengths
from engine.understand.message import Message
from engine.understand.offers import UNCLEAR, chosen, fitting, offers_of, read_picks
from engine.understand.people import read_people
from engine.understand.reading import SURE, Context, Dates, Intent, Reading, SessionContext
from engine.understand.recurring import recurring_in, with_rule
from engine.understand.scopes import read_scopes
from engine.understand.subject import read_subject
from engine.understand.time_phrases import CLOCKS, RULES, SHIFTS, ZONE_RULES, move_from
from engine.understand.times import settled
from engine.understand.tokens import LONGEST_READ, MOST_WORDS, Line, cut, mend
from engine.understand.words import MEALS, PARTS

_MEANT = "Which of the offered times do you mean?"
_SAY = "Could you say it in other words?"
_UNSURE = 0.4
MOST_NAMED = 30
"""So many days, times and lengths are looked at in one message; what is said of them is read pair by pair."""


def understand(text: str, now: Instant, zone: str, context: Context) -> Reading:
    """Read a message that is written now in a zone; a text is only ever data.

    Raises:
        InputError: there is no such zone.
    """
    local = to_datetime(now).astimezone(zone_info(zone))
    if not text.strip():
        return Reading(intent=Intent.UNKNOWN, question="The message is empty. What would you like?")
    if len(text) > LONGEST_READ:
        return _too_long()
    words = cut(text)
    if len(words) > MOST_WORDS:
        return _too_long()
    words, mended = mend(words)
    line: Line[Item] = Line(text, words, mended=mended)
    if line.has(cues.INSTRUCTION):
        return Reading(
            intent=Intent.UNKNOWN,
            question="That is nothing I do. What is it about a session that you would like?",
        )
    found = recurring_in(text, partial(until_said, now=now, zone=zone)) if context.session is None else None
    if found is not None:
        return with_rule(understand(found.rest, now, zone, context), found)
    return judge(_marked(line, local, zone, context))


def until_said(text: str, *, now: Instant, zone: str) -> str | None:
    """Read a date that stands alone as the end of a series: the last second of its day (RFC 5545)."""
    dates, _ = dates_said(f"on {text}", now=now, zone=zone)
    if dates is None or dates.last is None:
        return None
    end = datetime.combine(dates.last, time(23, 59, 59), zone_info(zone)).astimezone(UTC)
    return f"{end:%Y%m%dT%H%M%SZ}"


def dates_said(text: str, *, now: Instant, zone: str) -> tuple[Dates | None, int | None]:
    """Read dates that are said with no more words than a time of day, and that time."""
    reading = understand(f"Move it to {text}", now, zone, _BOOKED)
    return (reading.dates, reading.at) if reading.question is None else (None, None)


_BOOKED = Context(
    session=SessionContext(title="", status=SessionStatus.SCHEDULED, attendees=(), duration=None, final=None)
)
"""Where a message can only be about when."""


def _too_long() -> Reading:
    return Reading(
        intent=Intent.UNKNOWN,
        question=f"That is more than I read at once. Could you say it in {LONGEST_READ} characters?",
    )


def _marked(line: Line[Item], now: datetime, zone: str, context: Context) -> Message:
    session = context.session
    scheduled = session is not None and session.status is SessionStatus.SCHEDULED
    today = now.date()
    if context.offered:
        read_picks(line, len(context.offered))
    read_lengths(line)
    moving = scheduled and line.has(cues.MOVED)
    read_days(line, DayReader(today, moving))
    rules = (*CLOCKS, *ZONE_RULES, *(move_from() if moving else ()), *RULES, *(SHIFTS if scheduled else ()))
    for pattern, read in rules:
        line.replace(pattern, read)
    crowded = sum(word.is_mark for word in line.words) > MOST_NAMED
    if not crowded:
        read_scopes(line, moving=moving)
    when = gather(line)
    if crowded:
        when.problems.insert(0, "it names more days and times than I read at once")
    if _limit_with_time(line):
        when.problems.append("a day that limits, with a time of its own")
    timeframe, preference = _words(line)
    people = read_people(line, known=session is not None)
    base = line.joined
    quoted = "«Q»" in base
    title = read_subject(line)
    left = cues.unread([word.form for word in line.words if not word.is_mark])
    if title is not None and not quoted:
        left += [form for form in title.casefold().split() if cues.WHEN.compiled.fullmatch(form)]
    return Message(
        base, when, people, title, quoted, line.mended, timeframe, preference, left, today, now, zone, context
    )


def _limit_with_time(line: Line[Item]) -> bool:
    """Whether something is to be before, by or after a time of one day: more than two fields can say."""
    for one, other in pairwise(line.words):
        if one.form.startswith("«B") and re.match(r"«[AP]\d", other.form):
            time = line.item(other.form)
            cue = line.source(one.start, one.end).casefold()
            if (
                isinstance(time, Time)
                and not time.bound
                and re.match("by|before|until|till|after|up to", cue)
            ):
                return True
    return False


def _words(line: Line[Item]) -> tuple[str | None, str | None]:
    """Give the message's own words for when (the days, else the times), and for what would be liked."""
    days: list[str] = []
    times: list[str] = []
    liked: list[str] = []
    for word in line.words:
        if re.match(r"«[DYKWBPA]\d", word.form):
            item = line.item(word.form)
            if not isinstance(item, Days | Time) or item.old or item.negated:
                continue
            said = re.sub(r"^(?:in|on|at) (?:the )?", "", line.source(word.start, word.end))
            (liked if item.soft else days if isinstance(item, Days) else times).append(said)
    return " ".join(days or times) or None, " ".join(liked) or None


def judge(said: Message) -> Reading:
    """Decide what a message wants, and whether it is clear."""
    intent, trouble = intent_of(said)
    if intent is Intent.UNKNOWN:
        return Reading(intent=intent, confidence=_UNSURE, question=trouble)
    made = _BY_INTENT[intent](said)
    return _weighed(said, made, trouble)


def _weighed(said: Message, made: Reading, trouble: str | None) -> Reading:
    problems = _problems(said, made)
    question = trouble or made.question
    if question is None and problems:
        question = _asked(problems[0])
    confidence = max(SURE, 0.95 - 0.05 * said.mended)
    if question is not None:
        confidence = _UNSURE
    return replace(
        made, question=question, confidence=confidence, timeframe=said.timeframe, preference=said.preference
    )


def _asked(problem: str) -> str:
    return problem if problem.endswith("?") else f"I am not sure: {problem}. {_SAY}"


_UNCLEAR = (
    (cues.CONDITIONAL, "it depends on something"),
    (cues.CORRECTED, "two times are named, and one of them is taken back"),
    (cues.ALTERNATIVES, "two alternatives with times of their own"),
    (cues.NTH_DAY, "which day of the month that is"),
    (cues.OPTIONAL, "whoever may stay away has to be named apart"),
)


def _problems(said: Message, made: Reading) -> list[str]:
    out = [*said.when.problems, *(trouble for phrase, trouble in _UNCLEAR if said.has(phrase))]
    if made.intent in (Intent.CANCEL, Intent.DECLINE, Intent.REFUSE):
        return out
    if said.has(cues.REPEATED):
        out.append("one session is one meeting, not several")
    if said.left:
        out.append(f"I did not understand “{said.left[0]}”")
    if made.intent is Intent.REQUEST:
        out += [said.people.problem] if said.people.problem else []
        out += ["it names two sessions"] if said.people.groups > 1 else []
    return out + _past(said, made)


def _past(said: Message, made: Reading) -> list[str]:
    if (
        made.choice is not None
        or made.zone is not None
        or made.dates is None
        or made.dates.first != made.dates.last
    ):
        return []
    if made.dates.first != said.today:
        return []
    minute = said.now.hour * 60 + said.now.minute
    if made.at is not None and made.at <= minute:
        return ["that time is past"]
    if made.time_range is not None and (made.time_range.end or 1440) <= minute:
        return ["that time is past"]
    return []


def _request(said: Message) -> Reading:
    made = _conditions(said, Intent.REQUEST)
    title = said.title
    made = replace(made, attendees=tuple(said.people.names), title=title)
    meal = (
        None
        if title is None or said.quoted
        else next((word for word in title.casefold().split() if word in MEALS), None)
    )
    if meal is None:
        return made
    start, end = PARTS[meal]
    if made.at is not None:
        at = settled(Time(at=made.at, bare=said.when.bare), Time(start=start, end=end, part=True))
        return made if at.problem else replace(made, at=at.at)
    liked = made.preferred is not None and (
        made.preferred.at is not None or made.preferred.time_range is not None
    )
    return made if made.time_range is not None or liked else replace(made, time_range=TimeRange(start, end))


def _conditions(said: Message, intent: Intent) -> Reading:
    when = said.when
    return Reading(
        intent=intent,
        duration=when.length,
        dates=when.dates,
        days_of_week=when.days,
        exclude_days=when.exclude_days,
        exclude_dates=when.exclude_dates,
        time_range=when.time_range,
        at=when.at,
        zone=when.zone if when.says_times or when.wish is not None else None,
        preferred=when.wish,
    )


def _accept(said: Message) -> Reading:
    offered = said.context.offered
    when = said.when
    allowed = fitting(offered, said.zone, when)
    if when.picks:
        picks = chosen(when.picks, allowed)
    elif when.empty and said.has(cues.ANY):
        picks = {1}
    else:
        picks = set(allowed)
    made = Reading(intent=Intent.ACCEPT)
    if len(picks) != 1 or UNCLEAR in picks or not 1 <= next(iter(picks)) <= len(offered):
        return replace(made, question=_MEANT)
    taken = offers_of(offered, said.zone)[picks.pop() - 1]
    start = taken.start
    return replace(made, choice=taken.number, at=start.hour * 60 + start.minute, at_day=start.date())


def _refine(said: Message) -> Reading:
    made = _conditions(said, Intent.REFINE)
    session = said.context.session
    there = {name.casefold() for name in session.attendees} if session is not None else set()
    new = (
        tuple(name for name in said.people.names if name.casefold() not in there)
        if said.has(cues.ADDED)
        else ()
    )
    made = replace(made, attendees=new, refused=said.has(cues.REFUSED))
    if new and said.people.problem:
        return replace(made, question=said.people.problem)
    return made


def _reschedule(said: Message) -> Reading:
    made = _moved(said)
    if made == Reading(intent=Intent.RESCHEDULE) and said.has(cues.NEARER):
        return replace(made, question="When would suit you?")
    return made


def _moved(said: Message) -> Reading:
    made = _conditions(said, Intent.RESCHEDULE)
    session, shift = said.context.session, said.when.shift
    if session is None or session.final is None:
        return made
    own = to_datetime(session.final.start).astimezone(zone_info(said.zone))
    if shift is None:
        gone = (
            made.dates is not None
            and made.dates == Dates(own.date(), own.date())
            and made.at is None
            and made.time_range is None
        )
        return replace(made, dates=None) if gone and made.duration is None else made
    moved = own + timedelta(minutes=shift.minutes, days=shift.days)
    if shift.minutes:
        return replace(
            made,
            at=moved.hour * 60 + moved.minute,
            dates=made.dates or Dates(moved.date(), moved.date()),
            duration=None,
        )
    if shift.later:
        end = to_datetime(session.final.end).astimezone(zone_info(said.zone))
        late = TimeRange(end.hour * 60 + end.minute, 1440) if end.date() == own.date() else None
        made = made if made.at is not None or made.time_range is not None else replace(made, time_range=late)
    if shift.days or shift.same_day or shift.later:
        made = replace(made, dates=made.dates or Dates(moved.date(), moved.date()))
    if shift.same_time and made.at is None and made.time_range is None:
        made = replace(made, at=own.hour * 60 + own.minute)
    return made


def _plain(intent: Intent) -> Reading:
    return Reading(intent=intent)


_BY_INTENT: Mapping[Intent, Callable[[Message], Reading]] = {
    Intent.REQUEST: _request,
    Intent.ACCEPT: _accept,
    Intent.REFINE: _refine,
    Intent.RESCHEDULE: _reschedule,
    Intent.REFUSE: lambda said: _plain(Intent.REFUSE),
    Intent.CANCEL: lambda said: _plain(Intent.CANCEL),
    Intent.DECLINE: lambda said: _plain(Intent.DECLINE),
}
