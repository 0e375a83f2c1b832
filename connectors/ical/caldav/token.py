"""What is remembered of a calendar between two reads: where it lies, and how far it was read."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from connectors.ical.caldav.places import Place
from connectors.reading_rules import remembered
from connectors.web.urls import BadAddressError, read_url


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """The opaque token of `Changes`.

    `account` names the address and user it was made for. Of `sync` (RFC 6578) and `ctag` one is set, or none
    where the server has neither. `login` is how the server wanted to be logged in to, `read` whether the
    calendar was read wholly before. `again` is when sync-collection, which failed, is tried once more (0 =
    never). `unread` has the objects that could not be had, and how the server spells their addresses;
    `owner` the owner's own addresses, None where they were never asked for.
    """

    account: str
    url: str
    zone: str | None = None
    sync: str = ""
    ctag: str = ""
    login: str = "Basic"
    read: bool = False
    again: int = 0
    unread: Mapping[str, str] = field(default_factory=dict)
    owner: Sequence[str] | None = None

    def text(self) -> str:
        """Write it as it is stored."""
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def place(self) -> Place:
        """The calendar, as far as reading it needs."""
        return Place(url=read_url(self.url), zone=self.zone, syncs=bool(self.sync))


def read_token(text: str | None, account: str) -> SyncToken | None:
    """Read a stored token; one of another account or another form is forgotten."""
    try:
        token = SyncToken(**json.loads(text)) if text else None
        if token is None or token.account != account:
            return None
        read_url(token.url)
        token = replace(token, again=int(token.again), unread=dict(token.unread))
        token = replace(token, owner=None if token.owner is None else tuple(map(str, token.owner)))
    except (ValueError, TypeError, BadAddressError):
        return None
    return token


def account_mark(url: str, username: str) -> str:
    """Tell accounts apart without naming them."""
    return hashlib.sha256(f"{url}\0{username}".encode()).hexdigest()[:16]


def remarks(text: str | None) -> tuple[str, ...]:
    """Say what a stored token tells of a calendar's server; nothing where it is none."""
    own = remembered(text).token
    try:
        return tuple(quirks(SyncToken(**json.loads(own)))) if own else ()
    except (ValueError, TypeError):
        return ()


def quirks(token: SyncToken) -> Iterator[str]:
    """Say in words what was found out about a calendar's server."""
    if token.again:
        yield "sync-collection fails: changes are found by ETags, and it is tried again another day"
    elif token.ctag:
        yield "the server has no sync-collection: changes are found by ctag and ETags"
    elif not token.sync:
        yield "the server has neither sync-collection nor ctag: all ETags are read each time"
    if token.login == "Digest":
        yield "the server wants Digest authentication"
