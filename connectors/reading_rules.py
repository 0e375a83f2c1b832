"""By which reading a calendar was last read: kept beside its token, so that another one reads it anew.

What is stored of a calendar depends on more than its content: on the rules by which it is cut and
interpreted, which an upgrade may change, and on what is known of its owner, which other accounts may tell
later.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from connectors.owner import OwnerAddresses
from engine.ids import Href
from engine.model.calendar_object import Changes, Digest

RULES = 2
"""Grows whenever calendars are cut or interpreted by other rules than before."""

Read = Callable[[str | None, Mapping[Href, Digest]], Changes]
"""Reads what has changed since the connector's own token, beside what is known."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a stored token holds: the connector's own, and the reading it came with.

    `learnt` are the owner's addresses that accounts had told by then.
    """

    token: str | None
    rules: int = 1
    owner: str = ""
    learnt: Sequence[str] = ()


def remembered(text: str | None) -> Remembered:
    """Open a stored token; one without a reading is of the first."""
    try:
        fields = json.loads(text)["reading"] if text else None
        if fields is None:
            return Remembered(None)
        learnt = [str(one) for one in fields["learnt"]]
        return Remembered(str(fields["token"]), int(fields["rules"]), str(fields["owner"]), learnt)
    except (ValueError, TypeError, KeyError):
        return Remembered(text)


def read_by_reading(
    read: Read,
    text: str | None,
    known: Mapping[Href, Digest],
    owner: OwnerAddresses,
    transparent: str,
    *,
    is_cut: bool,
) -> Changes:
    """Read what has changed, and tell whether what is stored was interpreted by another reading.

    Args:
        read: the connector's own reading.
        text: the stored token, None on the first read.
        known: what is stored.
        owner: whose calendar it is; learns what was known when the token was made.
        transparent: what the configuration makes of times that are marked free.
        is_cut: whether what is stored was cut out of what came, so that other rules need all of it again.
    """
    last = remembered(text)
    owner.learn(last.learnt)
    from_start = is_cut and last.rules != RULES
    found = read(None, MappingProxyType({})) if from_start else read(last.token, known)
    if found.token is None:
        return found
    whose = _mark(owner, transparent)
    fields = {"token": found.token, "rules": RULES, "owner": whose, "learnt": sorted(owner.learnt)}
    return replace(
        found,
        token=json.dumps({"reading": fields}, sort_keys=True),
        anew=(last.rules, last.owner) != (RULES, whose),
    )


def _mark(owner: OwnerAddresses, transparent: str) -> str:
    known = "\0".join((transparent, *sorted(owner.known)))
    return hashlib.blake2b(known.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
