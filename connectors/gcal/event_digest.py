"""An event as a page tells of it: what the daemon has to know of it, and the rest as bytes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.gcal.translate import mark_of
from engine.errors import InputError
from engine.ids import EventUid, Href, InstallId
from engine.model.calendar import RawObject

RENEWED = frozenset(
    {"etag", "updated", "kind", "htmlLink", "created", "sequence", "reminders", "colorId", "hangoutLink"}
)
"""What changes without changing anybody's time; it makes no difference to the content hash."""
LONGEST_WORD = 2000
"""Characters of an id or a stamp; Google's own have at most 1,024."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a listing; `series` is the id of the series that it is an exception of.

    `install` is whose mark it has. `essence` names all of its content but what is renewed.
    """

    id: str
    series: str | None
    uid: str | None
    updated: str
    cancelled: bool
    repeats: bool
    install: InstallId | None
    essence: str
    raw: bytes = field(repr=False)

    @property
    def head(self) -> str:
        """The id of the series that it belongs to, or its own."""
        return self.series or self.id


def told(event: object) -> Told:
    """Read an event as far as a listing needs.

    Raises:
        InputError: it has no id, or one that cannot be Google's.
    """
    if not isinstance(event, dict) or not event.get("id"):
        raise InputError("it holds events without ids")
    essence = {name: event[name] for name in event if name not in RENEWED}
    return Told(
        id=_word(event["id"]),
        series=_word(event["recurringEventId"]) if event.get("recurringEventId") else None,
        uid=_word(event["iCalUID"]) if event.get("iCalUID") else None,
        updated=_word(event.get("updated", "")),
        cancelled=event.get("status") == "cancelled",
        repeats=bool(event.get("recurrence")),
        install=_install(event),
        essence=hashlib.sha256(canonical(essence)).hexdigest(),
        raw=canonical(event),
    )


def tombstone_of(name: str) -> Told:
    """Give an event of which Google knows nothing any more."""
    return told({"id": name, "status": "cancelled"})


def raw_of(href: str, members: Sequence[Told], install: InstallId) -> RawObject:
    """Keep a series with its exceptions, or a single event, as Google sent it."""
    ordered = sorted(members, key=lambda one: one.id)
    head = next((one for one in ordered if one.id == href), ordered[0])
    uid = href if head.install == install else head.uid or href
    essence = ",".join(one.essence for one in ordered)
    return RawObject(
        href=Href(href),
        uid=EventUid(uid),
        etag=None,
        content_hash=hashlib.sha256(essence.encode()).hexdigest(),
        raw=b"[" + b",".join(one.raw for one in ordered) + b"]",
    )


def canonical(document: object) -> bytes:
    """Write a document so that equal ones are equal bytes."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _word(value: object) -> str:
    text = str(value).encode("utf-8", "replace").decode()
    if len(text) > LONGEST_WORD:
        raise InputError(f"an id or a stamp has {len(text)} characters")
    return text


def _install(event: Mapping[str, Any]) -> InstallId | None:
    try:
        mark = mark_of(event)
    except (AttributeError, TypeError):
        return None
    return None if mark is None else InstallId(_word(mark.install))
