"""Whom people know, and what calendars tell of them, as they first were."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, partial_index, words


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text()) for name in names]


def _contact(name: str = "contact_id", *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, opaque(), nullable=nullable)


def _foreign(table: str, name: str = "contact_id", to: str = "contacts") -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_{table}_{name}")
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=key, ondelete="CASCADE")


def _created(name: str = "created_at") -> sa.Column[object]:
    return sa.Column(name, moment(), nullable=False, server_default=sa.func.current_timestamp())


def _between(table: str, column: str, least: int, most: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=op.f(f"ck_{table}_{column}"))


def _rest(table: str) -> list[object]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _head() -> list[sa.Column[str]]:
    return [sa.Column("id", opaque(), nullable=False), sa.Column("user_id", opaque(), nullable=False)]


def tables() -> Tables:
    """Give them, parents first."""
    return {**_contacts(), **_interactions(), **_told(), **_derived()}  # type: ignore[dict-item] # items of a table


def _contacts() -> dict[str, list[object]]:
    return {
        "contacts": [
            *_head(),
            *_texts("email", "emails", "full_name", "first_name", "last_name", "company", "job_title"),
            *_texts("linkedin_url", "phone", "avatar_url", "location", "bio", "birthday"),
            sa.Column("relationship_strength", sa.Double(), nullable=False, server_default="0"),
            sa.Column("last_interaction_at", moment()),
            sa.Column(
                "interaction_frequency",
                words("interaction_frequency", "daily weekly monthly quarterly rarely"),
            ),
            sa.Column("rhythm", sa.Integer()),
            sa.Column(
                "contact_source", words("contact_source", "gmail calendar linkedin manual"), nullable=False
            ),
            sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false()),
            *_texts("tags", "notes"),
            sa.Column("edited", sa.Boolean(), nullable=False),
            sa.Column("merged_into", opaque()),
            sa.Column("measure_at", moment()),
            _created(),
            _created("updated_at"),
            *_rest("contacts"),
            _between("contacts", "relationship_strength", 0, 1),
            sa.Index("idx_contacts_user_id", "user_id"),
            sa.Index("idx_contacts_relationship_strength", "user_id", "relationship_strength"),
            sa.Index("idx_contacts_last_interaction", "user_id", "last_interaction_at"),
            partial_index("idx_contacts_measure_at", "measure_at IS NOT NULL", "measure_at"),
        ],
        "contact_addresses": [
            sa.Column("id", sa.String(64), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            _contact(nullable=True),
            sa.Column("before", opaque()),
            *_rest("contact_addresses"),
            _foreign("contact_addresses"),
            sa.Index("idx_contacts_email", "user_id", "contact_id"),
            sa.Index("idx_contact_address_contact", "contact_id"),
        ],
    }


def _interactions() -> dict[str, list[object]]:
    return {
        "interactions": [
            *_head(),
            _contact(),
            sa.Column(
                "interaction_type",
                words("interaction_type", "email meeting call linkedin_message manual"),
                nullable=False,
            ),
            sa.Column("direction", words("direction", "inbound outbound mutual"), nullable=False),
            *_texts("subject", "content", "content_summary"),
            sa.Column("sentiment_score", sa.Double()),
            sa.Column("interaction_date", moment(), nullable=False),
            sa.Column("duration_minutes", sa.Integer()),
            *_texts("meeting_attendees", "external_id"),
            sa.Column(
                "source_platform", words("source_platform", "gmail calendar linkedin manual"), nullable=False
            ),
            *_texts("metadata"),
            sa.Column("people", sa.Integer(), nullable=False),
            sa.Column("source_id", opaque()),
            _created(),
            _created("updated_at"),
            *_rest("interactions"),
            _foreign("interactions"),
            _between("interactions", "sentiment_score", -1, 1),
            sa.CheckConstraint("duration_minutes >= 0", name=op.f("ck_interactions_duration_minutes")),
            sa.Index("idx_interactions_user_id", "user_id", "interaction_date"),
            sa.Index("idx_interactions_contact_id", "contact_id", "interaction_date"),
            sa.Index("idx_interactions_date", "interaction_date"),
            sa.Index("idx_interactions_type", "user_id", "interaction_type"),
            sa.Index("idx_interactions_external_id", "external_id"),
            sa.Index("idx_interactions_source", "source_id", "interaction_date"),
            sa.Index("idx_interactions_updated_at", "user_id", "updated_at"),
        ]
    }


def _told() -> dict[str, list[object]]:
    return {
        "interests": [
            *_head(),
            _contact(),
            sa.Column("interest_category", sa.Text(), nullable=False),
            sa.Column("interest_topic", sa.Text(), nullable=False),
            sa.Column("mark", sa.String(64), nullable=False),
            sa.Column("confidence_score", sa.Double(), nullable=False),
            sa.Column("evidence_count", sa.Integer(), nullable=False, server_default="1"),
            _created("first_detected_at"),
            _created("last_reinforced_at"),
            sa.Column("decay_factor", sa.Double(), nullable=False, server_default="1"),
            sa.Column("source_interactions", document(), nullable=False),
            sa.Column("entered", sa.Boolean(), nullable=False),
            _created(),
            _created("updated_at"),
            *_rest("interests"),
            _foreign("interests"),
            _between("interests", "confidence_score", 0, 1),
            _between("interests", "decay_factor", 0, 1),
            sa.UniqueConstraint("contact_id", "mark", name="idx_interests_unique"),
            sa.Index("idx_interests_user_id", "user_id"),
            sa.Index("idx_interests_contact_id", "contact_id"),
            sa.Index("idx_interests_confidence", "user_id", "confidence_score"),
        ],
        "relationships": [
            *_head(),
            _contact("contact_a_id"),
            _contact("contact_b_id"),
            sa.Column(
                "relationship_type", words("relationship_type", "colleague friend client vendor family")
            ),
            sa.Column("strength_score", sa.Double(), nullable=False, server_default="0"),
            sa.Column("mutual_connections", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("shared_interactions", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("evidence_interactions", document(), nullable=False),
            sa.Column("entered", sa.Boolean(), nullable=False),
            _created("detected_at"),
            _created("last_updated_at"),
            _created(),
            *_rest("relationships"),
            _foreign("relationships", "contact_a_id"),
            _foreign("relationships", "contact_b_id"),
            _between("relationships", "strength_score", 0, 1),
            sa.CheckConstraint("contact_a_id < contact_b_id", name=op.f("ck_relationships_once")),
            sa.UniqueConstraint("user_id", "contact_a_id", "contact_b_id", name="idx_relationships_unique"),
            sa.Index("idx_relationships_user_id", "user_id"),
            sa.Index("idx_relationships_contact_a", "contact_a_id"),
            sa.Index("idx_relationships_contact_b", "contact_b_id"),
            sa.Index("idx_relationships_strength", "user_id", "strength_score"),
        ],
        "ai_memories": [
            *_head(),
            _contact(nullable=True),
            sa.Column("session_id", opaque()),
            sa.Column(
                "memory_type", words("memory_type", "summary insight briefing talking_point"), nullable=False
            ),
            sa.Column("title", sa.Text()),
            sa.Column("content", sa.Text(), nullable=False),
            sa.Column("confidence_score", sa.Double()),
            sa.Column("source_interactions", document(), nullable=False),
            *_texts("sentences", "tags"),
            sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("expires_at", moment()),
            _created(),
            _created("updated_at"),
            *_rest("ai_memories"),
            _foreign("ai_memories"),
            _between("ai_memories", "confidence_score", 0, 1),
            sa.Index("idx_ai_memories_user_id", "user_id"),
            sa.Index("idx_ai_memories_contact_id", "contact_id"),
            sa.Index("idx_ai_memories_type", "user_id", "memory_type"),
            partial_index("idx_ai_memories_expires_at", "expires_at IS NOT NULL", "expires_at"),
        ],
    }


def _derived() -> dict[str, list[object]]:
    return {
        "meeting_sources": [
            *_head(),
            sa.Column("uid", sa.Text(), nullable=False),
            sa.Column("due_at", moment()),
            *_texts("birthday", "upcoming"),
            *_rest("meeting_sources"),
            sa.Index("idx_meeting_source_user", "user_id", "due_at"),
            partial_index("idx_meeting_source_birthday", "birthday IS NOT NULL", "user_id"),
            partial_index("idx_meeting_source_due", "due_at IS NOT NULL", "due_at"),
        ],
        "encounters": [
            *_head(),
            sa.Column("source_id", opaque(), nullable=False),
            sa.Column("mark", sa.String(64), nullable=False),
            sa.Column("meetings", sa.Integer(), nullable=False),
            *_rest("encounters"),
            _foreign("encounters", "source_id", "meeting_sources"),
            sa.Index("idx_encounter_source", "source_id"),
            sa.Index("idx_encounter_mark", "mark"),
            sa.Index("idx_encounter_user", "user_id"),
        ],
    }
