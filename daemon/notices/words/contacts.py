"""What people are told of whom they know."""

from daemon.notices.content import Content
from daemon.notices.words.notice import LONGEST_TITLE, Telling, page_buttons
from engine.model.relations import Contact
from engine.relations.naming import called
from engine.text.plain_text import one_line
from engine.time.span import DAY

WHY = "You get this because you know them; what gatherly tells you of people is set under [relations]."
LONGEST_NOTE = 300


def going_cold(telling: Telling) -> Content:
    """Say that somebody has not been met for longer than usual."""
    contact = _the_contact(telling)
    last = contact.last_interaction_at
    days = 0 if last is None else max(0, telling.reader.now - last) // DAY
    rhythm = max(1, round((contact.rhythm or 0) / DAY))
    usual = "every day" if rhythm == 1 else f"every {rhythm} days"
    lead = f"You last had to do with them {days} days ago; before, you met about {usual}."
    name = _name(contact)
    return _content(telling, f"Going cold: {name}", f"You have not met {name} for {days} days", lead)


def birthday(telling: Telling) -> Content:
    """Say whose birthday it is."""
    contact = _the_contact(telling)
    name = _name(contact)
    return _content(telling, f"Birthday: {name}", f"Today is {name}'s birthday", _met(telling, contact))


def follow_up(telling: Telling) -> Content:
    """Say with whom to follow up, and what the note said."""
    contact = _the_contact(telling)
    name, note = _name(contact), one_line(telling.note, LONGEST_NOTE)
    lead = f"Your note: {note}" if note else _met(telling, contact)
    return _content(telling, f"Follow up with {name}", f"You wanted to follow up with {name}", lead)


def job_change(telling: Telling) -> Content:
    """Say that somebody works elsewhere, or as something else."""
    contact, details = _the_contact(telling), telling.details
    name = _name(contact)
    now, was = (one_line(str(details.get(key) or ""), LONGEST_TITLE) for key in ("became", "was"))
    lead = f"Before: {was}." if was else _met(telling, contact)
    return _content(telling, f"New job: {name}", f"{name} is now {now or 'elsewhere'}", lead)


def _met(telling: Telling, contact: Contact) -> str:
    """Say when its reader last had to do with somebody."""
    last = contact.last_interaction_at
    if last is None:
        return "Your calendars tell of no meeting with them yet."
    days = max(0, telling.reader.now - last) // DAY
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"You last had to do with them {ago}."


def _content(telling: Telling, subject: str, heading: str, lead: str) -> Content:
    contact = _the_contact(telling)
    return Content(
        kind=telling.kind,
        subject=subject,
        heading=heading,
        lead=(lead,) if lead else (),
        buttons=page_buttons(telling, "Open their page", f"/people/contacts/{contact.id}"),
        closing=(WHY,),
    )


def _name(contact: Contact) -> str:
    return one_line(called(contact), LONGEST_TITLE)


def _the_contact(telling: Telling) -> Contact:
    if telling.contact is None:
        raise ValueError(f"a notice of {telling.kind} without a contact")
    return telling.contact
