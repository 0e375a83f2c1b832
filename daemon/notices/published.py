"""A booked event as iCalendar text for those who have no calendar of ours: published, asking nothing."""

from dataclasses import replace

from connectors.ical.text.compose import compose
from daemon.app.accounts.feeds import drafted
from daemon.notices.words.notice import Telling
from engine.booking.steps.draft import series_of
from engine.ids import InstallId
from engine.ports.store import Transaction
from engine.time.span import Span

_METHOD = b"METHOD:PUBLISH\r\n"
_VERSION = b"VERSION:2.0\r\n"


def published_event(tx: Transaction, telling: Telling, install: InstallId) -> bytes | None:
    """Write the event of a booked session in its reader's zone; None where its time is not known.

    Raises:
        WriteRefusedError: it does not read back as it was meant.
    """
    session, start, end = telling.session, telling.at("start"), telling.at("end")
    if session is None or start is None or end is None:
        return None
    draft = drafted(tx, session, Span(start, end), install, telling.user.timezone)
    host = tx.users.get(session.host_user_id)
    if session.recurrence is not None and host is not None:
        draft = replace(draft, zone=host.timezone, **series_of(session, draft.span))
    text = compose(draft)
    return text.replace(_VERSION, _VERSION + _METHOD, 1)
