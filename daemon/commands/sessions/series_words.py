"""A series for people: by what rule it recurs, what is next of it, and what of it takes place otherwise."""

from collections.abc import Iterator

from daemon.app.occurrences import Document, Place, SeriesRow, series_rows
from daemon.terminal.audience import Audience
from daemon.terminal.paint import Role, paint
from daemon.terminal.times import counted
from engine.sessions.series_words import rule_words
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

SHOWN = 10
_MARKS = {
    Place.STANDS: "✓",
    Place.MOVED: "→",
    Place.COLLIDES: "!",
    Place.LEFT_OUT: "×",
    Place.UNKNOWN: "·",
    Place.OVER: " ",
}


def occurrence_words(session: Document, view: Audience) -> Iterator[str]:
    """Tell a booked series; nothing of a session that is held once."""
    rows = [row for row in series_rows(session, view.reader.now) if row.place is not Place.OVER]
    if not rows:
        return
    rule = rule_words(str(session["recurrence"]), view.reader.zone)
    yield f"{rule[:1].upper()}{rule[1:]}; {counted(sum(row.is_ahead for row in rows), 'occurrence')} to come"
    for row in rows[:SHOWN]:
        span = row.span or row.rules_span
        yield f"  {_MARKS[row.place]} {view.reader.span(span)}{_said(row, view)}"
    if len(rows) > SHOWN:
        yield paint(Role.QUIET, f"    {len(rows) - SHOWN} more")


def _said(row: SeriesRow, view: Audience) -> str:
    told = [f"{row.place}"] if row.place in (Place.LEFT_OUT, Place.COLLIDES) else []
    told += ["not yet known"] if row.place is Place.UNKNOWN else []
    if row.span is not None and row.span.start != row.start:
        told.append(f"moved from {view.reader.when(row.start)}")
    told += [view.local(one) for one in row.why if row.place is not Place.MOVED]
    told += [f"{view.name(user)} does not come" for user in row.away]
    told += [f"{view.name(user)} moved their copy to {view.reader.when(at)}" for user, at in row.elsewhere]
    return f"   {'; '.join(one_line(one) for one in told)}" if told else ""


def offered_words(slot: Document, view: Audience) -> Iterator[str]:
    """Tell how many of a series on offer suit, and what of it would take place otherwise."""
    occurrences = slot.get("occurrences") or ()
    if not occurrences:
        return
    suit = sum(one["available"] is True for one in occurrences)
    unknown = sum(one["available"] is None for one in occurrences)
    known = f"; {unknown} not yet known" if unknown else ""
    yield f"     {suit} of {counted(len(occurrences), 'occurrence')} suit{known}"
    for one in [one for one in occurrences if one["available"] is False][:SHOWN]:
        moved = one.get("movedTo")
        there = f"moves to {view.reader.when(parse_instant(moved))}" if moved else "is left out"
        yield paint(Role.QUIET, f"     {view.reader.when(parse_instant(one['start']))} {there}")
