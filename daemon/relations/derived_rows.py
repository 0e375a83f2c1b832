"""The rows that an event's instances make, named so that the same event makes the same rows again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from daemon.relations.deciding import Attended
from daemon.relations.naming import Marks
from engine.model.relations import ContactSource, Encounter, Interaction, InteractionType, MeetingSource
from engine.time.span import MINUTE, Instant


def encounters_of(marks: Marks, source: str, attended: Sequence[Attended]) -> Iterator[Encounter]:
    """Give who was at an event, and at how many of its instances."""
    counted = Counter(marks.of(one.address) for each in attended for one in each.others)
    for mark, meetings in counted.items():
        yield Encounter(
            id=marks.names.encounter(source, mark),
            user_id=marks.user,
            source_id=source,
            mark=mark,
            meetings=meetings,
        )


def interactions_of(
    marks: Marks,
    source: MeetingSource,
    each: Attended,
    contacts: Mapping[str, str | None],
    now: Instant,
) -> Iterator[Interaction]:
    """Give whom of these `contacts`, by address hash, the user met at one instance of an event."""
    gathering = each.gathering
    there = {marks.of(one.address): one.address for one in each.others}
    attendees = tuple(one for mark, one in there.items() if contacts.get(mark, "") is not None)
    met = {contacts.get(mark) for mark in there} - {None}
    for contact in sorted(name for name in met if name is not None):
        yield Interaction(
            id=marks.names.interaction(contact, source.id, gathering.start),
            user_id=marks.user,
            contact_id=contact,
            interaction_type=InteractionType.MEETING,
            subject=gathering.title or None,
            interaction_date=gathering.start,
            duration_minutes=(gathering.end - gathering.start) // MINUTE,
            meeting_attendees=attendees,
            external_id=source.uid,
            source_platform=ContactSource.CALENDAR,
            people=len(each.others) + 1,
            source_id=source.id,
            created_at=now,
            updated_at=now,
        )


def gist_of(one: Interaction) -> tuple[object, ...]:
    """Give what of an interaction may differ from the one that was derived before."""
    return one.subject, one.duration_minutes, one.meeting_attendees, one.people, one.contact_id
