CREATE TABLE about (
	"key" VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_about PRIMARY KEY ("key")
);

CREATE TABLE ai_memories (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255), 
	session_id VARCHAR(255), 
	memory_type VARCHAR(32) NOT NULL, 
	title TEXT, 
	content TEXT NOT NULL, 
	confidence_score DOUBLE, 
	source_interactions JSON NOT NULL, 
	sentences TEXT, 
	tags TEXT, 
	is_archived BOOLEAN DEFAULT 0 NOT NULL, 
	expires_at DATETIME, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, rule VARCHAR(128), 
	CONSTRAINT pk_ai_memories PRIMARY KEY (id), 
	CONSTRAINT fk_ai_memories_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_ai_memories_confidence_score CHECK (confidence_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_ai_memories_memory_type CHECK (memory_type IN ('summary', 'insight', 'briefing', 'talking_point'))
);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

INSERT INTO "alembic_version" VALUES('0027');

CREATE TABLE audit_anchor (
	id INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	pruned_at DATETIME NOT NULL, 
	CONSTRAINT pk_audit_anchor PRIMARY KEY (id), 
	CONSTRAINT ck_audit_anchor_only_one CHECK (id = 1)
);

CREATE TABLE audit_logs (
	id INTEGER NOT NULL, 
	user_id VARCHAR(255), 
	actor VARCHAR(255) NOT NULL, 
	action VARCHAR(100) NOT NULL, 
	resource_type VARCHAR(50) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	details JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	hash VARCHAR(64) NOT NULL, masked_at DATETIME, 
	CONSTRAINT pk_audit_logs PRIMARY KEY (id)
);

CREATE TABLE availability (
	user_id VARCHAR(255) NOT NULL, 
	position INTEGER NOT NULL, 
	day_of_week INTEGER NOT NULL, 
	start_time VARCHAR(5) NOT NULL, 
	end_time VARCHAR(5) NOT NULL, 
	is_available BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_availability PRIMARY KEY (user_id, position), 
	CONSTRAINT ck_availability_day_of_week CHECK (day_of_week BETWEEN 0 AND 6), 
	CONSTRAINT fk_availability_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE booking (
	session VARCHAR(255) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	slot_start DATETIME, 
	slot_end DATETIME, 
	lease_owner TEXT, 
	lease_until DATETIME NOT NULL, 
	fence BIGINT NOT NULL, 
	"after" VARCHAR(32), 
	reason TEXT, 
	since DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, progress JSON, 
	CONSTRAINT pk_booking PRIMARY KEY (session), 
	CONSTRAINT ck_booking_state CHECK (state IN ('draft', 'proposed', 'accepted', 'held', 'prepared', 'writing', 'verifying', 'confirmed', 'undoing', 'quarantine', 'releasing', 'stuck', 'failed', 'cancelled')), 
	CONSTRAINT ck_booking_after CHECK ("after" IN ('draft', 'proposed', 'accepted', 'held', 'prepared', 'writing', 'verifying', 'confirmed', 'undoing', 'quarantine', 'releasing', 'stuck', 'failed', 'cancelled'))
);

CREATE TABLE budgets (
	name VARCHAR(255) NOT NULL, 
	spent_until BIGINT NOT NULL, 
	quiet_until DATETIME NOT NULL, 
	refusals INTEGER NOT NULL, 
	version INTEGER NOT NULL, refused_by JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_budgets PRIMARY KEY (name)
);

CREATE TABLE busy_spans (
	id INTEGER NOT NULL, 
	calendar_id VARCHAR(255) NOT NULL, 
	href TEXT NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	uid TEXT NOT NULL, 
	start_time DATETIME NOT NULL, 
	end_time DATETIME NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	ours BOOLEAN NOT NULL, 
	CONSTRAINT pk_busy_spans PRIMARY KEY (id), 
	CONSTRAINT fk_busy_spans_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendars (id) ON DELETE CASCADE, 
	CONSTRAINT ck_busy_spans_status CHECK (status IN ('busy', 'tentative', 'out_of_office'))
);

CREATE TABLE calendar_accounts (
	connector VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	last_attempt DATETIME, 
	last_success DATETIME, 
	last_error TEXT, 
	failures INTEGER NOT NULL, 
	next_run DATETIME NOT NULL, 
	version INTEGER NOT NULL, held_back TEXT, claimed_by VARCHAR(255), claimed_until DATETIME, heard DATETIME, missed BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_calendar_accounts PRIMARY KEY (connector), 
	CONSTRAINT ck_calendar_accounts_state CHECK (state IN ('ok', 'stale', 'degraded', 'expired', 'error', 'disabled'))
);

CREATE TABLE calendar_objects (
	calendar_id VARCHAR(255) NOT NULL, 
	href TEXT NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	uid TEXT NOT NULL, 
	etag TEXT, 
	content_hash TEXT NOT NULL, 
	raw TEXT NOT NULL, 
	CONSTRAINT pk_calendar_objects PRIMARY KEY (calendar_id, href), 
	CONSTRAINT fk_calendar_objects_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendars (id) ON DELETE CASCADE
);

CREATE TABLE calendars (
	id VARCHAR(255) NOT NULL, 
	connector VARCHAR(255) NOT NULL, 
	calendar_id TEXT NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	name TEXT NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	visibility VARCHAR(32) NOT NULL, 
	is_primary BOOLEAN NOT NULL, 
	read BOOLEAN NOT NULL, 
	read_only BOOLEAN NOT NULL, 
	zone VARCHAR(64), 
	state VARCHAR(32) NOT NULL, 
	token TEXT, 
	synced_at DATETIME, 
	covers_start DATETIME, 
	covers_end DATETIME, 
	suspicion TEXT, 
	suspect TEXT, 
	accepted TEXT, 
	quarantined JSON NOT NULL, 
	version INTEGER NOT NULL, members JSON, mirror VARCHAR(255), 
	CONSTRAINT pk_calendars PRIMARY KEY (id), 
	CONSTRAINT uq_calendars_connector_calendar_id UNIQUE (connector, calendar_id), 
	CONSTRAINT ck_calendars_type CHECK (type IN ('personal', 'family', 'shared')), 
	CONSTRAINT ck_calendars_visibility CHECK (visibility IN ('private', 'family', 'public')), 
	CONSTRAINT ck_calendars_state CHECK (state IN ('new', 'ok', 'degraded'))
);

CREATE TABLE channels (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	connector VARCHAR(255) NOT NULL, 
	calendar TEXT NOT NULL, 
	place VARCHAR(64) NOT NULL, 
	channel JSON, 
	former JSON, 
	claimed DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_channels PRIMARY KEY (id)
);

CREATE TABLE conflicts (
	id VARCHAR(255) NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	severity VARCHAR(32) NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	detected_at DATETIME NOT NULL, 
	resolved_at DATETIME, 
	resolution_method VARCHAR(32), 
	description TEXT NOT NULL, 
	involved_events JSON NOT NULL, 
	involved_resources JSON, 
	proposed_resolution JSON, 
	ends_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, undo JSON, 
	CONSTRAINT pk_conflicts PRIMARY KEY (id), 
	CONSTRAINT ck_conflicts_type CHECK (type IN ('time_conflict', 'resource_conflict', 'constraint_violation')), 
	CONSTRAINT ck_conflicts_severity CHECK (severity IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_conflicts_status CHECK (status IN ('detected', 'resolved', 'ignored')), 
	CONSTRAINT ck_conflicts_resolution_method CHECK (resolution_method IN ('user_manual', 'auto_confirm', 'agent_suggested'))
);

CREATE TABLE constraints (
	id VARCHAR(255) NOT NULL, 
	name TEXT NOT NULL, 
	user_id VARCHAR(255), 
	type VARCHAR(50) NOT NULL, 
	constraint_level VARCHAR(32) NOT NULL, 
	priority INTEGER NOT NULL, 
	rule JSON NOT NULL, 
	active BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_constraints PRIMARY KEY (id), 
	CONSTRAINT ck_constraints_priority CHECK (priority BETWEEN 1 AND 10), 
	CONSTRAINT ck_constraints_constraint_level CHECK (constraint_level IN ('hard', 'soft'))
);

CREATE TABLE contact_addresses (
	id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255), 
	"before" VARCHAR(255), 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_contact_addresses PRIMARY KEY (id), 
	CONSTRAINT fk_contact_addresses_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE
);

CREATE TABLE contacts (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	email TEXT, 
	emails TEXT, 
	full_name TEXT, 
	first_name TEXT, 
	last_name TEXT, 
	company TEXT, 
	job_title TEXT, 
	linkedin_url TEXT, 
	phone TEXT, 
	avatar_url TEXT, 
	location TEXT, 
	bio TEXT, 
	birthday TEXT, 
	relationship_strength DOUBLE DEFAULT '0' NOT NULL, 
	last_interaction_at DATETIME, 
	interaction_frequency VARCHAR(32), 
	rhythm INTEGER, 
	contact_source VARCHAR(32) NOT NULL, 
	is_archived BOOLEAN DEFAULT 0 NOT NULL, 
	tags TEXT, 
	notes TEXT, 
	edited BOOLEAN NOT NULL, 
	merged_into VARCHAR(255), 
	measure_at DATETIME, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_contacts PRIMARY KEY (id), 
	CONSTRAINT ck_contacts_relationship_strength CHECK (relationship_strength BETWEEN 0 AND 1), 
	CONSTRAINT ck_contacts_interaction_frequency CHECK (interaction_frequency IN ('daily', 'weekly', 'monthly', 'quarterly', 'rarely')), 
	CONSTRAINT ck_contacts_contact_source CHECK (contact_source IN ('gmail', 'calendar', 'linkedin', 'manual'))
);

CREATE TABLE cursors (
	name VARCHAR(255) NOT NULL, 
	position BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_cursors PRIMARY KEY (name)
);

CREATE TABLE daemons (
	id VARCHAR(255) NOT NULL, 
	host VARCHAR(255) NOT NULL, 
	place VARCHAR(255) NOT NULL, 
	pid BIGINT NOT NULL, 
	born BIGINT NOT NULL, 
	since DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	release VARCHAR(64) NOT NULL, 
	configuration VARCHAR(64) NOT NULL, 
	refused TEXT, 
	ended DATETIME, 
	version INTEGER NOT NULL, role VARCHAR(16) DEFAULT 'all' NOT NULL, 
	CONSTRAINT pk_daemons PRIMARY KEY (id)
);

CREATE TABLE data_keys (
	user_id VARCHAR(255) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	master VARCHAR(32) NOT NULL, 
	wrapped TEXT NOT NULL, 
	CONSTRAINT pk_data_keys PRIMARY KEY (user_id)
);

CREATE TABLE dispatches (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255), 
	outlet VARCHAR(255) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	told_at DATETIME, 
	last_error TEXT, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_dispatches PRIMARY KEY (id), 
	CONSTRAINT ck_dispatches_state CHECK (state IN ('pending', 'done', 'failed'))
);

CREATE TABLE effect (
	session VARCHAR(255) NOT NULL, 
	attendee VARCHAR(255) NOT NULL, 
	epoch INTEGER NOT NULL, 
	connector VARCHAR(255), 
	calendar TEXT, 
	event_id TEXT, 
	delivery VARCHAR(32) NOT NULL, 
	required BOOLEAN NOT NULL, 
	want VARCHAR(32) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	etag TEXT, 
	sequence INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	last_code TEXT, 
	last_error TEXT, at DATETIME, 
	CONSTRAINT pk_effect PRIMARY KEY (session, attendee, epoch), 
	CONSTRAINT ck_effect_delivery CHECK (delivery IN ('written', 'invited', 'notified')), 
	CONSTRAINT ck_effect_want CHECK (want IN ('present', 'absent')), 
	CONSTRAINT ck_effect_state CHECK (state IN ('planned', 'sent', 'ambiguous', 'written', 'refused', 'gone'))
);

CREATE TABLE embeddings (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255) NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	text TEXT NOT NULL, 
	model TEXT, 
	vector TEXT, 
	topic TEXT, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_embeddings PRIMARY KEY (id), 
	CONSTRAINT fk_embeddings_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT idx_embeddings_unique UNIQUE (contact_id, mark)
);

CREATE TABLE encounters (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	source_id VARCHAR(255) NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	meetings INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_encounters PRIMARY KEY (id), 
	CONSTRAINT fk_encounters_source_id FOREIGN KEY(source_id) REFERENCES meeting_sources (id) ON DELETE CASCADE
);

CREATE TABLE event_participants (
	id VARCHAR(255) NOT NULL, 
	event_id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	required BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_event_participants PRIMARY KEY (id), 
	CONSTRAINT fk_event_participants_event_id FOREIGN KEY(event_id) REFERENCES events (id) ON DELETE CASCADE, 
	CONSTRAINT uq_event_participant UNIQUE (event_id, user_id)
);

CREATE TABLE event_sessions (
	id VARCHAR(255) NOT NULL, 
	host_user_id VARCHAR(255) NOT NULL, 
	invitee_ids JSON NOT NULL, 
	optional_ids JSON NOT NULL, 
	groups JSON NOT NULL, 
	title TEXT NOT NULL, 
	description TEXT, 
	location TEXT, 
	duration INTEGER NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	proposed_times JSON NOT NULL, 
	final_time JSON, 
	constraints JSON NOT NULL, 
	search_start DATETIME, 
	search_end DATETIME, 
	search_days INTEGER NOT NULL, 
	minimum_notice INTEGER NOT NULL, 
	buffer_time INTEGER NOT NULL, 
	recurrence TEXT, 
	rejected_slots JSON NOT NULL, 
	responses JSON NOT NULL, 
	metadata JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	scheduled_at DATETIME, 
	expires_at DATETIME NOT NULL, 
	completed_at DATETIME, 
	version INTEGER NOT NULL, over_at DATETIME, withheld JSON, resource_ids JSON, guests JSON, 
	CONSTRAINT pk_event_sessions PRIMARY KEY (id), 
	CONSTRAINT ck_event_sessions_duration_positive CHECK (duration > 0), 
	CONSTRAINT ck_event_sessions_status CHECK (status IN ('pending', 'scheduled', 'cancelled', 'failed'))
);

CREATE TABLE events (
	id VARCHAR(255) NOT NULL, 
	calendar_id VARCHAR(255) NOT NULL, 
	title TEXT NOT NULL, 
	description TEXT, 
	start_time DATETIME NOT NULL, 
	end_time DATETIME NOT NULL, 
	all_day BOOLEAN NOT NULL, 
	location TEXT, 
	status VARCHAR(32) NOT NULL, 
	priority VARCHAR(32) NOT NULL, 
	flexibility VARCHAR(32) NOT NULL, 
	recurrence_rule TEXT, 
	recurrence_parent_id VARCHAR(255), 
	original_start_time DATETIME, 
	attendees TEXT NOT NULL, 
	external_ids JSON NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	cancelled_at DATETIME, 
	created_by VARCHAR(255) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, zone VARCHAR(64), mirror_id VARCHAR(255), mirror_due DATETIME, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT ck_events_ends_after_start CHECK (end_time >= start_time), 
	CONSTRAINT fk_events_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendars (id) ON DELETE CASCADE, 
	CONSTRAINT fk_events_recurrence_parent_id FOREIGN KEY(recurrence_parent_id) REFERENCES events (id) ON DELETE CASCADE, 
	CONSTRAINT ck_events_status CHECK (status IN ('proposed', 'confirmed', 'cancelled')), 
	CONSTRAINT ck_events_priority CHECK (priority IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_events_flexibility CHECK (flexibility IN ('fixed', 'preferred', 'flexible'))
);

CREATE TABLE grants (
	connector VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	provider VARCHAR(50) NOT NULL, 
	account_email VARCHAR(320), 
	access_token TEXT, 
	refresh_token TEXT, 
	token_expires_at DATETIME, 
	scope JSON NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	sync_frequency VARCHAR(32) NOT NULL, 
	error_message TEXT, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, lease_owner VARCHAR(255), lease_until DATETIME, 
	CONSTRAINT pk_grants PRIMARY KEY (connector), 
	CONSTRAINT ck_grants_status CHECK (status IN ('connected', 'disconnected', 'error', 'expired')), 
	CONSTRAINT ck_grants_sync_frequency CHECK (sync_frequency IN ('realtime', 'hourly', 'daily'))
);

CREATE TABLE hold (
	id INTEGER NOT NULL, 
	person VARCHAR(255) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	session VARCHAR(255) NOT NULL, 
	expires DATETIME, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_hold PRIMARY KEY (id)
);

CREATE TABLE interactions (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255) NOT NULL, 
	interaction_type VARCHAR(32) NOT NULL, 
	direction VARCHAR(32) NOT NULL, 
	subject TEXT, 
	content TEXT, 
	content_summary TEXT, 
	sentiment_score DOUBLE, 
	interaction_date DATETIME NOT NULL, 
	duration_minutes INTEGER, 
	meeting_attendees TEXT, 
	external_id TEXT, 
	source_platform VARCHAR(32) NOT NULL, 
	metadata TEXT, 
	people INTEGER NOT NULL, 
	source_id VARCHAR(255), 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_interactions PRIMARY KEY (id), 
	CONSTRAINT fk_interactions_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_interactions_sentiment_score CHECK (sentiment_score BETWEEN -1 AND 1), 
	CONSTRAINT ck_interactions_duration_minutes CHECK (duration_minutes >= 0), 
	CONSTRAINT ck_interactions_interaction_type CHECK (interaction_type IN ('email', 'meeting', 'call', 'linkedin_message', 'manual')), 
	CONSTRAINT ck_interactions_direction CHECK (direction IN ('inbound', 'outbound', 'mutual')), 
	CONSTRAINT ck_interactions_source_platform CHECK (source_platform IN ('gmail', 'calendar', 'linkedin', 'manual'))
);

CREATE TABLE interests (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255) NOT NULL, 
	interest_category TEXT NOT NULL, 
	interest_topic TEXT NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	confidence_score DOUBLE NOT NULL, 
	evidence_count INTEGER DEFAULT '1' NOT NULL, 
	first_detected_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	last_reinforced_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	decay_factor DOUBLE DEFAULT '1' NOT NULL, 
	source_interactions JSON NOT NULL, 
	entered BOOLEAN NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_interests PRIMARY KEY (id), 
	CONSTRAINT fk_interests_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_interests_confidence_score CHECK (confidence_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_interests_decay_factor CHECK (decay_factor BETWEEN 0 AND 1), 
	CONSTRAINT idx_interests_unique UNIQUE (contact_id, mark)
);

CREATE TABLE invitations (
	id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	title TEXT NOT NULL, 
	duration INTEGER NOT NULL, 
	search_days INTEGER NOT NULL, 
	constraints JSON NOT NULL, 
	uses INTEGER NOT NULL, 
	expires_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_invitations PRIMARY KEY (id)
);

CREATE TABLE kept_answers (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	request VARCHAR(64) NOT NULL, 
	status INTEGER NOT NULL, 
	answer TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_kept_answers PRIMARY KEY (id)
);

CREATE TABLE learning_notes (
	id VARCHAR(255) NOT NULL, 
	document JSON NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_learning_notes PRIMARY KEY (id)
);

CREATE TABLE links (
	id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	session_id VARCHAR(255), 
	epoch VARCHAR(64) NOT NULL, 
	verbs JSON NOT NULL, 
	detail TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_links PRIMARY KEY (id)
);

CREATE TABLE live_documents (
	path VARCHAR(800) NOT NULL, 
	known JSON, 
	sending JSON NOT NULL, 
	update_time VARCHAR(40), 
	mark BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	last_error TEXT, 
	gone BOOLEAN NOT NULL, 
	problem TEXT, 
	CONSTRAINT pk_live_documents PRIMARY KEY (path)
);

CREATE TABLE meeting_sources (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	uid TEXT NOT NULL, 
	due_at DATETIME, 
	birthday TEXT, 
	upcoming TEXT, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_meeting_sources PRIMARY KEY (id)
);

CREATE TABLE messages (
	position INTEGER NOT NULL, 
	id VARCHAR(255) NOT NULL, 
	session_id VARCHAR(255) NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	content TEXT NOT NULL, 
	metadata JSON, 
	timestamp DATETIME NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (position), 
	CONSTRAINT fk_messages_session_id FOREIGN KEY(session_id) REFERENCES event_sessions (id) ON DELETE CASCADE, 
	CONSTRAINT uq_messages_session_id_id UNIQUE (session_id, id), 
	CONSTRAINT ck_messages_role CHECK (role IN ('user', 'assistant', 'system'))
);

CREATE TABLE notifications (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_id VARCHAR(255), 
	notification_type VARCHAR(50) NOT NULL, 
	title TEXT NOT NULL, 
	message TEXT NOT NULL, 
	priority VARCHAR(32) NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	action_url TEXT, 
	metadata JSON NOT NULL, 
	scheduled_for DATETIME, 
	delivered_at DATETIME, 
	read_at DATETIME, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_notifications PRIMARY KEY (id), 
	CONSTRAINT ck_notifications_priority CHECK (priority IN ('low', 'medium', 'high', 'urgent')), 
	CONSTRAINT ck_notifications_status CHECK (status IN ('unread', 'read', 'dismissed', 'acted_upon'))
);

CREATE TABLE outages (
	connector VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	number INTEGER NOT NULL, 
	since DATETIME NOT NULL, 
	told_at DATETIME, 
	over_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_outages PRIMARY KEY (connector)
);

CREATE TABLE outbox (
	position INTEGER NOT NULL, 
	id VARCHAR(255) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	dedupe_key TEXT NOT NULL, 
	payload JSON NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_error TEXT, 
	CONSTRAINT pk_outbox PRIMARY KEY (position), 
	CONSTRAINT uq_outbox_dedupe_key UNIQUE (dedupe_key), 
	CONSTRAINT uq_outbox_id UNIQUE (id), 
	CONSTRAINT ck_outbox_kind CHECK (kind IN ('mail', 'webhook', 'analytics', 'notification')), 
	CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'done', 'failed'))
);

CREATE TABLE personal_settings (
	user_id VARCHAR(255) NOT NULL, 
	"values" JSON NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_personal_settings PRIMARY KEY (user_id)
);

CREATE TABLE preference_profiles (
	user_id VARCHAR(255) NOT NULL, 
	day_of_week_patterns JSON NOT NULL, 
	time_of_day_patterns JSON NOT NULL, 
	duration_preferences JSON NOT NULL, 
	acceptance_rate NUMERIC(5, 2) DEFAULT '0' NOT NULL, 
	avg_response_time INTEGER DEFAULT '0' NOT NULL, 
	last_updated DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	sample_size INTEGER DEFAULT '0' NOT NULL, 
	counts JSON NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_preference_profiles PRIMARY KEY (user_id), 
	CONSTRAINT ck_preference_profiles_acceptance_rate CHECK (acceptance_rate BETWEEN 0 AND 100)
);

CREATE TABLE refresh_tokens (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	family VARCHAR(255) NOT NULL, 
	name TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_refresh_tokens PRIMARY KEY (id)
);

CREATE TABLE relationships (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	contact_a_id VARCHAR(255) NOT NULL, 
	contact_b_id VARCHAR(255) NOT NULL, 
	relationship_type VARCHAR(32), 
	strength_score DOUBLE DEFAULT '0' NOT NULL, 
	mutual_connections INTEGER DEFAULT '0' NOT NULL, 
	shared_interactions INTEGER DEFAULT '0' NOT NULL, 
	evidence_interactions JSON NOT NULL, 
	entered BOOLEAN NOT NULL, 
	detected_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	last_updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_relationships PRIMARY KEY (id), 
	CONSTRAINT fk_relationships_contact_a_id FOREIGN KEY(contact_a_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_relationships_contact_b_id FOREIGN KEY(contact_b_id) REFERENCES contacts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_relationships_strength_score CHECK (strength_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_relationships_once CHECK (contact_a_id < contact_b_id), 
	CONSTRAINT idx_relationships_unique UNIQUE (user_id, contact_a_id, contact_b_id), 
	CONSTRAINT ck_relationships_relationship_type CHECK (relationship_type IN ('colleague', 'friend', 'client', 'vendor', 'family'))
);

CREATE TABLE reminders (
	id VARCHAR(255) NOT NULL, 
	event_id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	reminder_type VARCHAR(32) NOT NULL, 
	minutes_before INTEGER NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	due_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_reminders PRIMARY KEY (id), 
	CONSTRAINT ck_reminders_minutes_before CHECK (minutes_before >= 0), 
	CONSTRAINT fk_reminders_event_id FOREIGN KEY(event_id) REFERENCES events (id) ON DELETE CASCADE, 
	CONSTRAINT ck_reminders_reminder_type CHECK (reminder_type IN ('email', 'push', 'both')), 
	CONSTRAINT ck_reminders_status CHECK (status IN ('pending', 'sent', 'failed'))
);

CREATE TABLE resource_reservations (
	id VARCHAR(255) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	event_id VARCHAR(255), 
	reserved_by VARCHAR(255) NOT NULL, 
	start_time DATETIME NOT NULL, 
	end_time DATETIME NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	notes TEXT, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, session_id VARCHAR(255), 
	CONSTRAINT pk_resource_reservations PRIMARY KEY (id), 
	CONSTRAINT ck_resource_reservations_ends_after_start CHECK (end_time >= start_time), 
	CONSTRAINT fk_resource_reservations_event_id FOREIGN KEY(event_id) REFERENCES events (id) ON DELETE CASCADE, 
	CONSTRAINT fk_resource_reservations_resource_id FOREIGN KEY(resource_id) REFERENCES resources (id), 
	CONSTRAINT ck_resource_reservations_status CHECK (status IN ('proposed', 'confirmed', 'cancelled'))
);

CREATE TABLE resources (
	id VARCHAR(255) NOT NULL, 
	name TEXT NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	capacity INTEGER NOT NULL, 
	attributes JSON NOT NULL, 
	location TEXT, 
	active BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_resources PRIMARY KEY (id), 
	CONSTRAINT ck_resources_capacity CHECK (capacity >= 1), 
	CONSTRAINT ck_resources_type CHECK (type IN ('vehicle', 'room', 'equipment'))
);

CREATE TABLE scheduling_events (
	id VARCHAR(255) NOT NULL, 
	session_id VARCHAR(255) NOT NULL, 
	host_user_id VARCHAR(255) NOT NULL, 
	num_invitees INTEGER NOT NULL, 
	proposed_slots JSON, 
	selected_slot JSON, 
	rejected_slots JSON, 
	shown JSON, 
	outcome VARCHAR(32) NOT NULL, 
	time_to_schedule INTEGER, 
	num_messages INTEGER DEFAULT '0' NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	anonymised_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_scheduling_events PRIMARY KEY (id), 
	CONSTRAINT ck_scheduling_events_outcome CHECK (outcome IN ('scheduled', 'cancelled', 'failed'))
);

CREATE TABLE session_attendees (
	session_id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	pending BOOLEAN NOT NULL, 
	CONSTRAINT pk_session_attendees PRIMARY KEY (session_id, user_id), 
	CONSTRAINT fk_session_attendees_session_id FOREIGN KEY(session_id) REFERENCES event_sessions (id) ON DELETE CASCADE
);

CREATE TABLE set_aside (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	step VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	session_id VARCHAR(255), 
	reason TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	forgotten BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_set_aside PRIMARY KEY (id)
);

CREATE TABLE sync_jobs (
	id VARCHAR(255) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	connector VARCHAR(255) NOT NULL, 
	job_type VARCHAR(32) NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	progress_percentage INTEGER NOT NULL, 
	items_processed INTEGER NOT NULL, 
	items_total INTEGER, 
	error_message TEXT, 
	started_at DATETIME, 
	completed_at DATETIME, 
	metadata JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_sync_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_sync_jobs_progress_percentage CHECK (progress_percentage BETWEEN 0 AND 100), 
	CONSTRAINT ck_sync_jobs_job_type CHECK (job_type IN ('full_sync', 'incremental_sync', 'contact_enrichment')), 
	CONSTRAINT ck_sync_jobs_status CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
);

CREATE TABLE tombstones (
	hash VARCHAR(64) NOT NULL, 
	erased_at DATETIME NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (hash)
);

CREATE TABLE turns (
	id VARCHAR(255) NOT NULL, 
	taken_at DATETIME NOT NULL, 
	taken_by VARCHAR(255) NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_turns PRIMARY KEY (id)
);

CREATE TABLE users (
	id VARCHAR(255) NOT NULL, 
	email VARCHAR(320) NOT NULL, 
	name TEXT NOT NULL, 
	timezone VARCHAR(64) DEFAULT 'UTC' NOT NULL, 
	role VARCHAR(32) DEFAULT 'host' NOT NULL, 
	avatar_url TEXT, 
	google_auth_token TEXT, 
	calendars JSON NOT NULL, 
	default_preferences JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, preferences JSON DEFAULT '{}' NOT NULL, date_overrides JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT ck_users_role CHECK (role IN ('host', 'parent', 'child', 'other'))
);

CREATE TABLE visits (
	id VARCHAR(32) NOT NULL, 
	invitation_id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(255) NOT NULL, 
	session_id VARCHAR(255) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	person TEXT NOT NULL, 
	address_mark VARCHAR(64) NOT NULL, 
	client_mark VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	over_at DATETIME, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_visits PRIMARY KEY (id)
);

CREATE TABLE wakes (
	session_id VARCHAR(255) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_wakes PRIMARY KEY (session_id)
);

CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs
    WHEN OLD.id > coalesce((SELECT position FROM audit_anchor), 0)
    BEGIN SELECT RAISE(ABORT, 'the audit log may only grow'); END;

CREATE TRIGGER audit_anchor_advances BEFORE UPDATE ON audit_anchor
    WHEN NEW.position < OLD.position
    BEGIN SELECT RAISE(ABORT, 'the anchor of the audit log only advances'); END;

CREATE TRIGGER audit_anchor_stays BEFORE DELETE ON audit_anchor
    BEGIN SELECT RAISE(ABORT, 'the anchor of the audit log only advances'); END;

CREATE TRIGGER audit_logs_unchanged BEFORE UPDATE ON audit_logs WHEN NOT (NEW.masked_at IS NOT NULL AND NEW.id = OLD.id AND NEW.hash = OLD.hash AND NEW.created_at = OLD.created_at AND NEW.action = OLD.action AND NEW.resource_type = OLD.resource_type)
    BEGIN SELECT RAISE(ABORT, 'the audit log may only grow'); END;

CREATE TRIGGER event_sessions_bounds_insert BEFORE insert ON event_sessions BEGIN
SELECT RAISE(ABORT, 'ck_event_sessions_search_start_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."search_start" >= '1970-01-01 00:00:00' AND NEW."search_start" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_search_end_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."search_end" >= '1970-01-01 00:00:00' AND NEW."search_end" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_created_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_scheduled_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."scheduled_at" >= '1970-01-01 00:00:00' AND NEW."scheduled_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_expires_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."expires_at" >= '1970-01-01 00:00:00' AND NEW."expires_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_completed_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."completed_at" >= '1970-01-01 00:00:00' AND NEW."completed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_over_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."over_at" >= '1970-01-01 00:00:00' AND NEW."over_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_duration_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW.duration BETWEEN 1 AND 527040);
SELECT RAISE(ABORT, 'ck_event_sessions_search_days_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW.search_days BETWEEN 1 AND 366);
SELECT RAISE(ABORT, 'ck_event_sessions_minimum_notice_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW.minimum_notice BETWEEN 0 AND 527040);
SELECT RAISE(ABORT, 'ck_event_sessions_buffer_time_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW.buffer_time BETWEEN 0 AND 527040);
END;

CREATE TRIGGER event_sessions_bounds_update BEFORE update ON event_sessions BEGIN
SELECT RAISE(ABORT, 'ck_event_sessions_search_start_bounds: it lies beyond what gatherly knows') WHERE NEW."search_start" IS NOT OLD."search_start" AND NOT (NEW."search_start" >= '1970-01-01 00:00:00' AND NEW."search_start" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_search_end_bounds: it lies beyond what gatherly knows') WHERE NEW."search_end" IS NOT OLD."search_end" AND NOT (NEW."search_end" >= '1970-01-01 00:00:00' AND NEW."search_end" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_created_at_bounds: it lies beyond what gatherly knows') WHERE NEW."created_at" IS NOT OLD."created_at" AND NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_scheduled_at_bounds: it lies beyond what gatherly knows') WHERE NEW."scheduled_at" IS NOT OLD."scheduled_at" AND NOT (NEW."scheduled_at" >= '1970-01-01 00:00:00' AND NEW."scheduled_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_expires_at_bounds: it lies beyond what gatherly knows') WHERE NEW."expires_at" IS NOT OLD."expires_at" AND NOT (NEW."expires_at" >= '1970-01-01 00:00:00' AND NEW."expires_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_completed_at_bounds: it lies beyond what gatherly knows') WHERE NEW."completed_at" IS NOT OLD."completed_at" AND NOT (NEW."completed_at" >= '1970-01-01 00:00:00' AND NEW."completed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_over_at_bounds: it lies beyond what gatherly knows') WHERE NEW."over_at" IS NOT OLD."over_at" AND NOT (NEW."over_at" >= '1970-01-01 00:00:00' AND NEW."over_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_event_sessions_duration_bounds: it lies beyond what gatherly knows') WHERE NEW."duration" IS NOT OLD."duration" AND NOT (NEW.duration BETWEEN 1 AND 527040);
SELECT RAISE(ABORT, 'ck_event_sessions_search_days_bounds: it lies beyond what gatherly knows') WHERE NEW."search_days" IS NOT OLD."search_days" AND NOT (NEW.search_days BETWEEN 1 AND 366);
SELECT RAISE(ABORT, 'ck_event_sessions_minimum_notice_bounds: it lies beyond what gatherly knows') WHERE NEW."minimum_notice" IS NOT OLD."minimum_notice" AND NOT (NEW.minimum_notice BETWEEN 0 AND 527040);
SELECT RAISE(ABORT, 'ck_event_sessions_buffer_time_bounds: it lies beyond what gatherly knows') WHERE NEW."buffer_time" IS NOT OLD."buffer_time" AND NOT (NEW.buffer_time BETWEEN 0 AND 527040);
END;

CREATE TRIGGER users_bounds_insert BEFORE insert ON users BEGIN
SELECT RAISE(ABORT, 'ck_users_created_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_users_updated_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."updated_at" >= '1970-01-01 00:00:00' AND NEW."updated_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_users_name_bounds: it lies beyond what gatherly knows') WHERE NOT (length(NEW.name) <= 1000);
SELECT RAISE(ABORT, 'ck_users_email_bounds: it lies beyond what gatherly knows') WHERE NOT (length(NEW.email) <= 320);
SELECT RAISE(ABORT, 'ck_users_timezone_bounds: it lies beyond what gatherly knows') WHERE NOT (length(NEW.timezone) <= 64);
END;

CREATE TRIGGER users_bounds_update BEFORE update ON users BEGIN
SELECT RAISE(ABORT, 'ck_users_created_at_bounds: it lies beyond what gatherly knows') WHERE NEW."created_at" IS NOT OLD."created_at" AND NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_users_updated_at_bounds: it lies beyond what gatherly knows') WHERE NEW."updated_at" IS NOT OLD."updated_at" AND NOT (NEW."updated_at" >= '1970-01-01 00:00:00' AND NEW."updated_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_users_name_bounds: it lies beyond what gatherly knows') WHERE NEW."name" IS NOT OLD."name" AND NOT (length(NEW.name) <= 1000);
SELECT RAISE(ABORT, 'ck_users_email_bounds: it lies beyond what gatherly knows') WHERE NEW."email" IS NOT OLD."email" AND NOT (length(NEW.email) <= 320);
SELECT RAISE(ABORT, 'ck_users_timezone_bounds: it lies beyond what gatherly knows') WHERE NEW."timezone" IS NOT OLD."timezone" AND NOT (length(NEW.timezone) <= 64);
END;

CREATE TRIGGER messages_bounds_insert BEFORE insert ON messages BEGIN
SELECT RAISE(ABORT, 'ck_messages_timestamp_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."timestamp" >= '1970-01-01 00:00:00' AND NEW."timestamp" < '2200-01-01 00:00:00');
END;

CREATE TRIGGER messages_bounds_update BEFORE update ON messages BEGIN
SELECT RAISE(ABORT, 'ck_messages_timestamp_bounds: it lies beyond what gatherly knows') WHERE NEW."timestamp" IS NOT OLD."timestamp" AND NOT (NEW."timestamp" >= '1970-01-01 00:00:00' AND NEW."timestamp" < '2200-01-01 00:00:00');
END;

CREATE TRIGGER hold_bounds_insert BEFORE insert ON hold BEGIN
SELECT RAISE(ABORT, 'ck_hold_start_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."start" >= '1970-01-01 00:00:00' AND NEW."start" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_hold_end_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."end" >= '1970-01-01 00:00:00' AND NEW."end" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_hold_expires_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."expires" >= '1970-01-01 00:00:00' AND NEW."expires" < '2200-01-01 00:00:00');
END;

CREATE TRIGGER hold_bounds_update BEFORE update ON hold BEGIN
SELECT RAISE(ABORT, 'ck_hold_start_bounds: it lies beyond what gatherly knows') WHERE NEW."start" IS NOT OLD."start" AND NOT (NEW."start" >= '1970-01-01 00:00:00' AND NEW."start" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_hold_end_bounds: it lies beyond what gatherly knows') WHERE NEW."end" IS NOT OLD."end" AND NOT (NEW."end" >= '1970-01-01 00:00:00' AND NEW."end" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_hold_expires_bounds: it lies beyond what gatherly knows') WHERE NEW."expires" IS NOT OLD."expires" AND NOT (NEW."expires" >= '1970-01-01 00:00:00' AND NEW."expires" < '2200-01-01 00:00:00');
END;

CREATE TRIGGER events_bounds_insert BEFORE insert ON events BEGIN
SELECT RAISE(ABORT, 'ck_events_start_time_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."start_time" >= '1970-01-01 00:00:00' AND NEW."start_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_end_time_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."end_time" >= '1970-01-01 00:00:00' AND NEW."end_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_original_start_time_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."original_start_time" >= '1970-01-01 00:00:00' AND NEW."original_start_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_proposed_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."proposed_at" >= '1970-01-01 00:00:00' AND NEW."proposed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_confirmed_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."confirmed_at" >= '1970-01-01 00:00:00' AND NEW."confirmed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_cancelled_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."cancelled_at" >= '1970-01-01 00:00:00' AND NEW."cancelled_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_created_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_updated_at_bounds: it lies beyond what gatherly knows') WHERE NOT (NEW."updated_at" >= '1970-01-01 00:00:00' AND NEW."updated_at" < '2200-01-01 00:00:00');
END;

CREATE TRIGGER events_bounds_update BEFORE update ON events BEGIN
SELECT RAISE(ABORT, 'ck_events_start_time_bounds: it lies beyond what gatherly knows') WHERE NEW."start_time" IS NOT OLD."start_time" AND NOT (NEW."start_time" >= '1970-01-01 00:00:00' AND NEW."start_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_end_time_bounds: it lies beyond what gatherly knows') WHERE NEW."end_time" IS NOT OLD."end_time" AND NOT (NEW."end_time" >= '1970-01-01 00:00:00' AND NEW."end_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_original_start_time_bounds: it lies beyond what gatherly knows') WHERE NEW."original_start_time" IS NOT OLD."original_start_time" AND NOT (NEW."original_start_time" >= '1970-01-01 00:00:00' AND NEW."original_start_time" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_proposed_at_bounds: it lies beyond what gatherly knows') WHERE NEW."proposed_at" IS NOT OLD."proposed_at" AND NOT (NEW."proposed_at" >= '1970-01-01 00:00:00' AND NEW."proposed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_confirmed_at_bounds: it lies beyond what gatherly knows') WHERE NEW."confirmed_at" IS NOT OLD."confirmed_at" AND NOT (NEW."confirmed_at" >= '1970-01-01 00:00:00' AND NEW."confirmed_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_cancelled_at_bounds: it lies beyond what gatherly knows') WHERE NEW."cancelled_at" IS NOT OLD."cancelled_at" AND NOT (NEW."cancelled_at" >= '1970-01-01 00:00:00' AND NEW."cancelled_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_created_at_bounds: it lies beyond what gatherly knows') WHERE NEW."created_at" IS NOT OLD."created_at" AND NOT (NEW."created_at" >= '1970-01-01 00:00:00' AND NEW."created_at" < '2200-01-01 00:00:00');
SELECT RAISE(ABORT, 'ck_events_updated_at_bounds: it lies beyond what gatherly knows') WHERE NEW."updated_at" IS NOT OLD."updated_at" AND NOT (NEW."updated_at" >= '1970-01-01 00:00:00' AND NEW."updated_at" < '2200-01-01 00:00:00');
END;

CREATE INDEX idx_ai_memories_contact_id ON ai_memories (contact_id);

CREATE INDEX idx_ai_memories_expires_at ON ai_memories (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX idx_ai_memories_type ON ai_memories (user_id, memory_type);

CREATE INDEX idx_ai_memories_user_id ON ai_memories (user_id);

CREATE INDEX idx_audit_logs_action ON audit_logs (action);

CREATE INDEX idx_audit_logs_created ON audit_logs (created_at);

CREATE INDEX idx_audit_logs_resource ON audit_logs (resource_type, resource_id);

CREATE INDEX idx_audit_logs_resource_id ON audit_logs (resource_id, id);

CREATE INDEX idx_audit_logs_user_id ON audit_logs (user_id);

CREATE INDEX idx_booking_due ON booking (next_at) WHERE state IN ('accepted', 'held', 'prepared', 'quarantine', 'releasing', 'stuck', 'undoing', 'verifying', 'writing');

CREATE INDEX idx_booking_state ON booking (state, since);

CREATE INDEX idx_busy_span_end ON busy_spans (calendar_id, end_time);

CREATE INDEX idx_busy_span_object ON busy_spans (calendar_id, href);

CREATE INDEX idx_busy_span_user_time ON busy_spans (user_id, start_time, end_time);

CREATE INDEX idx_calendar_account_last_attempt ON calendar_accounts (last_attempt);

CREATE INDEX idx_calendar_account_next_run ON calendar_accounts (next_run);

CREATE INDEX idx_calendar_account_user ON calendar_accounts (user_id);

CREATE INDEX idx_calendar_object_uid ON calendar_objects (user_id, uid);

CREATE INDEX idx_calendar_object_user ON calendar_objects (user_id);

CREATE INDEX idx_calendar_user ON calendars (user_id);

CREATE INDEX idx_channels_connector ON channels (connector, id);

CREATE INDEX idx_channels_user_id ON channels (user_id);

CREATE INDEX idx_conflict_ends_at ON conflicts (ends_at);

CREATE INDEX idx_conflict_status ON conflicts (status, detected_at);

CREATE INDEX idx_constraint_active ON constraints (active);

CREATE INDEX idx_constraint_member ON constraints (user_id);

CREATE INDEX idx_contact_address_contact ON contact_addresses (contact_id);

CREATE INDEX idx_contacts_email ON contact_addresses (user_id, contact_id);

CREATE INDEX idx_contacts_last_interaction ON contacts (user_id, last_interaction_at);

CREATE INDEX idx_contacts_measure_at ON contacts (measure_at) WHERE measure_at IS NOT NULL;

CREATE INDEX idx_contacts_relationship_strength ON contacts (user_id, relationship_strength);

CREATE INDEX idx_contacts_user_id ON contacts (user_id);

CREATE INDEX idx_created_at ON scheduling_events (created_at);

CREATE INDEX idx_data_key_master ON data_keys (master);

CREATE INDEX idx_dispatches_due ON dispatches (next_at, id) WHERE state = 'pending';

CREATE INDEX idx_dispatches_stuck ON dispatches (created_at, id) WHERE state = 'failed';

CREATE INDEX idx_dispatches_subject ON dispatches (subject);

CREATE INDEX idx_dispatches_user_id ON dispatches (user_id, created_at);

CREATE INDEX idx_effect_attendee ON effect (attendee);

CREATE INDEX idx_effect_event ON effect (event_id);

CREATE INDEX idx_embeddings_mark ON embeddings (mark, model);

CREATE INDEX idx_embeddings_pending ON embeddings (id) WHERE model IS NULL;

CREATE INDEX idx_embeddings_user_id ON embeddings (user_id, updated_at);

CREATE INDEX idx_encounter_mark ON encounters (mark);

CREATE INDEX idx_encounter_source ON encounters (source_id);

CREATE INDEX idx_encounter_user ON encounters (user_id);

CREATE INDEX idx_event_calendar_time ON events (calendar_id, start_time, end_time);

CREATE INDEX idx_event_created_by ON events (created_by);

CREATE INDEX idx_event_mirror_due ON events (mirror_due) WHERE mirror_due IS NOT NULL;

CREATE INDEX idx_event_mirror_id ON events (mirror_id);

CREATE INDEX idx_event_recurrence_parent ON events (recurrence_parent_id);

CREATE INDEX idx_event_series ON events (calendar_id, start_time) WHERE recurrence_rule IS NOT NULL;

CREATE INDEX idx_event_session_created ON event_sessions (created_at, id);

CREATE INDEX idx_event_session_expiry ON event_sessions (expires_at) WHERE status = 'pending';

CREATE INDEX idx_event_session_host ON event_sessions (host_user_id);

CREATE INDEX idx_event_session_over ON event_sessions (over_at);

CREATE INDEX idx_event_session_status ON event_sessions (status, created_at);

CREATE INDEX idx_event_status ON events (status);

CREATE INDEX idx_hold_person ON hold (person, start, "end") WHERE active;

CREATE INDEX idx_hold_session ON hold (session);

CREATE INDEX idx_host_user_id ON scheduling_events (host_user_id);

CREATE INDEX idx_integrations_platform ON grants (provider);

CREATE INDEX idx_integrations_status ON grants (status);

CREATE INDEX idx_integrations_user_id ON grants (user_id);

CREATE INDEX idx_interactions_contact_id ON interactions (contact_id, interaction_date);

CREATE INDEX idx_interactions_date ON interactions (interaction_date);

CREATE INDEX idx_interactions_external_id ON interactions (external_id);

CREATE INDEX idx_interactions_source ON interactions (source_id, interaction_date);

CREATE INDEX idx_interactions_type ON interactions (user_id, interaction_type);

CREATE INDEX idx_interactions_updated_at ON interactions (user_id, updated_at);

CREATE INDEX idx_interactions_user_id ON interactions (user_id, interaction_date);

CREATE INDEX idx_interests_confidence ON interests (user_id, confidence_score);

CREATE INDEX idx_interests_contact_id ON interests (contact_id);

CREATE INDEX idx_interests_user_id ON interests (user_id);

CREATE INDEX idx_invitations_user_id ON invitations (user_id, created_at);

CREATE INDEX idx_kept_answers_created_at ON kept_answers (created_at);

CREATE INDEX idx_kept_answers_user_id ON kept_answers (user_id);

CREATE INDEX idx_last_updated ON preference_profiles (last_updated);

CREATE INDEX idx_links_expires_at ON links (expires_at);

CREATE INDEX idx_links_session_id ON links (session_id);

CREATE INDEX idx_links_user_id ON links (user_id, created_at);

CREATE INDEX idx_live_document_mark ON live_documents (mark) WHERE mark > 0;

CREATE INDEX idx_live_document_trouble ON live_documents (path) WHERE last_error IS NOT NULL OR problem IS NOT NULL;

CREATE INDEX idx_meeting_source_birthday ON meeting_sources (user_id) WHERE birthday IS NOT NULL;

CREATE INDEX idx_meeting_source_due ON meeting_sources (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX idx_meeting_source_user ON meeting_sources (user_id, due_at);

CREATE INDEX idx_message_session ON messages (session_id, timestamp, position);

CREATE INDEX idx_notifications_scheduled ON notifications (scheduled_for, id) WHERE scheduled_for IS NOT NULL AND delivered_at IS NULL;

CREATE INDEX idx_notifications_status ON notifications (status);

CREATE INDEX idx_notifications_type ON notifications (notification_type);

CREATE INDEX idx_notifications_user_id ON notifications (user_id, created_at);

CREATE INDEX idx_outages_user_id ON outages (user_id);

CREATE INDEX idx_outbox_ahead ON outbox (created_at, position) WHERE state = 'pending';

CREATE INDEX idx_outbox_due ON outbox (next_at, position) WHERE state = 'pending';

CREATE INDEX idx_outcome ON scheduling_events (outcome);

CREATE INDEX idx_participant_event ON event_participants (event_id);

CREATE INDEX idx_participant_member ON event_participants (user_id);

CREATE INDEX idx_preference_profile_sample ON preference_profiles (sample_size, acceptance_rate);

CREATE INDEX idx_refresh_tokens_family ON refresh_tokens (family, created_at);

CREATE INDEX idx_refresh_tokens_user_id ON refresh_tokens (user_id, created_at);

CREATE INDEX idx_relationships_contact_a ON relationships (contact_a_id);

CREATE INDEX idx_relationships_contact_b ON relationships (contact_b_id);

CREATE INDEX idx_relationships_strength ON relationships (user_id, strength_score);

CREATE INDEX idx_relationships_user_id ON relationships (user_id);

CREATE INDEX idx_reminder_due ON reminders (due_at, id) WHERE status = 'pending';

CREATE INDEX idx_reminder_event ON reminders (event_id);

CREATE INDEX idx_reminder_user ON reminders (user_id);

CREATE INDEX idx_reservation_event ON resource_reservations (event_id);

CREATE INDEX idx_reservation_reserved_by ON resource_reservations (reserved_by);

CREATE INDEX idx_reservation_resource_time ON resource_reservations (resource_id, start_time, end_time);

CREATE INDEX idx_reservation_session ON resource_reservations (session_id);

CREATE INDEX idx_session_attendee_pending ON session_attendees (user_id, session_id) WHERE pending;

CREATE INDEX idx_session_attendee_user ON session_attendees (user_id, session_id);

CREATE INDEX idx_session_id ON scheduling_events (session_id);

CREATE INDEX idx_set_aside_session_id ON set_aside (session_id);

CREATE INDEX idx_set_aside_since ON set_aside (since);

CREATE INDEX idx_set_aside_user_id ON set_aside (user_id);

CREATE INDEX idx_sync_jobs_connector ON sync_jobs (connector);

CREATE INDEX idx_sync_jobs_created ON sync_jobs (created_at);

CREATE INDEX idx_sync_jobs_status ON sync_jobs (status, created_at);

CREATE INDEX idx_sync_jobs_user_id ON sync_jobs (user_id, created_at);

CREATE INDEX idx_user_email ON users (email);

CREATE INDEX idx_user_id ON preference_profiles (user_id);

CREATE INDEX idx_visits_address_mark ON visits (address_mark, created_at);

CREATE INDEX idx_visits_invitation_id ON visits (invitation_id);

CREATE INDEX idx_visits_open ON visits (expires_at) WHERE over_at IS NULL;

CREATE INDEX idx_visits_session_id ON visits (session_id);

CREATE INDEX idx_wake_at ON wakes (at, session_id);

