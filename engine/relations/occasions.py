"""When somebody is to be told of a contact: who goes cold, whose birthday it is, whom to follow up with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.model.relations import Contact, Interaction
from engine.relations.birthdays import morning, next_kept, today
from engine.relations.follow_ups import follow_ups
from engine.relations.strength import Measured
from engine.time.span import DAY, Instant

LEAST_MEETINGS = 4
"""With fewer a silence tells nothing."""
LATE = 7 * DAY
"""What was due longer ago is told no more: the daemon was away, or notices were off."""


class Occasion(StrEnum):
    """F4's four."""

    GOING_COLD = "going_cold"
    BIRTHDAY = "birthday"
    FOLLOW_UP = "follow_up"
    JOB_CHANGE = "job_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to be told, from when on; `key` makes it once."""

    occasion: Occasion
    at: Instant
    key: str
    about: str = ""
    """The interaction whose note it is from."""


def cold_at(contact: Contact, count: int, going_cold: float) -> Instant | None:
    """Tell from when on a contact's silence is longer than their own rhythm explains."""
    if count < LEAST_MEETINGS or not contact.rhythm or contact.last_interaction_at is None:
        return None
    return contact.last_interaction_at + int(contact.rhythm * going_cold) + 1


def occasions(
    contact: Contact,
    interactions: Sequence[Interaction],
    found: Measured,
    now: Instant,
    *,
    zone: str,
    going_cold: float,
) -> Sequence[Due]:
    """Give what there is to tell of a contact, due or yet to come; of an archived one nothing."""
    if contact.is_archived or contact.merged_into is not None:
        return ()
    return sorted(_all(contact, interactions, found, now, zone, going_cold), key=lambda one: one.at)


def _all(
    contact: Contact,
    interactions: Sequence[Interaction],
    found: Measured,
    now: Instant,
    zone: str,
    going_cold: float,
) -> Iterator[Due]:
    cold = cold_at(contact, found.count, going_cold)
    if cold is not None and contact.last_interaction_at is not None:
        yield Due(occasion=Occasion.GOING_COLD, at=cold, key=str(contact.last_interaction_at))
    if contact.birthday is not None:
        day = next_kept(contact.birthday, now, zone)
        yield Due(occasion=Occasion.BIRTHDAY, at=morning(day, zone), key=day.isoformat())
    for one in interactions:
        yield from _follow_ups(one.content or "", today(one.created_at, zone), zone, one.id)
    if contact.notes:
        yield from _follow_ups(contact.notes, today(contact.updated_at, zone), zone, contact.id)


def _follow_ups(note: str, written: date, zone: str, source: str) -> Iterator[Due]:
    for day in follow_ups(note, written):
        key = f"{source}/{day.isoformat()}"
        yield Due(occasion=Occasion.FOLLOW_UP, at=morning(day, zone), key=key, about=source)
