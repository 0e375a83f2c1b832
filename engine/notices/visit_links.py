"""The link in the mail to a stranger: it confirms the time that they took, and nothing else."""

from collections.abc import Callable

from engine.ids import UserId
from engine.model.invitation import Visit
from engine.model.notices import Link, LinkVerb
from engine.notices.links import NOBODYS, Identifier, link_id, named
from engine.time.span import Instant


def confirming_link(identifier: Identifier, visit: Visit, address: str, now: Instant) -> Link:
    """Make it."""
    return Link(
        id=confirming_id(identifier, visit),
        user_id=UserId(address),
        session_id=visit.session_id,
        epoch="visit",
        verbs=(LinkVerb.CONFIRM,),
        detail=visit.id,
        expires_at=visit.expires_at,
        created_at=now,
    )


def confirming_id(identifier: Identifier, visit: Visit) -> str:
    """Give its id."""
    return link_id(identifier, "visit", visit.id, LinkVerb.CONFIRM)


def visit_id_of(
    look_up: Callable[[str], Link | None], identifier: Identifier, token: str, now: Instant
) -> str:
    """Give the id of the visit that a living link of this kind confirms; that of none otherwise."""
    signed = named(identifier, token)
    link = look_up(signed.id if signed is not None else NOBODYS)
    if link is None or signed is None or LinkVerb.CONFIRM not in link.verbs:
        return NOBODYS
    alive = signed.expires_at == link.expires_at and now < link.expires_at
    return link.detail if alive else NOBODYS
