"""What is told of sessions and connectors, in words: what it is, what is wanted, until when."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from daemon.app.reader import Reader
from daemon.notices.content import Button, Card, Content
from engine.find.answer import BlockCode
from engine.ids import UserId
from engine.model.notices import LinkVerb, NoticeKind
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.model.session_metadata import Key
from engine.model.user import User
from engine.sessions.relaxing import relaxations
from engine.sessions.state_machine import EXPIRED
from engine.text.plain_text import one_line
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Instant

LONGEST_TITLE = 120
OWN = "Add the event that comes with this to your calendar."
MOST_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One notice and all that its words need.

    `details` are those of the outbox entry, `links` where each verb leads, relaxations by their code,
    `names` what people are called. `base` is where the pages begin; whose calendar `is_written` need
    not add the event themselves.
    """

    kind: NoticeKind
    details: Mapping[str, Any]
    user: User
    reader: Reader
    session: EventSession | None = None
    names: Mapping[UserId, str] = field(default_factory=dict)
    zones: Mapping[UserId, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict, repr=False)
    base: str = ""
    is_written: bool = True

    @property
    def title(self) -> str:
        """What the session is about, in one line."""
        return "" if self.session is None else one_line(self.session.title, LONGEST_TITLE) or "(no title)"

    @property
    def is_host(self) -> bool:
        """Whether the reader hosts it."""
        return self.session is not None and self.session.host_user_id == self.user.id

    def name(self, user: object) -> str:
        """Say what somebody is called; `you` for the reader."""
        if user == self.user.id:
            return "you"
        return one_line(self.names.get(UserId(str(user)), str(user)), LONGEST_TITLE)

    def people(self) -> str:
        """Name everybody else who attends, those who need not with a perhaps."""
        session = self.session
        if session is None:
            return ""
        required = [self.name(one) for one in session.required_ids if one != self.user.id]
        rest = [one for one in session.attendee_ids if one not in session.required_ids]
        perhaps = [f"perhaps {self.name(one)}" for one in rest if one != self.user.id]
        return listed([*required, *perhaps]) or "nobody else"

    def at(self, key: str) -> Instant | None:
        """Give a moment of the details."""
        found = self.details.get(key)
        return found if isinstance(found, int) else None


def listed(words: list[str]) -> str:
    """Join words as a sentence does: `Bob, Priya and Tomás`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def content_of(telling: Telling) -> Content:
    """Word a notice."""
    return _WORDS[telling.kind](telling)


def _proposed(telling: Telling) -> Content:
    session = _session(telling)
    count = len(session.proposed_times)
    minutes = f"{session.duration} minutes"
    times = f"{count} times suit" if count != 1 else "One time suits"
    again = " again" if session.record.round else ""
    lead = f"{minutes} with {telling.people()}. {times} everybody who must come; choose one{again}."
    return _asking(
        telling,
        subject=f"Choose a time: {telling.title}, {minutes}",
        heading=f"Which time for {telling.title}?",
        lead=(lead, _zone(telling)),
    )


def _asking(telling: Telling, *, subject: str, heading: str, lead: tuple[str, ...]) -> Content:
    session = _session(telling)
    take = telling.links.get(LinkVerb.TAKE, "")
    small = [Button("None of these", take)] if telling.is_host else []
    small += [Button("I cannot come", take)]
    until = telling.reader.when(session.expires_at)
    closing = (
        f"Answer until {until}. The link is for you alone and takes one answer."
        " Nothing is booked before the time is chosen; then it is in everybody's calendar, or in none."
    )
    return Content(
        kind=telling.kind,
        subject=subject,
        heading=heading,
        lead=lead,
        preview="; ".join(telling.reader.when(slot.start) for slot in session.proposed_times),
        cards=tuple(_cards(telling, session, take)),
        small=tuple(one for one in small if one.url),
        closing=(closing, _why(telling)),
    )


def _cards(telling: Telling, session: EventSession, take: str) -> Iterator[Card]:
    for number, slot in enumerate(session.proposed_times):
        url = f"{take}?start={format_instant(slot.start)}" if take else ""
        yield Card(
            day=telling.reader.day(slot.start),
            clock=telling.reader.clocks(slot.start, slot.end),
            beside=_beside(telling, slot),
            share=round(slot.confidence * 100),
            why=_reasons(slot),
            button=Button("Take this time", url) if url else None,
            best=number == 0,
        )


def _beside(telling: Telling, slot: TimeSlot) -> str:
    """Tell the same time by the others' clocks."""
    told = []
    for one in slot.attendees:
        zone = telling.zones.get(one.user)
        if one.user != telling.user.id and zone is not None and zone != telling.reader.zone:
            there = Reader(zone, telling.reader.now, telling.reader.hours_24)
            told.append(f"{telling.name(one.user)} {there.clock(slot.start)}")
    return " · ".join(told)


def _reasons(slot: TimeSlot) -> str:
    """Say why it is worth what it is worth."""
    texts = [one.text for one in sorted(slot.reasons, key=lambda one: one.points) if one.text]
    chosen = list(dict.fromkeys(texts))[:MOST_REASONS]
    said = "; ".join(one_line(text, LONGEST_TITLE) for text in chosen)
    return f"{said[:1].upper()}{said[1:]}." if said else "Everybody who must come can."


def _expiring(telling: Telling) -> Content:
    session = _session(telling)
    until = telling.reader.when(session.expires_at)
    return _asking(
        telling,
        subject=f"Choose until {until}: {telling.title}",
        heading=f"No time is chosen yet for {telling.title}",
        lead=(f"Without an answer it is called off on {until}.", _zone(telling)),
    )


def _not_booked(telling: Telling) -> Content:
    why = one_line(str(telling.details.get("why", "it could not be written")))
    return _asking(
        telling,
        subject=f"Choose another time: {telling.title}",
        heading=f"{telling.title} could not be booked",
        lead=(f"The time that was accepted could not be booked: {why}.", _zone(telling)),
    )


def _answered(telling: Telling) -> Content:
    who, answer = telling.name(telling.details.get("by")), str(telling.details.get("answer"))
    slots = [telling.reader.when(int(at)) for at in telling.details.get("slots", ())]
    said = {
        "accepted": f"{who} can come: {'; '.join(slots)}" if slots else f"{who} can come",
        "declined": f"{who} cannot come",
        "wished": f"{who} wishes something else",
    }.get(answer, f"{who} has answered")
    words = str(telling.details.get("words", ""))
    return Content(
        kind=telling.kind,
        subject=f"{said.partition(':')[0]}: {telling.title}",
        heading=said,
        lead=(f"That is the answer to {telling.title}.", *([f"“{one_line(words)}”"] if words else [])),
        buttons=_pages(telling, "See the session"),
        closing=(_next_step(telling), _why(telling)),
    )


def _next_step(telling: Telling) -> str:
    session = _session(telling)
    if session.status is SessionStatus.PENDING and session.final_time is None:
        return "You need do nothing: you are asked when there is something to choose."
    return "You need do nothing."


def _stands(telling: Telling, word: str, heading: str) -> Content:
    session = _session(telling)
    when = _when(telling)
    was = telling.at("was")
    lead = [f"It is in your calendar: {when}." if telling.is_written else f"It is booked: {when}. {OWN}"]
    lead += [f"It was on {telling.reader.when(was)} before."] if was is not None else []
    facts = [("When", f"{when} ({telling.reader.place})"), ("With", telling.people())]
    facts += [("Where", one_line(session.location, LONGEST_TITLE))] if session.location else []
    out = telling.links.get(LinkVerb.CANNOT, "")
    return Content(
        kind=telling.kind,
        subject=f"{word}: {telling.title}, {when}",
        heading=heading,
        lead=tuple(lead),
        preview=when,
        facts=tuple(facts),
        buttons=(Button("I cannot come", out),) if out else (),
        closing=("You need do nothing, if you can come.", _why(telling)),
    )


def _booked(telling: Telling) -> Content:
    return _stands(telling, "Booked", f"{telling.title} is booked")


def _moved(telling: Telling) -> Content:
    return _stands(telling, "Moved", f"{telling.title} has another time")


def _cancelled(telling: Telling) -> Content:
    session = _session(telling)
    reason = one_line(str(session.metadata.get(Key.REASON) or ""))
    start = telling.at("start")
    gone = f"It was to be on {_when(telling)}; it is out of every calendar." if start is not None else ""
    why = "Nobody chose a time until it expired." if reason == EXPIRED else f"The reason: {reason}."
    lead = [f"{telling.title} does not take place.", gone, why if reason else ""]
    return Content(
        kind=telling.kind,
        subject=f"Called off: {telling.title}" + (f", {_when(telling)}" if start is not None else ""),
        heading=f"{telling.title} is called off",
        lead=tuple(one for one in lead if one),
        preview=reason,
        closing=("You need do nothing.", _why(telling)),
    )


def _reopened(telling: Telling) -> Content:
    was = telling.at("was")
    no = [telling.name(one) for one in telling.details.get("no", ())]
    because = {
        "declined": f"{listed(no) or 'Somebody who must come'} cannot come",
        "rescheduled": f"{telling.name(_session(telling).host_user_id)} looks for another time",
        "foreign": "Something else lies on its time",
    }.get(str(telling.details.get("why")), "It has to move")
    gone = f"{telling.reader.when(was)} is free again" if was is not None else "Its time is free again"
    return Content(
        kind=telling.kind,
        subject=f"Open again: {telling.title}",
        heading=f"{telling.title} needs another time",
        lead=(f"{because[:1].upper()}{because[1:]}. {gone} in every calendar; other times are looked for.",),
        closing=("You need do nothing: you are told of the new time.", _why(telling)),
    )


def _failed(telling: Telling) -> Content:
    session = _session(telling)
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
        lead=(f"{reason}.", "Each of these changes would give times; one press makes a new session with it.")
        if buttons
        else (f"{reason}.",),
        facts=tuple(("In the way", one) for one in blockers[:MOST_REASONS])
        + tuple(("Would help, too", one_line(str(one))) for one in rest),
        buttons=tuple(buttons),
        closing=("Without an answer nothing more happens.", _why(telling)),
    )


def _ways(telling: Telling, relaxation: Mapping[str, Any]) -> str:
    count = int(relaxation.get("slots", 0))
    first = telling.reader.when(parse_instant(str(relaxation["first"])))
    return f"{count} times, the first {first}" if count != 1 else f"one time, {first}"


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


def _conflict(telling: Telling) -> Content:
    to, by = telling.details.get("to"), telling.details.get("by")
    if to and by:
        said = f"{telling.name(by)} moved their copy to {telling.reader.span(int(to[0]), int(to[1]))}"
    else:
        said = f"Something else lies on its time: {'; '.join(_foreign(telling))}"
    return Content(
        kind=telling.kind,
        subject=f"Decide: {telling.title} collides",
        heading=f"{telling.title} collides",
        lead=(f"{said}. It is booked for {_when(telling)}.", "Keep it as it is, or look for another time."),
        buttons=_pages(telling, "See the session"),
        closing=("Without an answer it stays as it is.", _why(telling)),
    )


def _foreign(telling: Telling) -> Iterator[str]:
    """Word what lies on the time, which the ledger keeps as `user: start/end`."""
    for one in telling.details.get("conflicts", ()):
        user, _, span = str(one).partition(": ")
        start, slash, end = span.partition("/")
        who = telling.name(user)
        yield f"{who}, {telling.reader.span(parse_instant(start), parse_instant(end))}" if slash else who


def _reminder(telling: Telling) -> Content:
    session = _session(telling)
    start = telling.at("start") or telling.reader.now
    minutes = max(0, start - telling.reader.now) // 60
    out = telling.links.get(LinkVerb.CANNOT, "")
    return Content(
        kind=telling.kind,
        subject=f"{_ahead(minutes)}: {telling.title}, {telling.reader.when(start)}",
        heading=f"{telling.title} begins {telling.reader.when(start)}",
        lead=(f"With {telling.people()}.",),
        facts=(("Where", one_line(session.location, LONGEST_TITLE)),) if session.location else (),
        buttons=(Button("I cannot come", out),) if out else (),
        closing=(_why(telling),),
    )


def _ahead(minutes: int) -> str:
    if minutes >= 2 * 1440:
        return f"In {minutes // 1440} days"
    if minutes >= 1440:
        return "Tomorrow"
    if minutes >= 120:
        return f"In {minutes // 60} hours"
    return f"In {minutes} minutes" if minutes > 1 else "Now"


def _stuck(telling: Telling) -> Content:
    calendars = one_line(str(telling.details.get("calendars", "")))
    return Content(
        kind=telling.kind,
        subject=f"Needs an operator: {telling.title}",
        heading=f"{telling.title} could not be finished in every calendar",
        lead=(f"These calendars do not answer as they should: {calendars}. It is tried again every hour.",),
        buttons=_pages(telling, "See the session"),
        closing=("Whoever runs gatherly can end it: gatherly session release.", _why(telling)),
    )


def _lost(telling: Telling) -> Content:
    name, why = _connector(telling), one_line(str(telling.details.get("error") or "it does not answer"))
    owner = telling.name(telling.details.get("owner"))
    theirs = "your" if owner == "you" else f"{owner}'s"
    return Content(
        kind=telling.kind,
        subject=f"Connect again: {name}",
        heading=f"{name} cannot be read",
        lead=(
            f"{why[:1].upper()}{why[1:]}{'' if why.endswith('.') else '.'}",
            f"Until it can, {theirs} times are unknown, and nothing is proposed for them.",
        ),
        buttons=_pages(telling, "See the connection", f"/people/{telling.details.get('owner')}"),
        closing=("It is tried again by itself; you are told once it works.", _owns(telling)),
    )


def _restored(telling: Telling) -> Content:
    name = _connector(telling)
    return Content(
        kind=telling.kind,
        subject=f"Connected again: {name}",
        heading=f"{name} is read again",
        lead=("Times are proposed again by what it holds.",),
        closing=("You need do nothing.", _owns(telling)),
    )


def _connector(telling: Telling) -> str:
    return one_line(str(telling.details.get("connector")), LONGEST_TITLE)


def _owns(telling: Telling) -> str:
    if telling.details.get("owner") == telling.user.id:
        return "You get this because it is your calendar."
    return "You get this because you run gatherly."


def _session(telling: Telling) -> EventSession:
    if telling.session is None:
        raise ValueError(f"a notice of {telling.kind} without a session")
    return telling.session


def _when(telling: Telling) -> str:
    start, end = telling.at("start"), telling.at("end")
    return "" if start is None or end is None else telling.reader.span(start, end)


def _zone(telling: Telling) -> str:
    return f"Times are yours, in {telling.reader.place}."


def _why(telling: Telling) -> str:
    return f"You get this because you {'host' if telling.is_host else 'are to attend'} it."


def _pages(telling: Telling, label: str, page: str = "") -> tuple[Button, ...]:
    """Lead to a page, the session's unless another is named, where pages are served."""
    where = page or (f"/sessions/{telling.session.id}" if telling.session is not None else "")
    return (Button(label, f"{telling.base}{where}"),) if telling.base and where else ()


_WORDS: Mapping[NoticeKind, Callable[[Telling], Content]] = {
    NoticeKind.PROPOSED: _proposed,
    NoticeKind.EXPIRING: _expiring,
    NoticeKind.NOT_BOOKED: _not_booked,
    NoticeKind.ANSWERED: _answered,
    NoticeKind.BOOKED: _booked,
    NoticeKind.MOVED: _moved,
    NoticeKind.CANCELLED: _cancelled,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.FAILED: _failed,
    NoticeKind.CONFLICT: _conflict,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.STUCK: _stuck,
    NoticeKind.LOST: _lost,
    NoticeKind.RESTORED: _restored,
}
