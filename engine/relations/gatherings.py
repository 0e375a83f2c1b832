"""Who was at an event, and whether it counts (docs/how-to/relations.md)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import EventUid
from engine.text.mail_address import LONGEST_ADDRESS, is_address
from engine.time.span import Instant

MOST_PEOPLE = 12
"""An event of more is an audience, and tells nothing of who knows whom."""
_NO_REPLY = re.compile(r"(?:no-?reply|do-?not-?reply)(?:[+._-].*)?\Z")
_ROOM_HOSTS = ("resource.calendar.google.com",)
_LIST_HOSTS = ("googlegroups.com", "group.calendar.google.com")


class PersonKind(StrEnum):
    """What an attendee says that it is."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Person:
    """An attendee or organiser; `is_self` where the provider says that it is the calendar's owner."""

    address: str
    name: str = field(default="", repr=False)
    kind: PersonKind = PersonKind.INDIVIDUAL
    declined: bool = False
    is_self: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One time that an event takes place, with everybody it names."""

    uid: EventUid
    start: Instant
    end: Instant
    title: str = field(default="", repr=False)
    people: tuple[Person, ...] = field(default=(), repr=False)


def is_somebody(person: Person) -> bool:
    """Whether it is a person: no room, no list, no address that nobody reads."""
    local, _, host = person.address.lower().rpartition("@")
    elsewhere = host in _ROOM_HOSTS or host in _LIST_HOSTS or host.startswith("lists.")
    answered = not _NO_REPLY.match(local)
    written = is_address(person.address) and len(person.address) <= LONGEST_ADDRESS
    return written and person.kind is PersonKind.INDIVIDUAL and not elsewhere and answered


def met(gathering: Gathering, own: Collection[str], now: Instant) -> tuple[Person, ...]:
    """Give whom the owner met there, each once, by address; nobody where it does not count.

    It counts once it has ended, where the owner came, with 2 to 12 people, the owner among them.
    """
    people = {one.address: one for one in gathering.people if is_somebody(one)}
    mine = [one for one in people.values() if one.is_self or one.address in own]
    stayed_away = bool(mine) and all(one.declined for one in mine)
    others = [one for one in people.values() if one not in mine and not one.declined]
    if gathering.end > now or stayed_away or not 1 <= len(others) < MOST_PEOPLE:
        return ()
    return tuple(sorted(others, key=lambda one: one.address))


def merged(gatherings: Iterable[Gathering]) -> Mapping[Instant, Gathering]:
    """Give the gatherings of one UID by start: one in several calendars is one, as the fullest tells it."""
    found: dict[Instant, Gathering] = {}
    for one in sorted(gatherings, key=lambda each: (each.start, len(each.people), each.title)):
        found[one.start] = one
    return found


def split_name(full: str) -> tuple[str | None, str | None]:
    """Give first and last name: `Ana Kovač`, or `Kovač, Ana`."""
    last, comma, first = (part.strip() for part in full.partition(","))
    if comma and first and last:
        return first, last
    words = full.split()
    if not words:
        return None, None
    return words[0], " ".join(words[1:]) or None
