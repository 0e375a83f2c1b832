"""Whose account and whose time somebody may see (interfaces: Who may what)."""

from daemon.app.principal import Principal
from engine.errors import UnknownThingError
from engine.ids import UserId
from engine.ports.store import Transaction


def require_self(principal: Principal, user: UserId) -> None:
    """Let a user reach their own account, and operators everybody's.

    Raises:
        UnknownThingError: it is another's, told as if it were nobody's.
    """
    if principal.is_other_than(user):
        raise UnknownThingError(f"There is no user {user}")


def shares_time(tx: Transaction, principal: Principal, user: UserId) -> bool:
    """Tell whether somebody may learn when another is busy: they have a session in common."""
    if principal.user is None or not principal.is_other_than(user):
        return True
    return tx.sessions.in_common(principal.user, user)
