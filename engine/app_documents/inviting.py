"""Whom people may invite through an app, and so learn the busy times of: the operator's decision."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from engine.errors import InputError
from engine.ids import UserId
from engine.model.session import EventSession
from engine.model.user import User


class Whom(StrEnum):
    """Everybody, or those with whom one has attended a session."""

    EVERYBODY = "everybody"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Domains:
    """People whose address is in one of these domains, in small letters."""

    names: frozenset[str]


Inviting: TypeAlias = Whom | Domains


def newcomers(session: EventSession, before: EventSession | None) -> list[UserId]:
    """Give those whom a session invites now and did not before; the host invites nobody by coming."""
    there = {session.host_user_id, *(before.attendee_ids if before is not None else ())}
    return [user for user in session.attendee_ids if user not in there]


def check(
    inviting: Inviting, invited: Iterable[UserId], users: Mapping[UserId, User], contacts: Collection[UserId]
) -> None:
    """See that each of these may be invited.

    Raises:
        InputError: somebody may not; says who, and whom one may invite here.
    """
    match inviting:
        case Whom.EVERYBODY:
            return
        case Whom.CONTACTS:
            wrong = [user for user in invited if user not in contacts]
            allowed = "people you have attended a session with"
        case Domains(names):
            wrong = [user for user in invited if _domain(user, users) not in names]
            allowed = f"people of {', '.join(sorted(names))}"
    if wrong:
        raise InputError(
            f"{', '.join(wrong[:5])}{' and others' if wrong[5:] else ''} cannot be invited here",
            f"Invite {allowed}, or ask whoever runs gatherly",
        )


def _domain(user: UserId, users: Mapping[UserId, User]) -> str:
    """Give the domain of somebody's address; of whom nothing is known, that of the id, if it is one."""
    known = users.get(user)
    return (known.email if known is not None else user).rpartition("@")[2].lower()


def without_newcomers(session: EventSession, before: EventSession) -> EventSession:
    """Give a changed session with the people whom it had before."""
    return replace(
        session,
        invitee_ids=before.invitee_ids,
        optional_ids=before.optional_ids,
        groups=before.groups,
    )
