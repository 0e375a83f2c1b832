"""Many sessions for people, a line each."""

from collections.abc import Mapping, Sequence

from daemon.commands.sessions.next_words import Document
from daemon.commands.sessions.session_words import final_span, state_of
from daemon.terminal.audience import Audience
from daemon.terminal.paint import Role, paint
from daemon.terminal.table import table
from daemon.terminal.times import of_place


def list_words(sessions: Sequence[Document], view: Audience, status: str | None) -> str:
    """Tell many sessions, a line each."""
    if not sessions:
        return (
            f"There is no session that is {_KINDS[status]}." if status in _KINDS else "There is no session."
        )
    rows = [_row(session, view) for session in sessions]
    listed = table(("", "id", "title", "when", "state"), rows)
    return f"{listed}\n{paint(Role.QUIET, f'Times are {of_place(view.reader.zone)}.')}"


_KINDS: Mapping[str | None, str] = {
    "pending": "open",
    "scheduled": "booked",
    "cancelled": "called off",
    "failed": "without a time",
}


def _row(session: Document, view: Audience) -> tuple[str, str, str, str, str]:
    mark, state = state_of(session, view)
    final, offered = session.get("finalTime"), len(session.get("proposedTimes", ()))
    when = view.reader.span(final_span(final)) if final else "-"
    if not final and offered and session["status"] == "pending":
        when = f"{offered} {'time' if offered == 1 else 'times'} offered"
    return mark, session["id"][:8], session["title"], when, state
