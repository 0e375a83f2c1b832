"""What there is to know before meeting somebody: sentences, each with the rows that it rests on.

Every sentence is made of rows and names them; without its rows it is not made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.model.relations import (
    Contact,
    Interaction,
    InteractionType,
    Interest,
    Memory,
    MemoryType,
    Relationship,
)
from engine.relations.birthdays import next_kept, today
from engine.relations.follow_ups import follow_ups
from engine.relations.naming import called
from engine.text.plain_text import one_line
from engine.time.span import DAY, Instant

Sentence = tuple[str, tuple[str, ...]]
Day = Callable[[Instant], str]
"""Says on which day an instant is, for whoever reads."""

LAST_TIMES = 3
MOST_INTERESTS = 3
MOST_OTHERS = 3
MOST_NOTES = 5
LONGEST = 200
BIRTHDAY_AHEAD = 14
OPEN_FOR = 30 * DAY
"""How long a thread counts as open after the day on which it was to be followed up."""
LEAST_CONFIDENCE = 0.2
_VERBS = {
    InteractionType.MEETING: "met",
    InteractionType.CALL: "called",
    InteractionType.EMAIL: "wrote",
    InteractionType.LINKEDIN_MESSAGE: "wrote",
    InteractionType.MANUAL: "noted something of them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of a contact; `people` are the contacts whom relationships name."""

    contact: Contact
    interactions: Sequence[Interaction] = ()
    """Newest first."""
    interests: Sequence[Interest] = ()
    relationships: Sequence[Relationship] = ()
    people: Mapping[str, Contact]
    memories: Sequence[Memory] = ()


def sentences(known: Known, now: Instant, zone: str, day: Day) -> list[Sentence]:
    """Write what there is to know, the most useful first."""
    return [
        *_who(known, day),
        *_last_times(known, now, day),
        *_open_threads(known, now, zone),
        *_interests(known),
        *_others(known),
        *_birthday(known, now, zone),
        *_notes(known, now),
    ]


def _who(known: Known, day: Day) -> Iterator[Sentence]:
    contact = known.contact
    name = one_line(called(contact), LONGEST)
    job = " at ".join(part for part in (contact.job_title, contact.company) if part)
    place = f", in {contact.location}" if contact.location else ""
    text = f"{name} is {one_line(job, LONGEST)}{place}." if job else f"{name} is a contact of yours{place}."
    yield text, (contact.id,)
    if contact.bio:
        yield f"About them: {one_line(contact.bio, LONGEST)}", (contact.id,)


def _last_times(known: Known, now: Instant, day: Day) -> Iterator[Sentence]:
    past = [one for one in known.interactions if one.interaction_date <= now]
    if not past:
        return
    often = f", {known.contact.interaction_frequency} of late" if known.contact.interaction_frequency else ""
    count = "once" if len(past) == 1 else f"{len(past)} times"
    ids = tuple(one.id for one in past[:100])
    yield f"You have had to do with them {count} since {day(past[-1].interaction_date)}{often}.", ids
    for one in past[:LAST_TIMES]:
        title = f": “{one_line(one.subject, LONGEST)}”" if one.subject else ""
        note = f" — {one_line(one.content, LONGEST)}" if one.content else ""
        yield f"You {_VERBS[one.interaction_type]} on {day(one.interaction_date)}{title}{note}.", (one.id,)


def _open_threads(known: Known, now: Instant, zone: str) -> Iterator[Sentence]:
    for one in known.interactions:
        yield from _open(one.content or "", one.created_at, one.id, now, zone)
    contact = known.contact
    yield from _open(contact.notes or "", contact.updated_at, contact.id, now, zone)


def _open(note: str, written: Instant, source: str, now: Instant, zone: str) -> Iterator[Sentence]:
    oldest = today(now - OPEN_FOR, zone)
    due = [when for when in follow_ups(note, today(written, zone)) if when >= oldest]
    if due:
        yield f"Still open ({_named(min(due))}): {one_line(note, LONGEST)}", (source,)


def _named(when: date) -> str:
    return f"{when.day} {when:%b}"


def _interests(known: Known) -> Iterator[Sentence]:
    there = {one.id for one in known.interactions}
    found = sorted(known.interests, key=lambda one: (-one.confidence_score, one.id))
    for one in [each for each in found if each.confidence_score >= LEAST_CONFIDENCE][:MOST_INTERESTS]:
        sources = (one.id,) if one.entered else tuple(x for x in one.source_interactions if x in there)
        if sources:
            topic = one_line(one.interest_topic, LONGEST)
            yield f"Interested in {topic} ({one_line(one.interest_category, LONGEST)}).", sources


def _others(known: Known) -> Iterator[Sentence]:
    found = sorted(known.relationships, key=lambda one: (-one.strength_score, one.id))
    told = 0
    for one in found:
        other = one.contact_b_id if one.contact_a_id == known.contact.id else one.contact_a_id
        contact = known.people.get(other)
        if contact is None or contact.is_archived or told == MOST_OTHERS:
            continue
        told += 1
        as_what = f", a {one.relationship_type}" if one.relationship_type else ""
        times = one.shared_interactions
        together = f": you met both {times} time{'s' * (times != 1)}" if times else ""
        yield f"{one_line(called(contact), LONGEST)} knows them too{as_what}{together}.", (one.id,)


def _birthday(known: Known, now: Instant, zone: str) -> Iterator[Sentence]:
    if known.contact.birthday is None:
        return
    kept = next_kept(known.contact.birthday, now, zone)
    if (kept - today(now, zone)).days <= BIRTHDAY_AHEAD:
        yield f"Their birthday is on {_named(kept)}.", (known.contact.id,)


def _notes(known: Known, now: Instant) -> Iterator[Sentence]:
    contact = known.contact
    if contact.notes:
        yield f"Your note: {one_line(contact.notes, LONGEST)}", (contact.id,)
    kept = [
        one
        for one in known.memories
        if one.memory_type is not MemoryType.BRIEFING
        and one.rule is None
        and not one.is_archived
        and (one.expires_at is None or one.expires_at > now)
    ]
    for one in sorted(kept, key=lambda each: (-each.updated_at, each.id))[:MOST_NOTES]:
        head = f"{one_line(one.title, LONGEST)}: " if one.title else ""
        yield f"{head}{one_line(one.content, LONGEST)}", (one.id,)
