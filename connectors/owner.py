"""Whose calendars a connector reads: the addresses by which events know them."""

import re
import threading
from collections.abc import Iterable
from urllib.parse import unquote

from engine.text.mail_address import folded

_SCHEME = re.compile(r"\A\s*mailto:(?://)?\s*", re.IGNORECASE)


def address_of(text: str) -> str:
    """Bring an address to one spelling: without `mailto:` in any case, in lower case; "" where it is none.

    What a `mailto:` escapes is read, and what else a letter is to hold is left out (RFC 6068).
    """
    plain, found = _SCHEME.subn("", text, count=1)
    if found:
        plain = unquote(plain.partition("?")[0])
    plain = folded(plain.strip().strip("<>").strip())
    return plain if "@" in plain else ""


class OwnerAddresses:
    """A user's addresses: those that the operator gave, and those that their accounts tell of.

    One for all connectors of a user, so that what one account tells holds for the others' calendars too.
    """

    def __init__(self, given: Iterable[str] = ()) -> None:
        self._given = frozenset(filter(None, map(address_of, given)))
        self._learnt = frozenset[str]()
        self._learning = threading.Lock()

    def learn(self, told: Iterable[str]) -> None:
        """Add what an account says of its owner; what is no address is left out."""
        found = frozenset(filter(None, map(address_of, told)))
        with self._learning:
            self._learnt |= found

    @property
    def known(self) -> frozenset[str]:
        """All of them, in lower case."""
        return self._given | self._learnt

    @property
    def learnt(self) -> frozenset[str]:
        """Those that accounts have told, in lower case."""
        return self._learnt
