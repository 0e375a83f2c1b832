"""What calendars tell about people (F4): contacts, interactions, interests, relationships and memories.

Everything is one user's own, and sealed with their key: whom they meet is nobody else's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import UserId
from engine.time.span import Instant


class InteractionFrequency(StrEnum):
    """How often somebody is met."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    RARELY = "rarely"


class ContactSource(StrEnum):
    """Where a contact, or an interaction, is known from."""

    GMAIL = "gmail"
    CALENDAR = "calendar"
    LINKEDIN = "linkedin"
    MANUAL = "manual"


class InteractionType(StrEnum):
    """How two people had to do with one another."""

    EMAIL = "email"
    MEETING = "meeting"
    CALL = "call"
    LINKEDIN_MESSAGE = "linkedin_message"
    MANUAL = "manual"


class Direction(StrEnum):
    """Who turned to whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    MUTUAL = "mutual"


class RelationshipType(StrEnum):
    """What two contacts are to one another."""

    COLLEAGUE = "colleague"
    FRIEND = "friend"
    CLIENT = "client"
    VENDOR = "vendor"
    FAMILY = "family"


class MemoryType(StrEnum):
    """What kind of note a memory is."""

    SUMMARY = "summary"
    INSIGHT = "insight"
    BRIEFING = "briefing"
    TALKING_POINT = "talking_point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody whom a user knows.

    `birthday` is `1980-11-27`, or `--11-27` without a year. `edited` says that a person has had a hand in it:
    it stays, however seldom they are met. `merged_into` names the contact that stands for it meanwhile.
    `measure_at` is when strength and rhythm are to be measured anew.
    """

    id: str
    user_id: UserId
    email: str | None = field(default=None, repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    full_name: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    job_title: str | None = field(default=None, repr=False)
    linkedin_url: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    avatar_url: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    bio: str | None = field(default=None, repr=False)
    birthday: str | None = field(default=None, repr=False)
    relationship_strength: float = 0.0
    last_interaction_at: Instant | None = None
    interaction_frequency: InteractionFrequency | None = None
    rhythm: int | None = None
    """Seconds between two interactions, in the middle."""
    contact_source: ContactSource = ContactSource.MANUAL
    is_archived: bool = False
    tags: tuple[str, ...] = field(default=(), repr=False)
    notes: str | None = field(default=None, repr=False)
    edited: bool = False
    merged_into: str | None = None
    measure_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddress:
    """By which address a contact is known; `id` is the address's keyed hash.

    Without a contact it is one that is not to be shown again: `hidden`, or a deleted contact's; so is what
    its user removed of what was derived, by its own keyed name. `before` is whose it was before a merge; of
    what was entered of a contact and went into one, and of its fields and tags, rows of their own tell that.
    """

    id: str
    user_id: UserId
    contact_id: str | None
    before: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One time that a user had to do with a contact; `people` were there, the user among them.

    `source_id` names the event that it is derived from; None where it was entered.
    """

    id: str
    user_id: UserId
    contact_id: str
    interaction_type: InteractionType
    direction: Direction = Direction.MUTUAL
    subject: str | None = field(default=None, repr=False)
    content: str | None = field(default=None, repr=False)
    content_summary: str | None = field(default=None, repr=False)
    sentiment_score: float | None = None
    interaction_date: Instant
    duration_minutes: int | None = None
    meeting_attendees: tuple[str, ...] = field(default=(), repr=False)
    external_id: str | None = None
    source_platform: ContactSource = ContactSource.MANUAL
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    people: int = 2
    source_id: str | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a contact is interested in, and what says so; `mark` is the keyed hash of category and topic.

    One that was `entered` stays as a person wrote it.
    """

    id: str
    user_id: UserId
    contact_id: str
    interest_category: str = field(repr=False)
    interest_topic: str = field(repr=False)
    mark: str
    confidence_score: float
    evidence_count: int = 1
    first_detected_at: Instant
    last_reinforced_at: Instant
    decay_factor: float = 1.0
    source_interactions: tuple[str, ...] = ()
    entered: bool = False
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """Two contacts who are met together; kept once, the smaller id first."""

    id: str
    user_id: UserId
    contact_a_id: str
    contact_b_id: str
    relationship_type: RelationshipType | None = None
    strength_score: float = 0.0
    mutual_connections: int = 0
    shared_interactions: int = 0
    evidence_interactions: tuple[str, ...] = ()
    entered: bool = False
    detected_at: Instant
    last_updated_at: Instant
    created_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A note about a contact, with what it rests on; a briefing has `sentences`, each with its sources.

    `rule` names what made it of the contact's history; what a person entered or changed has none.
    """

    id: str
    user_id: UserId
    contact_id: str | None
    session_id: str | None = None
    memory_type: MemoryType
    title: str | None = field(default=None, repr=False)
    content: str = field(repr=False)
    confidence_score: float | None = None
    source_interactions: tuple[str, ...] = ()
    sentences: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    rule: str | None = None
    is_archived: bool = False
    expires_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """A text that says something of a contact, and where it lies among all texts; `mark` is its keyed hash.

    Of several contacts' same text one alone has a `vector`: half floats in base64, as `model` gave it.
    `topic` is the interest that it lies nearest to, by category and topic.
    """

    id: str
    user_id: UserId
    contact_id: str
    mark: str
    text: str = field(repr=False)
    model: str | None = None
    vector: str | None = field(default=None, repr=False)
    topic: tuple[str, str] | None = field(default=None, repr=False)
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A meeting that is yet to come: when, about what, and the others' addresses."""

    start: Instant
    end: Instant
    title: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSource:
    """One event of a user's calendars, whichever of them hold it, as far as it is derived.

    `due_at` is when it is to be looked at again: at once after a change, and when its next instance ends.
    """

    id: str
    user_id: UserId
    uid: str
    due_at: Instant | None
    birthday: tuple[str, str] | None = field(default=None, repr=False)
    """Whose birthday it is, by name, and the day as a contact has it, where it is one."""
    upcoming: Upcoming | None = field(default=None, repr=False)
    """The next time that it takes place, while somebody else is asked to it."""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """That an address was at meetings of one event, and at how many; `mark` is the address's keyed hash."""

    id: str
    user_id: UserId
    source_id: str
    mark: str
    meetings: int
    version: int = 0
