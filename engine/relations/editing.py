"""What people may write of a contact, and how it is bounded."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from engine.errors import InputError
from engine.model.relations import Contact
from engine.relations.birthdays import is_day
from engine.relations.edits import plain
from engine.relations.gatherings import split_name
from engine.text.free_form import free_form
from engine.text.mail_address import folded, is_address, one_spelling
from engine.text.plain_text import one_line, plain_text

LENGTHS: Mapping[str, int] = {
    "full_name": 255,
    "first_name": 100,
    "last_name": 100,
    "company": 255,
    "job_title": 255,
    "linkedin_url": 2048,
    "phone": 50,
    "avatar_url": 2048,
    "location": 255,
    "bio": 10_000,
    "notes": 10_000,
    "birthday": 10,
}
"""Characters that a field may have (F4)."""
ENTRY_LENGTHS: Mapping[str, int] = {
    "subject": 500,
    "content": 10_000,
    "content_summary": 10_000,
    "interest_category": 100,
    "interest_topic": 255,
    "title": 255,
}
"""Characters that a field of what is entered of a contact may have (F4)."""
NEEDED = frozenset(
    {
        *("interaction_type", "direction", "interaction_date", "interest_category", "interest_topic"),
        *("confidence_score", "strength_score", "content", "memory_type", "is_archived"),
    }
)
"""Fields that cannot be taken away, where their kind needs them."""
LONGEST_TAG = 100
MOST_TAGS = 100
MOST_ADDRESSES = 50
LONGEST_ATTENDEE = 255
OF_MANY_LINES = frozenset({"bio", "notes", "content", "content_summary"})
"""Texts whose lines are kept; of every other they become spaces. Control characters go from all."""
_WEB_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)


def edited(before: Contact, values: Mapping[str, Any], now: int) -> Contact:
    """Give a contact with what a person wrote; an empty text takes a value away.

    Raises:
        InputError: a value is none that a contact may have.
    """
    checked = {name: _checked(name, value) for name, value in values.items()}
    after = replace(before, **checked, edited=True, updated_at=now)
    if "full_name" in checked and not {"first_name", "last_name"} & checked.keys():
        first, last = split_name(after.full_name or "")
        after = replace(after, first_name=_short(first), last_name=_short(last))
    if "emails" in checked:
        after = replace(after, email=after.emails[0] if after.emails else None)
    if not is_somebody(after) and is_somebody(before):
        raise InputError("A contact needs a name or an address", "Give one of them")
    return after


def is_somebody(contact: Contact) -> bool:
    """Whether there is a name or an address by which to know a contact."""
    return bool(contact.full_name or contact.emails)


def checked_entry(values: Mapping[str, Any], may_be_nothing: Collection[str] = ()) -> dict[str, Any]:
    """Give what a person wrote of an interaction, interest, relationship or memory, where it may be so.

    Raises:
        InputError: a value is too long, or one is taken away that is needed.
    """
    values = {name: _clean(name, value) for name, value in values.items()}
    for name, value in values.items():
        if name in NEEDED and name not in may_be_nothing and (value is None or not str(value).strip()):
            raise InputError(f"{name} cannot be empty", "Give a value, or leave it out to keep what it is")
        most = ENTRY_LENGTHS.get(name)
        if most is not None and isinstance(value, str) and len(value) > most:
            raise InputError(f"{name} has {len(value)} characters", f"Write at most {most}")
    made = {name: make(values[name] or ()) for name, make in _OF_MANY.items() if name in values}
    document = {"metadata": plain(free_form("metadata", values["metadata"]))} if "metadata" in values else {}
    return {**values, **made, **document}


def is_web_address(text: str) -> bool:
    """Tell whether a text can stand as an address on the web: nothing in it ends a line, a tag or a value."""
    return _WEB_ADDRESS.fullmatch(text) is not None and text.isprintable()


def _clean(name: str, value: Any) -> Any:
    """Take out of a text what would end a line or turn a screen round."""
    if not isinstance(value, str) or (name not in LENGTHS and name not in ENTRY_LENGTHS):
        return value
    return plain_text(value, 4 * len(value)) if name in OF_MANY_LINES else one_line(value, len(value) + 1)


def _short(name: str | None) -> str | None:
    return None if name is None else name[: LENGTHS["first_name"]]


def _checked(name: str, value: Any) -> Any:
    if name == "tags":
        return _tags(value)
    if name == "emails":
        return _emails(value)
    if name not in LENGTHS or not (value is None or isinstance(value, str)):
        return value
    text = _clean(name, value or "").strip()
    if len(text) > LENGTHS[name]:
        raise InputError(f"{name} has {len(text)} characters", f"Write at most {LENGTHS[name]}")
    if name == "birthday" and text and not is_day(text):
        raise InputError(
            f"birthday {text!r} is no day", "Write it like 1980-11-27, or --11-27 without a year"
        )
    if name.endswith("_url") and text and not is_web_address(text):
        raise InputError(f"{name} is no web address", "Begin it with https://, and write no blanks in it")
    return text or None


def _tags(tags: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(tag for one in tags if (tag := one_line(one, len(one) + 1))))
    if len(found) > MOST_TAGS or any(len(one) > LONGEST_TAG for one in found):
        raise InputError(
            "These are too many tags, or too long ones", f"Give {MOST_TAGS} of {LONGEST_TAG} characters"
        )
    return found


def _attendees(attendees: Any) -> tuple[str, ...]:
    """Give who was there, however somebody calls them."""
    found = tuple(dict.fromkeys(name for one in attendees if (name := one_line(one, len(one) + 1))))
    if any(len(one) > LONGEST_ATTENDEE for one in found):
        raise InputError("meeting_attendees: one is too long", f"Write at most {LONGEST_ATTENDEE} characters")
    return found


_OF_MANY = {"tags": _tags, "meeting_attendees": _attendees}


def _emails(emails: Any) -> tuple[str, ...]:
    found = tuple({one_spelling(one): folded(one.strip()) for one in emails if one.strip()}.values())
    wrong = next((one for one in found if not is_address(one) or len(one) > 255), None)
    if wrong is not None:
        raise InputError(f"{wrong!r} is no address", "Write it like ana@example.com")
    if len(found) > MOST_ADDRESSES:
        raise InputError(f"A contact has at most {MOST_ADDRESSES} addresses", "Leave some out")
    return found
