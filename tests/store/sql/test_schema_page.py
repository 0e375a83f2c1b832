"""`docs/schema.md` says where each field of the documents lives: every place that it names is there."""

import re

from store.sql.schema import SCHEMA
from tests.worlds.command_line import ROOT

PAGE = (ROOT / "docs" / "schema.md").read_text()
ROWS = [
    (heading, *(cell.strip() for cell in line.strip("|").split("|")))
    for part in PAGE.split("\n## ")[1:]
    for heading, _, body in [part.partition("\n")]
    for line in body.splitlines()
    if line.startswith("|") and not line.startswith(("| field", "|---"))
]
PLACE = re.compile(r"`([a-z_]+)\.([a-z_]+)`")
ENTITIES = (
    *("User", "FamilyMember", "CalendarConnection", "Calendar", "calendarAccount", "integrations"),
    *("EventSession", "Message", "AvailabilityBlock", "PreferenceProfile", "SchedulingEvent"),
    *("Event", "calendarEvent", "EventParticipant", "Resource", "ResourceReservation", "Conflict"),
    *("contacts", "interactions", "interests", "relationships", "ai_memories"),
    *("Constraint", "reminder", "availability", "notifications", "sync_jobs", "audit_logs"),
)
WHOLE = (
    *("messages", "scheduling_events", "event_participants", "resources", "resource_reservations"),
    *("conflicts", "constraints", "reminders", "availability", "notifications", "sync_jobs", "events"),
)
"""Tables of whose columns the page names each, but for our own."""
OURS = {
    *("version", "position", "anonymised_at", "rejected_slots", "shown", "undo", "ends_at", "due_at"),
    *("mirror_id", "mirror_due"),
}


def test_every_place_that_is_named_is_in_the_schema() -> None:
    assert len(ROWS) > 150
    for heading, field, place, note in ROWS:
        for table, column in PLACE.findall(f"{place} {note}"):
            assert column in SCHEMA.tables[table].columns, (heading, field, table, column)
        assert PLACE.search(place) or (place in ("computed", "nowhere") and note), (heading, field)


def test_every_entity_of_the_documents_has_its_part() -> None:
    headings = " ".join(row[0] for row in ROWS)
    assert not [one for one in ENTITIES if not re.search(rf"F\d {one}\b", headings)]


def test_every_column_of_what_the_documents_describe_is_named() -> None:
    named = {f"{table}.{column}" for table, column in PLACE.findall(PAGE)}
    columns = {f"{table}.{one.name}" for table in WHOLE for one in SCHEMA.tables[table].columns}
    assert not sorted(one for one in columns - named if one.split(".")[1] not in OURS)
