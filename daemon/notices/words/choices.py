"""The mails that ask for a time: each offered one on a card, with a link that takes it."""

from collections.abc import Iterator

from daemon.app.reader import Reader
from daemon.notices.content import Button, Card, Content
from daemon.notices.words.telling import (
    LONGEST_TITLE,
    Telling,
    the_session,
    why_told,
    zone_line,
)
from engine.model.notices import LinkVerb
from engine.model.session import EventSession, TimeSlot
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
    lead = f"{minutes} with {telling.people()}. {times} everybody who must come; choose one{again}."
    return _asking(
        telling,
        subject=f"Choose a time: {telling.title}, {minutes}",
        heading=f"Which time for {telling.title}?",
        lead=(lead, zone_line(telling)),
    )


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
        lead=(f"The time that was accepted could not be booked: {why}.", zone_line(telling)),
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
        closing=(closing, why_told(telling)),
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
