"""What a mail address is, and who has none: nobody can be named in a copy, or written to, without one."""

import re
from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase

from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import User

ADDRESS = re.compile(r"[^\s\"<>:;,\\@\x00-\x20\x7f-\x9f]+@[^\s\"<>:;,\\@\x00-\x20\x7f-\x9f]+\Z")
"""A local part and a domain, without anything that a calendar or a mail would have to escape."""


LONGEST_ADDRESS = 254
"""RFC 5321 section 4.5.3.1.3, without the brackets around it."""
LONGEST_LOCAL_PART = 64
_LOCAL = re.compile(r"[a-z0-9!#$&+=^_{}~-]+(?:\.[a-z0-9!#$&+=^_{}~-]+)*")
"""A dot-string of RFC 5321 without what routes, quotes or is read otherwise by some host."""
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])")
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def is_address(text: str) -> bool:
    """Tell whether a text is one, all of it to be seen: nothing hides in it, or turns its direction round."""
    return ADDRESS.match(text) is not None and text.isprintable()


def folded(address: str) -> str:
    """Give an address in small letters, for telling mailboxes apart: A to Z alone are folded.

    Whoever folds more makes one mailbox of two: of the Kelvin sign `k`, of `ß` `ss` (RFC 5321 section 2.4
    leaves a local part to its host, RFC 6531 lets it be of any letters).
    """
    return address.translate(_SMALL)


def mailbox(text: str) -> str | None:
    """Give an address as the one mailbox that it is; None where mail does not go to one that is written so.

    In small letters, its domain in ASCII (RFC 5890): written in other letters it leads to the same mailbox,
    and who may not be mailed there must not be mailed by another spelling.
    """
    local, _, domain = folded(text.strip()).rpartition("@")
    if len(text) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL_PART or not _LOCAL.fullmatch(local):
        return None
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return f"{local}@{host}" if _HOST.fullmatch(host) else None


def one_spelling(text: str) -> str:
    """Give an address in the one spelling by which people are told apart, whatever it is."""
    return mailbox(text) or folded(text.strip())


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
