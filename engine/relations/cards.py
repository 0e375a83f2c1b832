"""A person's card (vCard), as far as a contact has its fields; and a card that cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.relations import Contact

FIELDS = (
    *("full_name", "first_name", "last_name", "company", "job_title", "linkedin_url", "phone"),
    *("avatar_url", "location", "bio", "birthday", "notes"),
)
"""What a card says of a contact; it takes the place of what was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card; `number` is its place in the file, from 1."""

    number: int
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class BrokenCard:
    """A card that cannot be read, and why."""

    number: int
    reason: str


def job_of(contact: Contact) -> str:
    """Say what somebody works as, and where; empty where neither is known."""
    return " at ".join(part for part in (contact.job_title, contact.company) if part)


def changes_job(before: Contact, after: Contact) -> bool:
    """Whether something that was known of somebody's work is otherwise now."""
    pairs = ((before.company, after.company), (before.job_title, after.job_title))
    return any(was and was != now for was, now in pairs)
