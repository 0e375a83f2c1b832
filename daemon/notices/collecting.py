"""A digest: what somebody need not answer, together; what still waits for their answer comes first."""

from collections.abc import Sequence

from daemon.app.reader import Reader
from daemon.notices.content import Button, Content
from daemon.notices.rules import NoticeRules
from engine.ids import SessionId
from engine.model.notices import NoticeKind
from engine.model.session import EventSession, SessionStatus
from engine.model.user import User
from engine.ports.store import Transaction
from engine.sessions.state_machine import Confirm
from engine.text.plain_text import one_line
from engine.time.span import Instant

MOST = 50


def digest_of(tx: Transaction, rules: NoticeRules, user: User, at: Instant, now: Instant) -> Content | None:
    """Word the digest of a moment; None where there is nothing in it."""
    kept = tx.repositories.notifications.of_user(user.id)
    told = sorted((one for one in kept if one.scheduled_for == at), key=lambda one: one.created_at)
    if not told:
        return None
    waiting = _waiting(tx, rules, user)
    reader = Reader(user.timezone, now, rules.preferences_of(tx, user.id).hours_24)
    facts = [("Waits for you", _asks(reader, one)) for one in waiting]
    facts += [(reader.when(one.created_at), one_line(one.title)) for one in told[:MOST]]
    first = f"{len(waiting)} to decide, " if waiting else ""
    news = "1 thing is new" if len(told) == 1 else f"{len(told)} things are new"
    return Content(
        kind=NoticeKind.DIGEST,
        subject=f"{first}{news}",
        heading=f"{first}{news}"[:1].upper() + f"{first}{news}"[1:],
        lead=(),
        preview="; ".join(one_line(one.title) for one in told[:3]),
        facts=tuple(facts),
        buttons=(Button("See all", f"{rules.base}/"),) if rules.base else (),
        closing=("You get this because you asked for what needs no answer to come together.",),
    )


def _waiting(tx: Transaction, rules: NoticeRules, user: User) -> Sequence[EventSession]:
    """Give the sessions whose time somebody is to choose, or has yet to agree to."""
    found = (tx.sessions.get(SessionId(name)) for name in tx.sessions.pending_with(user.id))
    return [
        one
        for one in found
        if one is not None
        and _is_asked(one, user, rules.confirm)
        and one.status is SessionStatus.PENDING
        and one.proposed_times
        and one.final_time is None
    ]


def _is_asked(session: EventSession, user: User, confirm: Confirm) -> bool:
    """Tell whether a session waits for somebody: its host, or who must agree and has not."""
    if session.host_user_id == user.id:
        return True
    offered = {slot.start for slot in session.proposed_times}
    said = any(one.user_id == user.id and one.slot in offered for one in session.responses)
    return confirm is Confirm.ALL and user.id in session.required_ids and not said


def _asks(reader: Reader, session: EventSession) -> str:
    return f"{one_line(session.title)}: choose a time until {reader.when(session.expires_at)}"
