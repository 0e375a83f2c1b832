"""What a message wants, in the light of its session: to ask, to take, to move, to call off."""

import re

from engine.model.session import SessionStatus
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.understand import cues
from engine.understand.message import Message
from engine.understand.offers import fitting
from engine.understand.reading import Intent
from engine.understand.tokens import Phrase
from engine.understand.words import PARTS


def intent_of(said: Message) -> tuple[Intent, str | None]:
    """Give what is wanted; with it, where that is not clear, what to ask."""
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
