"""A session's history as sentences, in the reader's words."""

from collections.abc import Sequence

from daemon.app.log import LogRecord
from daemon.pages.viewer import Document, Faces, Viewer
from daemon.terminal.times import counted
from engine.text.plain_text import one_line
from engine.time.span import Span

_WORDS = {
    "session.booked": "Booked for {when}.",
    "session.moved": "Moved to {when}.",
    "session.reopened": "A new time is looked for.",
    "session.failed": "No time was found.",
    "session.stuck": "It could not be taken back everywhere; a copy is left.",
    "session.released": "An operator let a copy be that could not be taken out.",
    "session.cancelled": "{Who} called it off.",
    "session.accepted": "{Who} took {when}.",
    "copy.written": "{calendar} has it.",
    "copy.invited": "{Who} was invited by mail.",
    "copy.removed": "{calendar} no longer has it.",
    "copy.failed": "{calendar} did not take it.",
}


def happenings(
    records: Sequence[LogRecord], session: Document, viewer: Viewer, faces: Faces
) -> list[dict[str, str]]:
    """Give what happened, oldest first."""
    return [
        {"at": viewer.reader.soon(one.at), "what": one_line(_said(one, session, viewer, faces))}
        for one in records
    ]


def _said(one: LogRecord, session: Document, viewer: Viewer, faces: Faces) -> str:
    who = "Somebody" if one.user is None else faces.of(one.user).name
    if one.event == "session.asked":
        return f"{faces.of(session['hostUserId']).name} asked for the session."
    if one.event == "session.proposed":
        slots = int(one.details.get("slots") or 0)
        return f"{counted(slots, 'time')} {'was' if slots == 1 else 'were'} offered."
    if one.event == "session.answered":
        answer = str(one.details.get("answer") or "answered")
        return f"{who} {answer}{' ' + _when(one, viewer) if one.details.get('start') else ''}."
    if one.event == "session.cancelled" and one.user is None:
        return "It was called off."
    words = _WORDS.get(one.event, one.event.rpartition(".")[2].replace("_", " ").capitalize() + ".")
    calendar = str(one.details.get("calendar") or "A calendar").removesuffix("/.")
    return words.format(Who=who, when=_when(one, viewer), calendar=calendar)


def _when(one: LogRecord, viewer: Viewer) -> str:
    start, end = one.details.get("start"), one.details.get("end")
    if not isinstance(start, int):
        return "a time"
    return viewer.reader.span(Span(start, end)) if isinstance(end, int) else viewer.reader.when(start)
