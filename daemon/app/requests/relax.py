"""A failed session asked for anew, with one of the changes that would help."""

from collections.abc import Mapping

from daemon.app.sessions import SessionDesk
from engine.ids import SessionId, UserId
from engine.model.session import EventSession
from engine.model.user import User
from engine.sessions.relaxing import relaxed
from engine.time.span import Instant


def relax(desk: SessionDesk, session_id: SessionId, change: str) -> EventSession:
    """Make the new session; `change` is the code of a relaxation. The failed one stays as it is.

    Raises:
        InputError: the session has not failed, or that change would not help it.
        NotAllowedError: somebody else than its host or an operator asks.
    """
    with desk.store.reading() as tx:
        failed = desk.found(tx, session_id)
    desk.principal.must_be_host(failed.host_user_id, "ask for a session anew")

    def read(_: Mapping[UserId, User], new: SessionId, now: Instant) -> EventSession:
        return relaxed(failed, change, new, now, desk.expire_after)

    return desk.take(read)
