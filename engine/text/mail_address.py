"""What a mail address is, and who has none: nobody can be named in a copy, or written to, without one."""

import re
from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase

from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import User

ADDRESS = re.compile(r"[^\s\"<>:;,\\@\x00-\x20\x7f-\x9f]+@[^\s\"<>:;,\\@\x00-\x20\x7f-\x9f]+\Z")
"""A local part and a domain, without anything that a calendar or a mail would have to escape."""


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def is_address(text: str) -> bool:
    """Tell whether a text is one."""
    return ADDRESS.match(text) is not None


def folded(address: str) -> str:
    """Give an address in small letters, for telling mailboxes apart: A to Z alone are folded.

    Whoever folds more makes one mailbox of two: of the Kelvin sign `k`, of `ß` `ss` (RFC 5321 section 2.4
    leaves a local part to its host, RFC 6531 lets it be of any letters).
    """
    return address.translate(_SMALL)


def without_address(users: Iterable[User]) -> dict[UserId, str]:
    """Give those of these people whose address is none, with what stands in its place in words."""
    return {one.id: f"{one.email!r} is not an address" for one in users if not is_address(one.email)}


def require_addresses(users: Iterable[User]) -> None:
    """See that everybody can be booked for.

    Raises:
        InputError: somebody's address is none; everybody is named.
    """
    found = without_address(users)
    if found:
        named = "; ".join(f"{user}: {why}" for user, why in found.items())
        raise InputError(f"Nothing can be booked for {named}", "Give their table in [users] an email")
