"""What the host is told where no time was found: who and what is in the way, and what would help."""

from collections.abc import Mapping
from typing import Any

from daemon.notices.content import Button, Content
from daemon.notices.words.notice import (
    Telling,
    sentence,
    the_session,
    why_told,
)
from engine.find.answer import BlockCode
from engine.model.session_metadata import Key
from engine.sessions.relaxing import relaxations
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant


def failed(telling: Telling) -> Content:
    """Tell who and what is in the way, and what would help."""
    session = the_session(telling)
    reason = one_line(str(session.metadata.get(Key.FAILURE_REASON) or "No time suits everybody"))
    blockers = [_blocker(telling, one) for one in session.metadata.get(Key.BLOCKERS) or ()]
    helps = relaxations(session)
    buttons = [
        Button(f"{one['change']} ({_ways(telling, one)})", telling.links[one["code"]])
        for one in helps
        if one["code"] in telling.links
    ]
    rest = [one["change"] for one in helps if one["code"] not in telling.links]
    return Content(
        kind=telling.kind,
        subject=f"No time found: {telling.title}",
        heading=f"No time was found for {telling.title}",
        lead=(
            sentence(reason),
            "Each of these changes would give times; one press makes a new session with it.",
        )
        if buttons
        else (sentence(reason),),
        facts=tuple(("In the way", one) for one in blockers[:MOST_BLOCKERS])
        + tuple(("Would help, too", one_line(str(one))) for one in rest),
        buttons=tuple(buttons),
        closing=("Without an answer nothing more happens.", why_told(telling)),
    )


def _ways(telling: Telling, relaxation: Mapping[str, Any]) -> str:
    count = int(relaxation.get("slots", 0))
    first = telling.reader.when(parse_instant(str(relaxation["first"])))
    return f"{count} times, the first {first}" if count != 1 else f"one time, {first}"


MOST_BLOCKERS = 3
_PRESS = "Each of these changes would give times; one press makes a new session with it."
_BLOCKS = {
    BlockCode.BUSY: "{who} is busy",
    BlockCode.TENTATIVE: "{who} may be busy",
    BlockCode.OUTSIDE_WORKING_HOURS: "it is outside {whose} working hours",
    BlockCode.OUTSIDE_DAYS: "other days were not asked for",
    BlockCode.OUTSIDE_TIME_RANGE: "other times of day were not asked for",
    BlockCode.EXCLUDED_DATE: "some dates were left out",
    BlockCode.BUFFER: "{who} keeps a break around what is there",
    BlockCode.PAST: "part of the time has passed",
    BlockCode.UNKNOWN_CALENDAR: "{whose} calendar is unknown",
    BlockCode.WINDOW_TOO_SHORT: "the time to look in is too short",
}


def _blocker(telling: Telling, one: Mapping[str, Any]) -> str:
    who = telling.name(one.get("user"))
    whose = "your" if who == "you" else f"{who}'s"
    known = {code.value: words for code, words in _BLOCKS.items()}
    words = known.get(str(one.get("code")), "a rule of {whose} forbids it")
    said = words.replace("{who} is", "you are" if who == "you" else "{who} is")
    said = said.replace("{who} keeps", "you keep" if who == "you" else "{who} keeps")
    share = round(float(one.get("share", 0)) * 100)
    return f"{said.replace('{who}', who).replace('{whose}', whose)} ({share} % of the time)"
