"""What is said of a contact, as texts that are found by meaning: titles, what they do, and notes.

Names and addresses are no part of it: they are found by word, and say nothing of what somebody is about.
"""

from collections.abc import Iterator, Sequence

from engine.model.relations import Contact, Interaction, Memory, MemoryType
from engine.text.plain_text import one_line

LONGEST = 300
"""Letters of a text that count."""
MOST_TEXTS = 1_000
"""Texts of one contact that are placed, the newest first."""


def contact_text(one: Contact) -> str:
    """Say what somebody does, and what was noted of them; empty where nothing was."""
    return _joined(one.job_title, one.company, one.location, one.bio, one.notes, *one.tags)


def interaction_text(one: Interaction) -> str:
    """Say what a time was about."""
    return _joined(one.subject, one.content or one.content_summary)


def memory_text(one: Memory) -> str:
    """Say what a note says; a briefing, and what a rule made, only say again what the rest does."""
    again = one.memory_type is MemoryType.BRIEFING or one.rule is not None
    return "" if again else _joined(one.title, one.content)


def texts_of(contact: Contact, interactions: Sequence[Interaction], memories: Sequence[Memory]) -> list[str]:
    """Give a contact's texts, each once; interactions come newest first."""
    return list(dict.fromkeys(_all(contact, interactions, memories)))[:MOST_TEXTS]


def _all(contact: Contact, interactions: Sequence[Interaction], memories: Sequence[Memory]) -> Iterator[str]:
    found = (
        contact_text(contact),
        *(memory_text(one) for one in memories if not one.is_archived),
        *(interaction_text(one) for one in interactions),
    )
    return (one for one in found if any(map(str.isalpha, one)))


def _joined(*parts: str | None) -> str:
    return one_line(": ".join(part for part in parts if part), LONGEST)
