"""What people who are no users are told: nothing of anybody's calendar, and no name but the host's."""

from daemon.app.reader import Reader
from daemon.notices.content import Button, Card, Content
from daemon.notices.words.notice import LONGEST_TITLE
from engine.model.invitation import HELD_FOR, Invitation, Visit
from engine.model.notices import NoticeKind
from engine.model.session import EventSession
from engine.model.user import User
from engine.sessions.guests import MOST_TIMES, offered
from engine.text.plain_text import one_line


def asked(session: EventSession, host: User, reader: Reader, address: str) -> Content:
    """Ask a guest which of the times on offer suit."""
    title = one_line(session.title, LONGEST_TITLE) or "(no title)"
    name = one_line(host.name, LONGEST_TITLE) or host.email
    starts = offered(session, reader.now)
    cards = tuple(
        Card(day=reader.day(slot.start), clock=reader.clocks(slot.start, slot.end))
        for slot in session.proposed_times[:MOST_TIMES]
        if slot.start in starts
    )
    return Content(
        kind=NoticeKind.ASKED,
        subject=f"Which times suit you? {title}",
        heading=f"Which times suit you for {title}?",
        lead=(
            f"{name} asks for {session.duration} minutes of your time. Tick every time that suits you.",
            f"Times are in {reader.place}; the page shows them in your own zone, too.",
        ),
        preview="; ".join(reader.when(start) for start in starts),
        cards=cards,
        buttons=(Button("Tick what suits", address),),
        closing=(
            f"Answer until {reader.when(session.expires_at)}. Nothing is booked before you have answered."
            " You need no account. The link is for you alone.",
            f"You get this because {name} wants to meet you. Your address is used for this session alone.",
        ),
    )


def confirm(invitation: Invitation, visit: Visit, host: User, reader: Reader, address: str) -> Content:
    """Ask a stranger to confirm the time that they took."""
    title, name = _what(invitation, host)
    when = reader.span(visit.start, visit.end)
    return Content(
        kind=NoticeKind.CONFIRM,
        subject=f"Confirm: {title}, {when}",
        heading=f"Confirm your time with {name}",
        lead=(f"{when}, times are in {reader.place}.", "Nothing is booked before you confirm it."),
        preview=when,
        facts=(("What", title), ("With", name)),
        buttons=(Button("Confirm this time", address),),
        closing=(
            f"The time is held until {reader.when(visit.created_at + HELD_FOR)}; then others may take it.",
            "You did not ask for this? Then let it be: nothing is booked, and you hear no more of it.",
        ),
    )


def no_longer(invitation: Invitation, visit: Visit, host: User, reader: Reader, address: str) -> Content:
    """Tell a stranger that the time which they confirmed could not be had."""
    title, name = _what(invitation, host)
    when = reader.span(visit.start, visit.end)
    return Content(
        kind=NoticeKind.NO_LONGER,
        subject=f"Not booked: {title}, {when}",
        heading=f"{when} could not be booked",
        lead=(f"The time with {name} that you confirmed is not to be had any more. Nothing is booked.",),
        preview="Choose another time",
        buttons=(Button("Choose another time", address),),
        closing=("We are sorry for the trouble.",),
    )


def _what(invitation: Invitation, host: User) -> tuple[str, str]:
    title = one_line(invitation.title, LONGEST_TITLE) or "(no title)"
    return title, one_line(host.name, LONGEST_TITLE) or host.email
