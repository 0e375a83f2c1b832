"""A booked series one occurrence at a time, from its document: when each takes place, and for whom not."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.time.instant import parse_instant
from engine.time.span import Instant, Span

Document = Mapping[str, Any]


class Place(StrEnum):
    """How an occurrence stands; of several the first in this order is told."""

    OVER = "over"
    LEFT_OUT = "left out"
    COLLIDES = "collides"
    MOVED = "moved"
    UNKNOWN = "unknown"
    STANDS = "stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One occurrence: `start` is that by the rule, `span` when it takes place, None where it is left out.

    `why` are its conflicts in the document's words. `away` are those who do not come, `elsewhere` those whose
    own copy lies at another time.
    """

    start: Instant
    length: int
    place: Place
    span: Span | None
    why: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, Instant], ...] = ()

    @property
    def rules_span(self) -> Span:
        """When it would be by the rule."""
        return Span(self.start, self.start + self.length)

    @property
    def is_ahead(self) -> bool:
        """Whether it can still be changed."""
        return self.place not in (Place.OVER, Place.LEFT_OUT)


def series_rows(session: Document, now: Instant) -> tuple[SeriesRow, ...]:
    """Give the occurrences of a session's final time; none where it does not recur or is not booked."""
    final = session.get("finalTime")
    if not session.get("recurrence") or not final:
        return ()
    length = parse_instant(final["end"]) - parse_instant(final["start"])
    collisions = _collisions(session)
    changes = (session.get("metadata") or {}).get("ownChanges") or ()
    rows = (_row(one, length, collisions, changes, now) for one in final.get("occurrences") or ())
    return tuple(sorted(rows, key=lambda row: row.start if row.span is None else row.span.start))


def _collisions(session: Document) -> Mapping[str, list[str]]:
    """Give what lies on occurrences, by when these take place; what people did themselves is told apart."""
    own = {str(one["user"]) for one in (session.get("metadata") or {}).get("ownChanges") or ()}
    found: dict[str, list[str]] = {}
    for one in session["booking"].get("conflicts") or ():
        if isinstance(one, Mapping) and not _is_own(str(one["what"]), own):
            found.setdefault(str(one["occurrence"]), []).append(str(one["what"]))
    return found


def _is_own(what: str, users: set[str]) -> bool:
    user, _, did = what.partition(": ")
    return user in users and did.startswith(("removed it", "moved it"))


def _row(
    one: Document, length: int, collisions: Mapping[str, list[str]], changes: Any, now: Instant
) -> SeriesRow:
    start, moved = parse_instant(one["start"]), one.get("movedTo")
    is_off = one["available"] is False
    at = parse_instant(moved) if is_off and moved else None if is_off else start
    lies = [*collisions.get(str(moved or one["start"]), ())]
    own = [each for each in changes if each["occurrence"] == one["start"]]
    return SeriesRow(
        start=start,
        length=length,
        place=_place(one, at, start + length if at is None else at, lies, now),
        span=None if at is None else Span(at, at + length),
        why=tuple(lies) or tuple(str(each) for each in one.get("conflicts") or ()),
        away=tuple(str(each["user"]) for each in own if each["at"] is None),
        elsewhere=tuple((str(each["user"]), parse_instant(each["at"])) for each in own if each["at"]),
    )


def _place(one: Document, at: Instant | None, until: Instant, lies: list[str], now: Instant) -> Place:
    if until <= now:
        return Place.OVER
    if at is None:
        return Place.LEFT_OUT
    if lies:
        return Place.COLLIDES
    if at != parse_instant(one["start"]):
        return Place.MOVED
    return Place.UNKNOWN if one["available"] is None else Place.STANDS


def next_span(session: Document, now: Instant, user: str | None = None) -> Span | None:
    """Give when a booked session takes place next, one that is under way included; None where it is over.

    For a `user` what they stay away from does not count.
    """
    final = session.get("finalTime")
    if not final:
        return None
    rows = series_rows(session, now)
    there = [row.span for row in rows if row.span is not None and user not in row.away]
    only = [Span(parse_instant(final["start"]), parse_instant(final["end"]))]
    return min((span for span in (there if rows else only) if span.end > now), default=None)


def spans_of(slot: Document) -> list[Span]:
    """Give when a time on offer takes place, one by one: of a series each occurrence."""
    start, end = parse_instant(slot["start"]), parse_instant(slot["end"])
    told = slot.get("occurrences") or ()
    places = [one.get("movedTo") if one["available"] is False else one["start"] for one in told]
    starts = [parse_instant(at) for at in places if at] if told else [start]
    return [Span(at, at + end - start) for at in starts]
