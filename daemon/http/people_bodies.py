"""What requests on contacts hold, as types: F4's fields."""

from typing import Any

from pydantic import ConfigDict, Field

from daemon.http.bodies import Body
from engine.bounds import LONGEST_DESCRIPTION, LONGEST_URL
from engine.model.relations import Direction, InteractionType, MemoryType, RelationshipType

Id = Field(min_length=1, max_length=255)
Text = Field(default=None, max_length=255)
Score = Field(default=None, ge=0, le=1)
Tags = Field(default=None, max_length=100)


class EditedContact(Body):
    """What of a contact is to be otherwise; what is left out stays, null takes a value away."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"fullName": "Ana Kovač", "email": "ana@example.org", "tags": ["choir"]}]
        }
    )

    fullName: str | None = Text
    firstName: str | None = Field(default=None, max_length=100)
    lastName: str | None = Field(default=None, max_length=100)
    email: str | None = Field(default=None, max_length=255, description="The first of their addresses.")
    emails: list[str] | None = Field(default=None, max_length=50)
    company: str | None = Text
    jobTitle: str | None = Text
    linkedinUrl: str | None = Field(default=None, max_length=LONGEST_URL)
    phone: str | None = Field(default=None, max_length=50)
    avatarUrl: str | None = Field(default=None, max_length=LONGEST_URL)
    location: str | None = Text
    bio: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    birthday: str | None = Field(default=None, max_length=10, description="1980-11-27, or --11-27.")
    notes: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    tags: list[str] | None = Tags
    isArchived: bool | None = None


class MergedContact(Body):
    """Whose data a contact takes over."""

    contactId: str = Id


class EditedInteraction(Body):
    """What of an interaction is to be otherwise."""

    interactionType: InteractionType | None = None
    direction: Direction | None = None
    subject: str | None = Field(default=None, max_length=500)
    content: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    contentSummary: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    sentimentScore: float | None = Field(default=None, ge=-1, le=1)
    interactionDate: str | None = Field(default=None, description="RFC 3339.")
    durationMinutes: int | None = Field(default=None, ge=0, le=14_400)
    meetingAttendees: list[str] | None = Field(default=None, max_length=500)
    metadata: dict[str, Any] | None = None


class NewInteraction(EditedInteraction):
    """An interaction that no calendar saw."""

    contactId: str = Id
    interactionType: InteractionType
    interactionDate: str = Field(description="RFC 3339.")


class EditedInterest(Body):
    """What of an interest is to be otherwise."""

    confidenceScore: float | None = Score


class NewInterest(EditedInterest):
    """What a contact is interested in."""

    contactId: str = Id
    interestCategory: str = Field(min_length=1, max_length=100)
    interestTopic: str = Field(min_length=1, max_length=255)
    confidenceScore: float = Field(ge=0, le=1)


class EditedRelationship(Body):
    """What of a relationship is to be otherwise."""

    relationshipType: RelationshipType | None = None
    strengthScore: float | None = Score


class NewRelationship(EditedRelationship):
    """Two contacts who know one another."""

    contactAId: str = Id
    contactBId: str = Id


class EditedMemory(Body):
    """What of a memory is to be otherwise."""

    title: str | None = Text
    content: str | None = Field(default=None, min_length=1, max_length=LONGEST_DESCRIPTION)
    confidenceScore: float | None = Score
    tags: list[str] | None = Tags
    isArchived: bool | None = None
    expiresAt: str | None = Field(default=None, description="RFC 3339.")


class NewMemory(EditedMemory):
    """A note about a contact, or about nobody in particular."""

    contactId: str | None = Field(default=None, max_length=255)
    memoryType: MemoryType
    content: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
