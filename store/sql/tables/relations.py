"""Whom people know, and what calendars tell of them (F4)."""

import sqlalchemy as sa

from engine.model.relations import (
    ContactSource,
    Direction,
    InteractionFrequency,
    InteractionType,
    MemoryType,
    RelationshipType,
)
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_NOW = sa.func.current_timestamp


def _contact(name: str = "contact_id", *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, opaque(), sa.ForeignKey("contacts.id", ondelete="CASCADE"), nullable=nullable)


def _created(name: str = "created_at") -> sa.Column[int]:
    return sa.Column(name, Moment, nullable=False, server_default=_NOW())


contacts = sa.Table(
    "contacts",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    *(sa.Column(name, sa.Text) for name in ("email", "emails", "full_name", "first_name", "last_name")),
    *(sa.Column(name, sa.Text) for name in ("company", "job_title", "linkedin_url", "phone", "avatar_url")),
    *(sa.Column(name, sa.Text) for name in ("location", "bio", "birthday")),
    sa.Column("relationship_strength", sa.Double, nullable=False, server_default="0"),
    sa.Column("last_interaction_at", Moment),
    sa.Column("interaction_frequency", words(InteractionFrequency, "interaction_frequency")),
    sa.Column("rhythm", sa.Integer),
    sa.Column("contact_source", words(ContactSource, "contact_source"), nullable=False),
    sa.Column("is_archived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("tags", sa.Text),
    sa.Column("notes", sa.Text),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("merged_into", opaque()),
    sa.Column("measure_at", Moment),
    _created(),
    _created("updated_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("relationship_strength BETWEEN 0 AND 1", name="relationship_strength"),
    sa.Index("idx_contacts_user_id", "user_id"),
    sa.Index("idx_contacts_relationship_strength", "user_id", "relationship_strength"),
    sa.Index("idx_contacts_last_interaction", "user_id", "last_interaction_at"),
    partial_index("idx_contacts_measure_at", "measure_at", where=sa.text("measure_at IS NOT NULL")),
)
"""Names, addresses, notes and tags lie sealed; an address is looked up by its hash in `contact_addresses`."""

contact_addresses = sa.Table(
    "contact_addresses",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact(nullable=True),
    sa.Column("before", opaque()),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_contacts_email", "user_id", "contact_id"),
    sa.Index("idx_contact_address_contact", "contact_id"),
)

interactions = sa.Table(
    "interactions",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact(),
    sa.Column("interaction_type", words(InteractionType, "interaction_type"), nullable=False),
    sa.Column("direction", words(Direction, "direction"), nullable=False),
    *(sa.Column(name, sa.Text) for name in ("subject", "content", "content_summary")),
    sa.Column("sentiment_score", sa.Double),
    sa.Column("interaction_date", Moment, nullable=False),
    sa.Column("duration_minutes", sa.Integer),
    sa.Column("meeting_attendees", sa.Text),
    sa.Column("external_id", sa.Text),
    sa.Column("source_platform", words(ContactSource, "source_platform"), nullable=False),
    sa.Column("metadata", sa.Text),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("source_id", opaque()),
    _created(),
    _created("updated_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("sentiment_score BETWEEN -1 AND 1", name="sentiment_score"),
    sa.CheckConstraint("duration_minutes >= 0", name="duration_minutes"),
    sa.Index("idx_interactions_user_id", "user_id", "interaction_date"),
    sa.Index("idx_interactions_contact_id", "contact_id", "interaction_date"),
    sa.Index("idx_interactions_date", "interaction_date"),
    sa.Index("idx_interactions_type", "user_id", "interaction_type"),
    sa.Index("idx_interactions_external_id", "external_id"),
    sa.Index("idx_interactions_source", "source_id", "interaction_date"),
    sa.Index("idx_interactions_updated_at", "user_id", "updated_at"),
)

interests = sa.Table(
    "interests",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact(),
    sa.Column("interest_category", sa.Text, nullable=False),
    sa.Column("interest_topic", sa.Text, nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("confidence_score", sa.Double, nullable=False),
    sa.Column("evidence_count", sa.Integer, nullable=False, server_default="1"),
    _created("first_detected_at"),
    _created("last_reinforced_at"),
    sa.Column("decay_factor", sa.Double, nullable=False, server_default="1"),
    sa.Column("source_interactions", document(), nullable=False),
    sa.Column("entered", sa.Boolean, nullable=False),
    _created(),
    _created("updated_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("confidence_score BETWEEN 0 AND 1", name="confidence_score"),
    sa.CheckConstraint("decay_factor BETWEEN 0 AND 1", name="decay_factor"),
    sa.UniqueConstraint("contact_id", "mark", name="idx_interests_unique"),
    sa.Index("idx_interests_user_id", "user_id"),
    sa.Index("idx_interests_contact_id", "contact_id"),
    sa.Index("idx_interests_confidence", "user_id", "confidence_score"),
)

relationships = sa.Table(
    "relationships",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact("contact_a_id"),
    _contact("contact_b_id"),
    sa.Column("relationship_type", words(RelationshipType, "relationship_type")),
    sa.Column("strength_score", sa.Double, nullable=False, server_default="0"),
    sa.Column("mutual_connections", sa.Integer, nullable=False, server_default="0"),
    sa.Column("shared_interactions", sa.Integer, nullable=False, server_default="0"),
    sa.Column("evidence_interactions", document(), nullable=False),
    sa.Column("entered", sa.Boolean, nullable=False),
    _created("detected_at"),
    _created("last_updated_at"),
    _created(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("strength_score BETWEEN 0 AND 1", name="strength_score"),
    sa.CheckConstraint("contact_a_id < contact_b_id", name="once"),
    sa.UniqueConstraint("user_id", "contact_a_id", "contact_b_id", name="idx_relationships_unique"),
    sa.Index("idx_relationships_user_id", "user_id"),
    sa.Index("idx_relationships_contact_a", "contact_a_id"),
    sa.Index("idx_relationships_contact_b", "contact_b_id"),
    sa.Index("idx_relationships_strength", "user_id", "strength_score"),
)

ai_memories = sa.Table(
    "ai_memories",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact(nullable=True),
    sa.Column("session_id", opaque()),
    sa.Column("memory_type", words(MemoryType, "memory_type"), nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("confidence_score", sa.Double),
    sa.Column("source_interactions", document(), nullable=False),
    sa.Column("sentences", sa.Text),
    sa.Column("tags", sa.Text),
    sa.Column("rule", sa.String(128)),
    sa.Column("is_archived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("expires_at", Moment),
    _created(),
    _created("updated_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("confidence_score BETWEEN 0 AND 1", name="confidence_score"),
    sa.Index("idx_ai_memories_user_id", "user_id"),
    sa.Index("idx_ai_memories_contact_id", "contact_id"),
    sa.Index("idx_ai_memories_type", "user_id", "memory_type"),
    partial_index("idx_ai_memories_expires_at", "expires_at", where=sa.text("expires_at IS NOT NULL")),
)

embeddings = sa.Table(
    "embeddings",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    _contact(),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("model", sa.Text),
    sa.Column("vector", sa.Text),
    sa.Column("topic", sa.Text),
    _created(),
    _created("updated_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("contact_id", "mark", name="idx_embeddings_unique"),
    sa.Index("idx_embeddings_user_id", "user_id", "updated_at"),
    sa.Index("idx_embeddings_mark", "mark", "model"),
    partial_index("idx_embeddings_pending", "id", where=sa.text("model IS NULL")),
)
"""What is said of contacts, and where it lies among all texts: sealed, since a vector tells of its text."""

meeting_sources = sa.Table(
    "meeting_sources",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("birthday", sa.Text),
    sa.Column("upcoming", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_meeting_source_user", "user_id", "due_at"),
    partial_index("idx_meeting_source_birthday", "user_id", where=sa.text("birthday IS NOT NULL")),
    partial_index("idx_meeting_source_due", "due_at", where=sa.text("due_at IS NOT NULL")),
)

encounters = sa.Table(
    "encounters",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("source_id", opaque(), sa.ForeignKey("meeting_sources.id", ondelete="CASCADE"), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("meetings", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_encounter_source", "source_id"),
    sa.Index("idx_encounter_mark", "mark"),
    sa.Index("idx_encounter_user", "user_id"),
)
"""Who was at which events, by hashes alone: from it follows who was met often enough to be a contact."""
