"""What happened to a session, in words, and why a time of it is not on offer."""

from typing import Any

from daemon import knowledge
from daemon.app.access import Access
from daemon.app.insight.log_words import Sentences
from daemon.app.log import LogFilter, happened
from daemon.app.principal import Principal
from daemon.terminal.audience import Audience
from daemon.terminal.times import Reader
from engine.find.search import bookable
from engine.ids import SessionId
from engine.time.instant import format_instant
from engine.time.span import Instant


def history(access: Access, principal: Principal, session_id: SessionId) -> list[dict[str, str]]:
    """Give what happened, oldest first, as `{"at", "code", "text"}`; days and clocks are the reader's own.

    Raises:
        UnknownThingError: there is no such session that whoever asks may see.
    """
    with access.store.reading() as tx:
        session = access.desk.asked_by(principal).found(tx, session_id)
        people = {one.id: one for one in tx.users.all()}
        told = happened(tx, LogFilter(session=session_id))
    reader = people.get(principal.user or session.host_user_id)
    zone = "UTC" if reader is None else reader.timezone
    sentences = Sentences(Audience(Reader(zone, access.clock.now()), people, principal.user))
    return [
        {"at": format_instant(one.at), "code": one.event, "text": sentences.said(one, told.sessions)}
        for one in told.records
    ]


def why_not(access: Access, principal: Principal, session_id: SessionId, start: Instant) -> dict[str, Any]:
    """Tell what stands against one start of a session, as codes with whose they are; nothing = it suits.

    `offered` says whether it is among the proposals.

    Raises:
        UnknownThingError: there is no such session that whoever asks may see.
    """
    policy = knowledge.knowledge_policy_of(access.configuration)
    with access.store.reading() as tx:
        session = access.desk.asked_by(principal).found(tx, session_id)
        gathered = knowledge.for_session(tx, policy, session, access.clock.now())
    against = bookable(gathered.request, start)
    return {
        "start": format_instant(start),
        "offered": any(slot.start == start for slot in session.proposed_times),
        "blockers": [{"code": one.code.value, "user": one.user} for one in against],
    }
