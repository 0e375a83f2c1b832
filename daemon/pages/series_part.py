"""A series on a page: every occurrence with its state, who stays away, and what can be asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from daemon.app.occurrences import Place, SeriesRow, series_rows
from daemon.pages.viewer import Document, Faces, Viewer, listing, local, times
from daemon.terminal.times import counted, place
from engine.sessions.series_words import rule_words
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant, Span

SHOWN = 12
"""So many occurrences to come have buttons of their own; any other is named by its day."""
_STATES = {
    Place.OVER: ("Over", "", "check"),
    Place.LEFT_OUT: ("Left out", "", "cross"),
    Place.COLLIDES: ("Collides", "fault", "warning"),
    Place.MOVED: ("Moved", "holds", "calendar"),
    Place.UNKNOWN: ("Not yet known", "waits", "clock"),
    Place.STANDS: ("Stands", "holds", "check"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A state: a mark, a word, and what kind of state it is."""

    words: str
    look: str
    icon: str


@dataclass(frozen=True, slots=True)
class OtherTimes:
    """Times to which an occurrence could move, by its start by the rule; the nearest first."""

    of: Mapping[Instant, Sequence[Instant]]


NO_OTHERS = OtherTimes({})


def series_part(
    session: Document, viewer: Viewer, faces: Faces, host_zone: str, others: OtherTimes = NO_OTHERS
) -> dict[str, Any] | None:
    """Show a booked series; None where it does not recur. Days in forms are the host's, as everywhere."""
    rows = series_rows(session, viewer.reader.now)
    if not rows:
        return None
    hosting = viewer.operator or session["hostUserId"] == viewer.id
    attends = any(face.id == viewer.id for face in faces.all()) and session["hostUserId"] != viewer.id
    shape = _Shape(session, viewer, faces, host_zone, others, hosting, attends)
    ahead = [row for row in rows if row.place is not Place.OVER]
    over = [row for row in rows if row.place is Place.OVER]
    return {
        "rule": _capital(rule_words(str(session["recurrence"]), viewer.reader.zone)),
        "heading": _heading(rows),
        "rows": [shape.row(row) for row in ahead[:SHOWN]],
        "more": [shape.row(row) for row in ahead[SHOWN:]],
        "more_words": f"{len(ahead[SHOWN:])} more",
        "over": [shape.row(row) for row in over],
        "over_words": f"{counted(len(over), 'occurrence')} {'is' if len(over) == 1 else 'are'} over",
        "hosting": hosting,
        "attends": attends,
        "first_day": shape.day_of(ahead[0]).isoformat() if ahead else "",
        "zone_note": "" if host_zone == viewer.reader.zone else f"Days are those in {place(host_zone)}.",
    }


def offered_series(slot: Document, viewer: Viewer) -> dict[str, Any] | None:
    """Show the occurrences of a series on offer: which suit, move or fall out; None for one time."""
    occurrences = slot.get("occurrences") or ()
    if not occurrences:
        return None
    length = parse_instant(slot["end"]) - parse_instant(slot["start"])
    rows = [_offered(one, length, viewer) for one in occurrences]
    suit = sum(one["available"] is True for one in occurrences)
    moved = sum(one["available"] is False and bool(one.get("movedTo")) for one in occurrences)
    out = sum(one["available"] is False and not one.get("movedTo") for one in occurrences)
    unknown = len(occurrences) - suit - moved - out
    parts = [f"{suit} of {len(occurrences)} suit"]
    parts += [f"{moved} {'moves' if moved == 1 else 'move'}"] if moved else []
    parts += [f"{out} {'is' if out == 1 else 'are'} left out"] if out else []
    parts += [f"{unknown} not yet known"] if unknown else []
    return {"line": ", ".join(parts), "rows": rows, "all_suit": suit == len(occurrences)}


def _offered(one: Document, length: int, viewer: Viewer) -> dict[str, str]:
    reader, start = viewer.reader, parse_instant(one["start"])
    why = "; ".join(one_line(str(each)) for each in one.get("conflicts") or ())
    if one["available"] is True:
        words = "suits"
    elif one["available"] is None:
        words = "not yet known"
    elif one.get("movedTo"):
        at = parse_instant(one["movedTo"])
        words = f"moves to {times(reader, Span(at, at + length))}"
    else:
        words = "left out"
    return {
        "day": reader.day(start),
        "times": times(reader, Span(start, start + length)),
        "words": words,
        "why": why,
    }


@dataclass(frozen=True, slots=True)
class _Shape:
    session: Document
    viewer: Viewer
    faces: Faces
    host_zone: str
    others: OtherTimes
    hosting: bool
    attends: bool

    def day_of(self, row: SeriesRow) -> date:
        """Give the host's local date on which an occurrence takes place, or would by the rule."""
        at = row.start if row.span is None else row.span.start
        return _at(at, self.host_zone).date()

    def row(self, row: SeriesRow) -> dict[str, Any]:
        """Show one."""
        reader, span = self.viewer.reader, row.span or row.rules_span
        mine = self.viewer.id in row.away
        day = local(reader, span.start)
        return {
            "date": day.date().isoformat(),
            "weekday": f"{day:%a}",
            "number": day.day,
            "month": f"{day:%b}",
            "times": times(reader, span),
            "chip": Chip("You do not come", "", "cross") if mine else Chip(*_STATES[row.place]),
            "off": row.span is None,
            "notes": [*self._notes(row)],
            "day": self.day_of(row).isoformat(),
            "label": f"{reader.day(span.start)} {reader.clock(span.start)}",
            "changes": row.is_ahead and span.start > reader.now,
            "hosting": self.hosting,
            "attends": self.attends and not mine,
            "others": self._others(row),
        }

    def _notes(self, row: SeriesRow) -> list[str]:
        reader = self.viewer.reader
        notes = []
        if row.place is Place.MOVED or (row.span is not None and row.span.start != row.start):
            notes.append(f"By the rule it would be {reader.when(row.start)}.")
        if row.place in (Place.COLLIDES, Place.LEFT_OUT, Place.UNKNOWN):
            notes += [f"{self._why(one)}." for one in row.why]
        away = [self.faces.of(user).name for user in row.away if user != self.viewer.id]
        if away:
            notes.append(f"{listing(away)} {'does' if len(away) == 1 else 'do'} not come.")
        for user, at in row.elsewhere:
            name = self.faces.of(user).name
            whose = "your" if name == "You" else "the"
            notes.append(f"{name} moved {whose} own copy to {reader.when(at)}.")
        return notes

    def _why(self, what: str) -> str:
        """Word a conflict, which is kept as `user: what` or `user: start/end`."""
        user, told, rest = one_line(what).partition(": ")
        name = self.faces.of(user).name if told and self.faces.knows(user) else user
        start, slash, end = rest.partition("/")
        if told and slash:
            span = Span(parse_instant(start), parse_instant(end))
            verb = "have" if name == "You" else "has"
            return f"{name} {verb} something else, {self.viewer.reader.span(span)}"
        return f"{name}: {rest}" if told else name

    def _others(self, row: SeriesRow) -> list[dict[str, str]]:
        found = self.others.of.get(row.start, ())
        return [
            {"to": f"{_at(at, self.host_zone):%H:%M}", "words": self.viewer.reader.clock(at)} for at in found
        ]


def _heading(rows: Sequence[SeriesRow]) -> str:
    out = sum(row.place is Place.LEFT_OUT for row in rows)
    stand = sum(row.is_ahead for row in rows)
    more = f", {out} left out" if out else ""
    return f"{counted(stand, 'occurrence')} to come{more}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _at(at: Instant, zone: str) -> datetime:
    return to_datetime(at).astimezone(zone_info(zone))
