"""What answers about contacts hold, as types: F4's fields."""

from typing import Any

from daemon.http.answers.document import Document, Time
from engine.model.relations import (
    ContactSource,
    Direction,
    InteractionFrequency,
    InteractionType,
    MemoryType,
    RelationshipType,
)


class ContactAnswer(Document):
    """Somebody whom the caller knows; `why` where one is asked for alone."""

    id: str
    userId: str
    email: str | None
    emails: list[str]
    fullName: str | None
    firstName: str | None
    lastName: str | None
    company: str | None
    jobTitle: str | None
    linkedinUrl: str | None
    phone: str | None
    avatarUrl: str | None
    location: str | None
    bio: str | None
    birthday: str | None
    relationshipStrength: float
    lastInteractionAt: Time | None
    interactionFrequency: InteractionFrequency | None
    contactSource: ContactSource
    isArchived: bool
    tags: list[str]
    notes: str | None
    createdAt: Time
    updatedAt: Time


class InteractionAnswer(Document):
    """One time that the caller had to do with a contact."""

    id: str
    userId: str
    contactId: str
    interactionType: InteractionType
    direction: Direction
    subject: str | None
    content: str | None
    contentSummary: str | None
    sentimentScore: float | None
    interactionDate: Time
    durationMinutes: int | None
    meetingAttendees: list[str]
    externalId: str | None
    sourcePlatform: ContactSource
    metadata: dict[str, Any]
    createdAt: Time
    updatedAt: Time


class InterestAnswer(Document):
    """What a contact is interested in, and what says so."""

    id: str
    userId: str
    contactId: str
    interestCategory: str
    interestTopic: str
    confidenceScore: float
    evidenceCount: int
    firstDetectedAt: Time
    lastReinforcedAt: Time
    decayFactor: float
    sourceInteractions: list[str]
    createdAt: Time
    updatedAt: Time


class RelationshipAnswer(Document):
    """Two contacts, the smaller id first."""

    id: str
    userId: str
    contactAId: str
    contactBId: str
    relationshipType: RelationshipType | None
    strengthScore: float
    mutualConnections: int
    sharedInteractions: int
    evidenceInteractions: list[str]
    detectedAt: Time
    lastUpdatedAt: Time
    createdAt: Time


class MemoryAnswer(Document):
    """A note about a contact."""

    id: str
    userId: str
    contactId: str | None
    memoryType: MemoryType
    title: str | None
    content: str
    confidenceScore: float | None
    sourceInteractions: list[str]
    tags: list[str]
    isArchived: bool
    expiresAt: Time | None
    createdAt: Time
    updatedAt: Time


class SentenceAnswer(Document):
    """A sentence, and the ids of the rows that it rests on."""

    text: str
    sources: list[str]


class BriefingAnswer(Document):
    """What there is to know before meeting somebody."""

    id: str
    contactId: str | None
    sessionId: str | None
    sentences: list[SentenceAnswer]
    expiresAt: Time


class HitAnswer(Document):
    """Something that fits a question."""

    kind: str
    id: str
    contactId: str | None
    fullName: str | None
    text: str
    at: Time | None
    score: float
