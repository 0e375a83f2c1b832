"""Contacts and what is known of them as documents: F4's fields in camelCase, null where unknown."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model.relations import Contact, Interaction, Interest, Memory, Relationship
from engine.relations.edits import plain
from engine.time.instant import format_instant
from engine.time.span import Instant


def _moment(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


def contact_document(one: Contact) -> dict[str, Any]:
    """Write a contact; `why` is added where it is asked for."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "email": one.email,
        "emails": list(one.emails),
        "fullName": one.full_name,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "company": one.company,
        "jobTitle": one.job_title,
        "linkedinUrl": one.linkedin_url,
        "phone": one.phone,
        "avatarUrl": one.avatar_url,
        "location": one.location,
        "bio": one.bio,
        "birthday": one.birthday,
        "relationshipStrength": one.relationship_strength,
        "lastInteractionAt": _moment(one.last_interaction_at),
        "interactionFrequency": one.interaction_frequency,
        "contactSource": one.contact_source,
        "isArchived": one.is_archived,
        "tags": list(one.tags),
        "notes": one.notes,
        "createdAt": _moment(one.created_at),
        "updatedAt": _moment(one.updated_at),
    }


def interaction_document(one: Interaction) -> dict[str, Any]:
    """Write an interaction."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "contactId": one.contact_id,
        "interactionType": one.interaction_type,
        "direction": one.direction,
        "subject": one.subject,
        "content": one.content,
        "contentSummary": one.content_summary,
        "sentimentScore": one.sentiment_score,
        "interactionDate": _moment(one.interaction_date),
        "durationMinutes": one.duration_minutes,
        "meetingAttendees": list(one.meeting_attendees),
        "externalId": one.external_id,
        "sourcePlatform": one.source_platform,
        "metadata": plain(one.metadata),
        "createdAt": _moment(one.created_at),
        "updatedAt": _moment(one.updated_at),
    }


def interest_document(one: Interest) -> dict[str, Any]:
    """Write an interest."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "contactId": one.contact_id,
        "interestCategory": one.interest_category,
        "interestTopic": one.interest_topic,
        "confidenceScore": one.confidence_score,
        "evidenceCount": one.evidence_count,
        "firstDetectedAt": _moment(one.first_detected_at),
        "lastReinforcedAt": _moment(one.last_reinforced_at),
        "decayFactor": one.decay_factor,
        "sourceInteractions": list(one.source_interactions),
        "createdAt": _moment(one.created_at),
        "updatedAt": _moment(one.updated_at),
    }


def relationship_document(one: Relationship) -> dict[str, Any]:
    """Write a relationship."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "contactAId": one.contact_a_id,
        "contactBId": one.contact_b_id,
        "relationshipType": one.relationship_type,
        "strengthScore": one.strength_score,
        "mutualConnections": one.mutual_connections,
        "sharedInteractions": one.shared_interactions,
        "evidenceInteractions": list(one.evidence_interactions),
        "detectedAt": _moment(one.detected_at),
        "lastUpdatedAt": _moment(one.last_updated_at),
        "createdAt": _moment(one.created_at),
    }


def memory_document(one: Memory) -> dict[str, Any]:
    """Write a memory."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "contactId": one.contact_id,
        "memoryType": one.memory_type,
        "title": one.title,
        "content": one.content,
        "confidenceScore": one.confidence_score,
        "sourceInteractions": list(one.source_interactions),
        "tags": list(one.tags),
        "isArchived": one.is_archived,
        "expiresAt": _moment(one.expires_at),
        "createdAt": _moment(one.created_at),
        "updatedAt": _moment(one.updated_at),
    }


def briefing_document(one: Memory) -> dict[str, Any]:
    """Write a briefing: sentences, each with what it rests on."""
    return {
        "id": one.id,
        "contactId": one.contact_id,
        "sessionId": one.session_id,
        "sentences": [{"text": text, "sources": list(sources)} for text, sources in one.sentences],
        "expiresAt": _moment(one.expires_at),
    }


def graph_document(contacts: Sequence[Contact], relationships: Sequence[Relationship]) -> Mapping[str, Any]:
    """Write who is met together."""
    return {
        "contacts": [contact_document(one) for one in contacts],
        "relationships": [relationship_document(one) for one in relationships],
    }
