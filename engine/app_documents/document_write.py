"""What is to be written of one document, decided from what is remembered of it and how it is to stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from engine.app_documents.fields import Digests, differing, digests, flattened
from engine.model.app_document import AppDocument

GONE = ""
"""Stands for the digest of a field that is not there."""


class WriteKind(Enum):
    """What is to be done."""

    NOTHING = auto()
    CREATE = auto()
    CHANGE = auto()
    REMOVE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWrite:
    """One write; `fields` are whole for a new document, else just what changes, `gone` what goes of it."""

    document: AppDocument
    write_kind: WriteKind
    fields: Mapping[str, Any] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    digests: Digests = field(default_factory=dict)

    def sending(self) -> dict[str, list[str]]:
        """Give what has been sent since both sides agreed, this document write included."""
        sent = {key: list(one) for key, one in self.document.sending.items()}
        for key in (*digests(self.fields), *self.gone):
            sent[key] = sorted({*sent.get(key, ()), self.digests.get(key, GONE)})
        return sent


def is_echo(document: AppDocument, key: str, now: Digests) -> bool:
    """Tell whether a field is as gatherly has sent it: then no app has changed it."""
    return now.get(key, GONE) in document.sending.get(key, ())


def document_write(document: AppDocument, wanted: Mapping[str, Any] | None) -> DocumentWrite:
    """Decide on one write; `wanted` is the document as it is to stand, None where it is to be gone.

    A document that an app has removed stays away; one that nobody has seen is made.
    """
    if wanted is None:
        return DocumentWrite(document=document, write_kind=WriteKind.REMOVE)
    if document.gone:
        return DocumentWrite(document=document, write_kind=WriteKind.NOTHING, digests=document.known or {})
    now = digests(wanted)
    if document.update_time is None:
        return DocumentWrite(document=document, write_kind=WriteKind.CREATE, fields=wanted, digests=now)
    flat = flattened(wanted)
    changed = differing(document.known or {}, now)
    return DocumentWrite(
        document=document,
        write_kind=WriteKind.CHANGE if changed else WriteKind.NOTHING,
        fields={key: flat[key] for key in sorted(changed) if key in flat},
        gone=tuple(sorted(key for key in changed if key not in flat)),
        digests=now,
    )
