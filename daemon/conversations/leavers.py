"""Whoever asked to be forgotten is asked to no session any more: it would keep them here."""

from engine.errors import InputError
from engine.model.session import EventSession
from engine.ports.store import Transaction


def turn_away_leavers(tx: Transaction, before: EventSession | None, after: EventSession) -> None:
    """Let nobody who is leaving into a session that they do not attend yet.

    Raises:
        InputError: somebody new to it is to be forgotten.
    """
    known = () if before is None else before.attendee_ids
    new = [one for one in after.attendee_ids if one not in known]
    for kept in tx.repositories.personal_settings.some(new):
        if kept.is_leaving:
            raise InputError(f"{kept.user_id} is leaving, and takes part in nothing more", "Ask without them")
