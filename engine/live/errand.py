"""What is to be written of one document, decided from what is remembered of it and how it is to stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from engine.live.fields import Digests, differing, digests, flattened
from engine.model.live import LiveDocument

GONE = ""
"""Stands for the digest of a field that is not there."""


class Deed(Enum):
    """What is to be done."""

    NOTHING = auto()
    CREATE = auto()
    CHANGE = auto()
    REMOVE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One write; `fields` are whole for a new document, else just what changes, `gone` what goes of it."""

    document: LiveDocument
    deed: Deed
    fields: Mapping[str, Any] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    digests: Digests = field(default_factory=dict)

    def sending(self) -> dict[str, list[str]]:
        """Give what has been sent since both sides agreed, this errand included."""
        sent = {key: list(one) for key, one in self.document.sending.items()}
        for key in (*digests(self.fields), *self.gone):
            sent[key] = sorted({*sent.get(key, ()), self.digests.get(key, GONE)})
        return sent


def is_echo(document: LiveDocument, key: str, now: Digests) -> bool:
    """Tell whether a field is as gatherly has sent it: then no app has changed it."""
    return now.get(key, GONE) in document.sending.get(key, ())


def errand(document: LiveDocument, wanted: Mapping[str, Any] | None) -> Errand:
    """Decide on one write; `wanted` is the document as it is to stand, None where it is to be gone.

    A document that an app has removed stays away; one that nobody has seen is made.
    """
    if wanted is None:
        return Errand(document=document, deed=Deed.REMOVE)
    if document.gone:
        return Errand(document=document, deed=Deed.NOTHING, digests=document.known or {})
    now = digests(wanted)
    if document.update_time is None:
        return Errand(document=document, deed=Deed.CREATE, fields=wanted, digests=now)
    flat = flattened(wanted)
    changed = differing(document.known or {}, now)
    return Errand(
        document=document,
        deed=Deed.CHANGE if changed else Deed.NOTHING,
        fields={key: flat[key] for key in sorted(changed) if key in flat},
        gone=tuple(sorted(key for key in changed if key not in flat)),
        digests=now,
    )
