"""What is told of a booking: that it stands, stands elsewhere, is off or open again, or needs somebody."""

from collections.abc import Iterator

from daemon.notices.content import Button, Content
from daemon.notices.words.notice import (
    LONGEST_TITLE,
    Telling,
    listed,
    page_buttons,
    sentence,
    the_session,
    time_of,
    why_told,
)
from engine.booking.checks.calendar_changes import OF_THE_SERIES
from engine.model.notices import LinkVerb
from engine.model.session_metadata import Key
from engine.sessions.series_words import rule_words
from engine.sessions.state_machine import EXPIRED
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

OWN = "Add the event that comes with this to your calendar."


def booked(telling: Telling) -> Content:
    """Tell that it stands in all calendars."""
    return _stands(telling, "Booked", f"{telling.title} is booked")


def moved(telling: Telling) -> Content:
    """Tell that it stands at another time."""
    return _stands(telling, "Moved", f"{telling.title} has another time")


def _stands(telling: Telling, word: str, heading: str) -> Content:
    session = the_session(telling)
    when = time_of(telling)
    was = telling.at("was")
    lead = [f"It is in your calendar: {when}." if telling.is_written else f"It is booked: {when}. {OWN}"]
    lead += [f"It was on {telling.reader.when(was)} before."] if was is not None else []
    people = telling.people()
    facts = [("When", f"{when} ({telling.reader.place})"), *([("With", people)] if people else [])]
    if session.recurrence is not None and "occurrence" not in telling.details:
        facts.insert(1, ("Repeats", rule_words(session.recurrence, telling.user.timezone)))
    facts += [("Where", one_line(session.location, LONGEST_TITLE))] if session.location else []
    out = telling.links.get(LinkVerb.CANNOT, "")
    return Content(
        kind=telling.kind,
        subject=f"{word}: {telling.title}, {when}",
        heading=heading,
        lead=tuple(lead),
        preview=when,
        facts=tuple(facts),
        buttons=(Button("I cannot come", out, aside=True),) if out else (),
        closing=("You need do nothing, if you can come.", why_told(telling)),
    )


def cancelled(telling: Telling) -> Content:
    """Tell that it does not take place."""
    session = the_session(telling)
    reason = one_line(str(session.metadata.get(Key.REASON) or ""))
    start = telling.at("start")
    if "occurrence" in telling.details:
        return _occurrences_off(telling, int(telling.details.get("occurrences", 1)))
    gone = f"It was to be on {time_of(telling)}; it is out of every calendar." if start is not None else ""
    expired = reason == EXPIRED
    why = "Nobody chose a time until it expired." if expired else sentence(f"The reason: {reason}")
    lead = [f"{telling.title} does not take place.", gone, why if reason else ""]
    return Content(
        kind=telling.kind,
        subject=f"Called off: {telling.title}" + (f", {time_of(telling)}" if start is not None else ""),
        heading=f"{telling.title} is called off",
        lead=tuple(one for one in lead if one),
        preview=reason,
        closing=("You need do nothing.", why_told(telling)),
    )


def _occurrences_off(telling: Telling, count: int) -> Content:
    """Tell that some of a series do not take place; it goes on otherwise."""
    more = f" and {count - 1} more" if count > 1 else ""
    when = f"{time_of(telling)}{more}"
    return Content(
        kind=telling.kind,
        subject=f"Called off: {telling.title}, {when}",
        heading=f"{telling.title} does not take place on {when}",
        lead=("The others of the series stay as they are.",),
        preview=when,
        closing=("You need do nothing.", why_told(telling)),
    )


def reopened(telling: Telling) -> Content:
    """Tell that another time is looked for."""
    was = telling.at("was")
    no = [telling.name(one) for one in telling.details.get("no", ())]
    host = telling.name(the_session(telling).host_user_id)
    because = {
        "declined": f"{listed(no) or 'Somebody who must come'} cannot come",
        "rescheduled": "You look for another time" if telling.is_host else f"{host} looks for another time",
        "foreign": "Something else lies on its time",
    }.get(str(telling.details.get("why")), "It has to move")
    gone = f"{telling.reader.when(was)} is free again" if was is not None else "Its time is free again"
    return Content(
        kind=telling.kind,
        subject=f"Open again: {telling.title}",
        heading=f"{telling.title} needs another time",
        lead=(f"{sentence(because)} {gone} in every calendar; other times are looked for.",),
        closing=("You need do nothing: you are told of the new time.", why_told(telling)),
    )


def conflict(telling: Telling) -> Content:
    """Ask the host what is to be done."""
    to, by = telling.details.get("to"), telling.details.get("by")
    if to and by:
        whose = "your" if by == telling.user.id else "their"
        said = f"{telling.name(by)} moved {whose} copy to {telling.reader.span(int(to[0]), int(to[1]))}"
    elif by and "occurrence" in telling.details:
        more = int(telling.details.get("occurrences", 1)) - 1
        then = f"then and {more} more times" if more else "then"
        said = f"{telling.name(by)} cannot come {then}, or removed it from the calendar"
    else:
        said = f"Something else lies on its time: {'; '.join(_foreign(telling))}"
    return Content(
        kind=telling.kind,
        subject=f"Decide: {telling.title} collides",
        heading=f"{telling.title} collides",
        lead=(
            f"{sentence(said)} {_booked_for(telling)}",
            "Keep it as it is, or look for another time.",
        ),
        buttons=page_buttons(telling, "See the session"),
        closing=("Without an answer it stays as it is.", why_told(telling)),
    )


def _booked_for(telling: Telling) -> str:
    recurs = telling.session is not None and telling.session.recurrence is not None
    if recurs and "occurrence" not in telling.details:
        return "The other occurrences of the series stand as they are."
    return f"It is booked for {time_of(telling)}."


def _foreign(telling: Telling) -> Iterator[str]:
    """Word what lies on the time, which the ledger keeps as `user: start/end`."""
    for one in telling.details.get("conflicts", ()):
        user, _, span = str(one).split(OF_THE_SERIES)[-1].partition(": ")
        start, slash, end = span.partition("/")
        who = telling.name(user)
        yield f"{who}, {telling.reader.span(parse_instant(start), parse_instant(end))}" if slash else who


def stuck(telling: Telling) -> Content:
    """Tell that an operator is needed."""
    calendars = one_line(str(telling.details.get("calendars", "")))
    return Content(
        kind=telling.kind,
        subject=f"Needs an operator: {telling.title}",
        heading=f"{telling.title} could not be finished in every calendar",
        lead=(f"These calendars do not answer as they should: {calendars}. It is tried again every hour.",),
        buttons=page_buttons(telling, "See the session"),
        closing=("Whoever runs gatherly can end it: gatherly session release.", why_told(telling)),
    )
