"""A message read: cut into words, marked by the rules, put together, and judged in the session's light."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from engine.model.session import SessionStatus, TimeRange
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant
from engine.understand import cues
from engine.understand.day_phrases import read_days
from engine.understand.days import DayReader
from engine.understand.facts import When, gather
from engine.understand.items import Days, Item, Time
from engine.understand.lengths import read_lengths
from engine.understand.offers import UNCLEAR, chosen, fitting, offers_of, read_picks
from engine.understand.people import People, read_people
from engine.understand.reading import SURE, Context, Dates, Intent, Reading
from engine.understand.scopes import read_scopes
from engine.understand.subject import read_subject
from engine.understand.time_phrases import CLOCKS, RULES, SHIFTS, ZONE_RULES, move_from
from engine.understand.times import settled
from engine.understand.tokens import LONGEST_READ, MOST_WORDS, Line, Phrase, cut, mend
from engine.understand.words import MEALS, PARTS

_MEANT = "Which of the offered times do you mean?"
_SAY = "Could you say it in other words?"
_UNSURE = 0.4


@dataclass(slots=True)
class Message:
    """A message whose words are marked, and what stands in it."""

    base: str
    """Its words and marks before the title was taken out."""
    when: When
    people: People
    title: str | None
    quoted: bool
    mended: int
    timeframe: str | None
    preference: str | None
    left: list[str]
    today: date
    now: datetime
    zone: str
    context: Context

    def has(self, phrase: Phrase) -> bool:
        """Whether one of a kind of phrases is in it."""
        return phrase.compiled.search(self.base) is not None


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
    return judge(_marked(line, local, zone, context))


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
    read_scopes(line, moving=moving)
    when = gather(line)
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
    intent, trouble = _intent(said)
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


def _intent(said: Message) -> tuple[Intent, str | None]:
    session = said.context.session
    if said.has(cues.NEGATED) and not said.when.says_days:
        return Intent.UNKNOWN, "Nothing is done. What would you like?"
    if session is None:
        return _without_session(said)
    if _other_session(said):
        return Intent.REQUEST, None
    if session.status is SessionStatus.SCHEDULED:
        return _of_scheduled(said)
    return _of_pending(said)


def _without_session(said: Message) -> tuple[Intent, str | None]:
    if said.has(cues.QUESTION):
        return Intent.UNKNOWN, None
    asked = said.has(cues.REQUEST)
    narrated = said.has(cues.NARRATED)
    if narrated and not re.match(
        r"(?:please |could |can |let |i (?:need|want|would)|schedule|book|set|arrange|find)", said.base
    ):
        return Intent.UNKNOWN, None
    if (not asked and said.has(cues.CANCELLED)) or re.match(
        r"(?:please |can you |could you )?(?:cancel|move|reschedule|postpone|decline) ", said.base
    ):
        return Intent.UNKNOWN, "Which session do you mean?"
    when = said.when
    timed = when.says_days or when.says_times or when.wish is not None
    if said.people.names or said.people.problem:
        clear = asked or timed or when.length is not None or said.title is not None
        return (Intent.REQUEST, None) if clear else (Intent.UNKNOWN, None)
    verb = re.match(
        "(?:(?:please|hi|hello|hey|can you|could you|would you|i (?:need to|want to"
        "|would like to|would like you to)|let us|kindly|,|«X») )*"
        "(?:schedule|book|set|arrange|organise|organize|plan|block|reserve|find|put|pencil|hold"
        r"|make|create)\b",
        said.base,
    )
    if verb and (timed or when.length is not None):
        return Intent.REQUEST, None
    return Intent.UNKNOWN, None


def _other_session(said: Message) -> bool:
    """Whether another session is asked for while one is there: other people, or another subject."""
    session = said.context.session
    if session is None or said.has(cues.ADDED) or said.has(cues.REFUSED) or said.has(cues.QUESTION):
        return False
    there = {name.casefold() for name in session.attendees} | {
        name.split()[0].casefold() for name in session.attendees if name
    }
    others = [name for name in said.people.names if name.casefold() not in there]
    verb = said.has(cues.REQUEST)
    separate = said.has(cues.SEPARATE)
    fresh = said.title is not None and not _alike(said.title, session.title)
    if others and len(others) == len(said.people.names):
        return (verb and not said.has(cues.MOVED)) or separate or fresh
    return (
        separate
        and verb
        and fresh
        and not said.when.picks
        and bool(
            re.match(
                "(?:and |also |please |can you |could you |, )*(?:schedule|book|set up|arrange|organise"
                "|organize|plan|find|separately)",
                said.base,
            )
        )
    )


def _alike(one: str, other: str) -> bool:
    words = {word for word in re.findall(r"\w+", one.casefold()) if len(word) > 1 or word.isdigit()}
    return bool(words & set(re.findall(r"\w+", other.casefold())))


def _of_scheduled(said: Message) -> tuple[Intent, str | None]:
    when = said.when
    new = (
        (when.says_days and bool(when.dates or when.days))
        or when.says_times
        or when.shift is not None
        or when.length is not None
        or when.wish is not None
    )
    if said.has(cues.QUESTION) and not said.has(cues.MOVED):
        return Intent.UNKNOWN, None
    moved = said.has(cues.MOVED)
    cancelled, declined = said.has(cues.CANCELLED), said.has(cues.DECLINED)
    if cancelled and declined:
        return Intent.CANCEL, "Shall it be called off, or do you alone stay away?"
    if cancelled and not (moved and new):
        ahead = when.dates is not None and when.day is None
        return Intent.CANCEL, "Shall it be called off, or moved?" if ahead else _other_day(said)
    if declined and not moved and not (new and said.has(cues.CHANGED)):
        return (
            Intent.DECLINE,
            "Shall it be moved, or do you alone stay away?"
            if when.says_days and not _other_day(said) and not said.has(_ALONE)
            else None,
        )
    if moved or (new and (said.has(cues.CHANGED) or _only_when(said))):
        return Intent.RESCHEDULE, None
    return Intent.UNKNOWN, None


_NEARER = Phrase(r"(?<!\S)(?:earlier|later|sooner)(?!\S)")
_ALONE = Phrase("without me|regret|decline|count me out|go ahead|not (?:be )?(?:coming|joining|attending)")


def _only_when(said: Message) -> bool:
    return bool(
        re.fullmatch(
            r"[^a-z]*(?:«[A-Z]\d+»|[ ,.!?-]|please|then|or|and|on|at|in|the|same|better|instead|only"
            "|not|works?|for|me|us|is|are|now)*",
            said.base,
        )
    )


def _other_day(said: Message) -> str | None:
    """Ask where a session is called off by a day that is not its own."""
    session = said.context.session
    day = said.when.day
    if session is None or session.final is None or day is None:
        return None
    own = to_datetime(session.final.start).astimezone(zone_info(said.zone)).date()
    return None if own == day else f"This session is on {own:%A %d %B}. Which one do you mean?"


def _of_pending(said: Message) -> tuple[Intent, str | None]:
    when = said.when
    refused = said.has(cues.REFUSED)
    if said.has(cues.CANCELLED) and not when.says_days:
        return Intent.CANCEL, None
    if said.has(cues.QUESTION) and (when.empty or when.picks):
        return (Intent.REFUSE, None) if refused else (Intent.UNKNOWN, None)
    if said.people.names and said.has(cues.ADDED):
        return Intent.REFINE, None
    if not refused and _takes_offer(said):
        return Intent.ACCEPT, None
    if not when.empty:
        return Intent.REFINE, None
    return _without_when(said, refused)


def _without_when(said: Message, refused: bool) -> tuple[Intent, str | None]:
    if refused:
        return Intent.REFUSE, None
    if said.has(cues.DECLINED):
        return Intent.DECLINE, None
    if said.has(cues.REMOVED):
        return Intent.UNKNOWN, "Who takes part cannot be made less by a message. Call it off, and ask anew?"
    if said.has(cues.SUGGESTED) or said.has(cues.MOVED):
        return Intent.UNKNOWN, "When would suit you?"
    return Intent.UNKNOWN, None


def _takes_offer(said: Message) -> bool:
    when = said.when
    if when.picks:
        return True
    if not said.context.offered or _sets_condition(said):
        return False
    if when.says_days or when.says_times:
        return bool(fitting(said.context.offered, said.zone, when))
    agreed = said.has(cues.ANY) or (not said.has(cues.DECLINED) and said.has(cues.AGREED))
    return when.empty and agreed


def _sets_condition(said: Message) -> bool:
    """Whether a message limits the search, instead of taking one of the offers."""
    when = said.when
    if when.exclude_days or when.exclude_dates or when.wish or when.length or when.days or when.shift:
        return True
    if when.dates is not None and when.day is None:
        return True
    suggested = said.has(cues.SUGGESTED)
    if when.at is not None:
        return re.search(r"(?<!\S)only(?!\S)", said.base) is not None and "only" in said.base
    if when.time_range is not None:
        part = re.search(r"«P\d+»", said.base)
        return (
            suggested
            or (
                when.day is None
                and not re.search(
                    r"the (?:(?:one|slot|option) )?«P\d+»(?: (?:one|slot|option|time))?|«P\d+» (?:one|slot"
                    "|option|time)",
                    said.base,
                )
            )
            or part is None
            or _bound(said)
        )
    return suggested


def _bound(said: Message) -> bool:
    return re.search(
        r"(?<!\S)(?:after|before|between|until|by|later|earlier|anytime|any|from)(?!\S)", said.base
    ) is not None or (
        said.when.time_range is not None
        and (said.when.time_range.start, said.when.time_range.end) not in PARTS.values()
    )


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
    if made == Reading(intent=Intent.RESCHEDULE) and said.has(_NEARER):
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
