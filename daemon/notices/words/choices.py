"""The mails that ask for a time: each offered one on a card, with a link that takes it."""

from collections.abc import Iterator
from urllib.parse import quote

from daemon.app.reader import Reader
from daemon.notices.content import Button, Card, Content
from daemon.notices.words.notice import (
    LONGEST_TITLE,
    Telling,
    listed,
    sentence,
    the_session,
    why_told,
    zone_line,
)
from engine.model.learning import HABITS
from engine.model.notices import LinkVerb
from engine.model.session import EventSession, Reason, TimeSlot
from engine.sessions.guests import agreed as agreed_starts
from engine.text.plain_text import one_line
from engine.time.instant import format_instant

MOST_REASONS = 3


def proposed(telling: Telling) -> Content:
    """Ask for a time."""
    session = the_session(telling)
    count = len(session.proposed_times)
    minutes = f"{session.duration} minutes"
    times = f"{count} times suit" if count != 1 else "One time suits"
    again = " again" if session.record.round else ""
    people = telling.people()
    lead = f"{minutes}{f' with {people}' if people else ''}. {times} {_whom(session)}; choose one{again}."
    return _asking(
        telling,
        subject=f"Choose a time: {telling.title}, {minutes}",
        heading=f"Which time for {telling.title}?",
        lead=(lead, *_of_guests(session), zone_line(telling)),
    )


def ticked(telling: Telling) -> Content:
    """Tell the host which times suit a guest, and let them take one that suits all."""
    session = the_session(telling)
    who = telling.name(telling.details.get("by"))
    slots = [telling.reader.when(int(at)) for at in telling.details.get("slots", ())]
    said = f"{who} can come: {'; '.join(slots)}" if slots else f"None of these times suits {who}"
    return _asking(
        telling,
        subject=f"{said.partition(':')[0]}: {telling.title}",
        heading=said,
        lead=(f"That is the answer to {telling.title}.", *_of_guests(session), zone_line(telling)),
    )


def _whom(session: EventSession) -> str:
    silent = [one for one in session.guests if one.required and one.answered_at is None]
    return "those whose calendars are known" if silent else "everybody who must come"


def _of_guests(session: EventSession) -> Iterator[str]:
    """Say what waits for whom of outside."""
    waiting = [one.address for one in session.guests if one.required and one.answered_at is None]
    if waiting:
        yield f"{listed(waiting)} is asked which of them suit; a time can be taken after the answer."


def expiring(telling: Telling) -> Content:
    """Ask for a time before it is too late."""
    session = the_session(telling)
    until = telling.reader.when(session.expires_at)
    return _asking(
        telling,
        subject=f"Choose until {until}: {telling.title}",
        heading=f"No time is chosen yet for {telling.title}",
        lead=(f"Without an answer it is called off on {until}.", zone_line(telling)),
    )


def not_booked(telling: Telling) -> Content:
    """Ask for another time, and say why."""
    why = one_line(str(telling.details.get("why", "it could not be written")))
    return _asking(
        telling,
        subject=f"Choose another time: {telling.title}",
        heading=f"{telling.title} could not be booked",
        lead=(sentence(f"The time that was accepted could not be booked: {why}"), zone_line(telling)),
    )


def _asking(telling: Telling, *, subject: str, heading: str, lead: tuple[str, ...]) -> Content:
    session = the_session(telling)
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
        closing=(closing, *_undone(telling), why_told(telling)),
    )


def _undone(telling: Telling) -> tuple[str, ...]:
    """Say where what was learned of the reader stands, and is forgotten, where it ranks anything here."""
    if not telling.base or not any(telling.lessons.values()):
        return ()
    page = f"{telling.base}/people/{quote(telling.user.id, safe='@')}"
    return (f"What was learned of you, and how to have it forgotten: {page}",)


def _cards(telling: Telling, session: EventSession, take: str) -> Iterator[Card]:
    agreed = agreed_starts(session) if session.guests else None
    for number, slot in enumerate(session.proposed_times):
        url = f"{take}?start={format_instant(slot.start)}" if take else ""
        may_take = agreed is None or slot.start in agreed
        yield Card(
            day=telling.reader.day(slot.start),
            clock=telling.reader.clocks(slot.start, slot.end),
            beside=_beside(telling, slot),
            share=round(slot.confidence * 100),
            why=_reasons(telling, slot),
            button=Button("Take this time", url) if url and may_take else None,
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


def _reason(telling: Telling, slot: TimeSlot, one: Reason) -> str:
    text, lessons = telling.to_reader(one.user, one.text), telling.lessons.get(slot.start, ())
    own = one.code == HABITS and one.user == telling.user.id and lessons
    return f"{text}: {lessons[0]}" if own else text


def _reasons(telling: Telling, slot: TimeSlot) -> str:
    """Say why it is worth what it is worth."""
    by_weight = sorted(slot.reasons, key=lambda one: one.points)
    texts = [_reason(telling, slot, one) for one in by_weight if one.text]
    chosen = list(dict.fromkeys(texts))[:MOST_REASONS]
    said = "; ".join(one_line(text, LONGEST_TITLE) for text in chosen)
    return sentence(said) if said else "Everybody who must come can."
